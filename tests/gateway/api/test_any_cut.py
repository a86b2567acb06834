"""However a network cuts the bytes, requests and answers come out the same."""

import asyncio
import itertools
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uvicorn.server import ServerState

from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.clients.http_connection import HttpConnection
from services.gateway.clients.upstream import Receive, Scope, Send

REQUESTS = (
    b"GET /v1/households/1?as_of=2026-01-01 HTTP/1.1\r\nHost: gateway\r\nX-One: 1\r\n\r\n"
    b"POST /v1/households HTTP/1.1\r\nHost: gateway\r\nContent-Length: 11\r\n\r\nhello world"
    b"POST /v1/households HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"
    b"GET /v1/last HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
)
HEARD = [
    ("GET", "/v1/households/1", b"as_of=2026-01-01", b""),
    ("POST", "/v1/households", b"", b"hello world"),
    ("POST", "/v1/households", b"", b"hello world"),
    ("GET", "/v1/last", b"", b""),
]
ANSWERS = {
    "a length": b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 11\r\n\r\nhello world",
    "chunks": b"HTTP/1.1 200 OK\r\nETag: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
    "an interim answer": b"HTTP/1.1 103 Early Hints\r\nLink: y\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 11\r\n\r\nhello world",
}


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.writes = 0
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data
        self.writes += 1

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def pause_reading(self) -> None:
        """The test feeds on regardless, as a full socket buffer would."""

    def resume_reading(self) -> None:
        """Likewise."""


def pieces(data: bytes, cuts: set[int]) -> list[bytes]:
    edges = [0, *sorted(cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges) if start < end]


def cuts_of(data: bytes) -> st.SearchStrategy[set[int]]:
    return st.one_of(st.sets(st.integers(1, len(data) - 1), max_size=12), st.just(set(range(1, len(data)))))


async def heard(data: list[bytes]) -> list[tuple[str, str, bytes, bytes]]:
    got = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        got.append((scope["method"], scope["path"], scope["query_string"], body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    config = cast("Any", SimpleNamespace(loaded_app=app, timeout_keep_alive=60, root_path=""))
    wire = Wire()
    protocol = FrontProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(wire)
    for piece in data:
        protocol.data_received(piece)
        await asyncio.sleep(0)
    for _ in range(50):
        await asyncio.sleep(0)
    protocol.connection_lost(None)
    assert wire.written.count(b"200 OK") == len(got)
    assert wire.writes == len(got), "an answer is one write, so that a small one travels in one packet"
    assert wire.closed
    return got


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts_of(REQUESTS))
def test_requests_are_heard_alike_however_they_are_cut(cuts: set[int]) -> None:
    assert asyncio.run(heard(pieces(REQUESTS, cuts))) == HEARD


async def understood(data: list[bytes]) -> tuple[int, list[tuple[bytes, bytes]], bytes, bool]:
    connection = HttpConnection(asyncio.get_running_loop(), lambda _: None)
    connection.connection_made(Wire())
    connection.begin(b"", 9e9, whole=True)
    reading = asyncio.ensure_future(_read(connection))
    for piece in data:
        connection.data_received(piece)
        await asyncio.sleep(0)
    headers, body = await asyncio.wait_for(reading, 5)
    return connection.status, headers, body, connection.finish()


async def _read(connection: HttpConnection) -> tuple[list[tuple[bytes, bytes]], bytes]:
    await connection.head()
    body, last = b"", False
    while not last:
        piece, last = await connection.piece()
        body += piece
    return connection.headers, body


@pytest.mark.parametrize("name", ANSWERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_answers_are_understood_alike_however_they_are_cut(name: str, data: st.DataObject) -> None:
    answer = ANSWERS[name]
    status, headers, body, reusable = asyncio.run(understood(pieces(answer, data.draw(cuts_of(answer)))))
    assert (status, body, reusable) == (200, b"hello world", True)
    assert headers[0] == (b"etag", b"x")
    assert len(headers) == 2
