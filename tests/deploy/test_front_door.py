"""What nginx and the gateway behind it make of a request together (checks S25, S42)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.builders.front import Scripted, front, over_http, say_ok, scripted, serving
from tests.builders.smuggling import SECOND, SMUGGLING
from tests.deploy.front_door import NGINX, FrontDoor, front_door

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

# nginx reads these in one way only and passes them on written anew, so that the gateway cannot read them otherwise.
WRITTEN_ANEW = {
    "bare line feeds",
    "a field behind the body",
    "a length behind the body",
    "a chunk with a bare line feed",
    "an upgrade with a body",
}


@pytest.fixture
async def upstream() -> AsyncIterator[Scripted]:
    async with scripted(say_ok) as made:
        yield made


@pytest.fixture
def door(upstream: Scripted, tmp_path: Path) -> Iterator[FrontDoor]:
    gateway = front(over_http(upstream.url), trusted_proxies=frozenset({"127.0.0.1"}))
    with serving(gateway) as port, front_door(tmp_path, port) as made:
        yield made


@pytest.mark.parametrize("name", SMUGGLING)
async def test_nothing_slips_through_behind_a_request_that_nginx_and_the_gateway_could_cut_differently(
    door: FrontDoor, upstream: Scripted, name: str
) -> None:
    async with door.calling() as caller:
        caller.writer.write(SMUGGLING[name] + SECOND)
        said = await asyncio.wait_for(_all_of(caller.reader), 5)
    answered = said.count(b"HTTP/1.1 200")
    assert len(upstream.seen) == answered, "what the service was asked is what the caller was answered"
    assert all(not one.all("upgrade") and one.body in {b"", b"{}", b"hello"} for one in upstream.seen)
    if name not in WRITTEN_ANEW:
        assert (answered, upstream.seen) == (0, [])
        assert said.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501", b"HTTP/1.1 505"))


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    said = b""
    while True:
        try:
            piece = await asyncio.wait_for(reader.read(65_536), 1)
        except (TimeoutError, ConnectionError):
            return said
        if not piece:
            return said
        said += piece


async def test_an_address_that_the_caller_made_up_is_not_passed_on(door: FrontDoor, upstream: Scripted) -> None:
    async with door.calling() as caller:
        answer = await caller.ask(headers={"X-Forwarded-For": "203.0.113.9", "X-User-Id": "1", "X-Client-Cert": "x"})
    assert answer.status == 200
    (seen,) = upstream.seen
    assert not {"x-forwarded-for", "x-user-id", "x-client-cert"} & {name.lower() for name, _ in seen.headers}


async def test_a_refusal_of_the_gateway_comes_through_as_it_is(door: FrontDoor) -> None:
    async with door.calling() as caller:
        answer = await caller.ask(token=None)
        assert (answer.status, answer.problem["code"]) == (401, "not_identified")
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "server" not in answer.headers or answer.headers["server"] == "nginx"
