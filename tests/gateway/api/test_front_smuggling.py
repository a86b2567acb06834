"""What two readers of HTTP would cut differently is refused whole, and nothing slips through behind it (S42)."""

import asyncio

import pytest

from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.clients.upstream import Receive, Scope, Send
from tests.builders.front import (
    GOOD,
    POST,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)
from tests.builders.smuggling import SECOND, SMUGGLING


@pytest.mark.parametrize("trick", SMUGGLING.values(), ids=SMUGGLING.keys())
async def test_a_request_that_two_readers_would_cut_differently_is_refused_whole(trick: bytes) -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.writer.write(trick + SECOND)
                answer = await asyncio.wait_for(caller.answer(), 2)
                assert await caller.is_cut()
    assert answer.status == 400
    assert answer.problem["code"] in {"http_unreadable", "header_refused"}
    assert upstream.seen == []


async def test_an_application_never_sees_a_request_that_turned_out_unreadable() -> None:
    called: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        called.append(scope)

    with serving(app) as port:
        async with calling(port) as caller:
            caller.writer.write(SMUGGLING["a chunk of no size"])
            assert (await asyncio.wait_for(caller.answer(), 2)).status == 400
            assert await caller.is_cut()
    assert called == []


async def test_a_head_that_begins_in_the_bytes_of_a_long_body_is_not_taken_for_a_long_head() -> None:
    long = POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000
    first = long + GOOD

    class Joined(FrontProtocol):
        """Hands on what came as one piece, as a busy machine does."""

        come = b""

        def data_received(self, data: bytes) -> None:
            before = len(self.come)
            self.come += data
            if len(self.come) >= len(first):
                super().data_received(self.come if before < len(first) else data)

    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Joined) as port:
            async with calling(port) as caller:
                caller.writer.write(first)
                assert (await asyncio.wait_for(caller.answer(), 5)).status == 200
                caller.writer.write(b"\r\n")
                assert (await asyncio.wait_for(caller.answer(), 5)).status == 200
    assert [request.method for request in upstream.seen] == ["POST", "GET"]


async def test_who_one_is_cannot_be_said_behind_the_body() -> None:
    """A proxy before us checks heads, not what follows a body: a token that stands there is none."""
    nobody = b"POST /v1/households HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.writer.write(nobody + b"2\r\n{}\r\n0\r\nAuthorization: Bearer good\r\n\r\n")
                assert (await asyncio.wait_for(caller.answer(), 2)).status in {400, 401}
    assert upstream.seen == []
