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

SECOND = b"GET /v1/households/smuggled HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n\r\n"


SMUGGLING = {
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "two equal lengths": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": POST + b"Content-Length: +5\r\n\r\nhello",
    "a folded header": GOOD + b"X-Long: a\r\n b\r\n\r\n",
    "a folded length": POST + b"Content-Length:\r\n 5\r\n\r\nhello",
    "bare line feeds": GOOD.replace(b"\r\n", b"\n") + b"\n",
    "a bare carriage return": GOOD + b"X-One: a\rX-Two: b\r\n\r\n",
    "a space before the colon": POST + b"Content-Length : 5\r\n\r\nhello",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a chunk with a bare line feed": POST + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    "a chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than it says": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
    "a chunk size beyond all numbers": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx",
    "a NUL in a header": GOOD + b"X-One: a\x00b\r\n\r\n",
    "a NUL in the path": b"GET /v1/households/\x00 HTTP/1.1\r\nHost: gateway\r\n\r\n",
    "another protocol": b"GET /v1/households/1 HTTP/3.7\r\nHost: gateway\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a field behind the body": POST
    + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Forwarded-For: 10.0.0.1\r\n\r\n",
    "a length behind the body": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 2\r\n\r\n",
    "an upgrade with a body": POST + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello",
}


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
