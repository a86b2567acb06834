"""One request and its answer on a caller's connection, as the ASGI messages of the application."""

import asyncio
from collections.abc import Coroutine
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from services.gateway.clients.request_head import LAST_CHUNK, chunk
from services.gateway.clients.upstream import Headers, Message, Scope
from services.gateway.domain.forwarding_errors import RequestTooSlow

if TYPE_CHECKING:
    from services.gateway.api.front_protocol import FrontProtocol

HIGH_WATER = 64 * 1024
_JOINED_BELOW = 16 * 1024
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
_FRAMING = frozenset({b"content-length", b"connection"})
_WITHOUT_BODY = frozenset({204, 304})


class Exchange:
    """`receive` and `send` of one ASGI call.

    The answer's head waits for the first piece of its body, so that a usual answer is one write. `received` says that
    the whole request has come, `answered` that the whole answer has gone, `gone` that the caller has left.
    """

    __slots__ = (
        "_bodiless",
        "_body",
        "_chunked",
        "_expects",
        "_handed_over",
        "_head",
        "_left",
        "_protocol",
        "_waiter",
        "_waiting",
        "answered",
        "begun",
        "gone",
        "keep_alive",
        "lingers",
        "received",
        "scope",
    )

    def __init__(self, protocol: "FrontProtocol", scope: Scope, *, keep_alive: bool, expects: bool) -> None:
        self._protocol = protocol
        self._expects = expects
        self._body: list[bytes] = []
        self._waiting = 0
        self._handed_over = False
        self._waiter: asyncio.Future[None] | None = None
        self._head: bytes | None = None
        self._chunked = False
        self._bodiless = False
        self._left: int | None = None
        self.scope = scope
        self.keep_alive = keep_alive
        self.lingers = True
        self.received = False
        self.begun = False
        self.answered = False
        self.gone = False

    def body_came(self, data: bytes) -> int:
        """A piece of the request's body; dropped when nobody will read it any more. Returns the bytes that wait."""
        if self.answered:
            return 0
        self._body.append(data)
        self._waiting += len(data)
        self.wake()
        return self._waiting

    def all_came(self) -> None:
        self.received = True
        self.wake()

    def wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._protocol.loop

    @property
    def may_answer(self) -> bool:
        """Is there somebody who reads?"""
        return not (self.gone or self._protocol.write_paused)

    def whole_body(self) -> bytes:
        """The request's body, once it has been `received`; it stays for `receive` too."""
        return b"".join(self._body)

    def answer(self, status: int, fields: bytes, body: bytes) -> None:
        """The whole answer in one write. `fields` are its header lines, free of framing."""
        keep_alive = self.keep_alive
        length = b"" if status in _WITHOUT_BODY else b"content-length: %d\r\n" % len(body)
        end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        if self.scope["method"] == "HEAD" or status in _WITHOUT_BODY:
            body = b""
        first = _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
        protocol = self._protocol
        protocol.transport.write(b"".join((first, protocol.common_headers(), fields, length, end, body)))
        self.begun = self.answered = True
        protocol.answer_gone(self)

    def run(self, rest: Coroutine[Any, Any, None]) -> None:
        """Let a coroutine answer this exchange."""
        self._protocol.run(self, rest)

    async def receive(self) -> Message:
        if self._expects:
            self._expects = False
            if not (self.begun or self.received or self._body):
                self._protocol.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not self._body and (self._handed_over or not self.received):
            if self.gone or self.answered:
                return {"type": "http.disconnect"}
            self._protocol.resume_reading()
            self._waiter = self._protocol.loop.create_future()
            await self._waiter
        if self.gone:
            return {"type": "http.disconnect"}
        body = b"".join(self._body)
        self._body.clear()
        self._waiting = 0
        self._handed_over = self.received
        return {"type": "http.request", "body": body, "more_body": not self.received}

    async def send(self, message: Message) -> None:
        if self._protocol.write_paused and not self.gone:
            await self._protocol.drained()
        if self.gone:
            return
        kind = message["type"]
        if kind == "http.response.start" and not self.begun:
            self.begun = True
            self._head = self._head_of(message["status"], message["headers"])
        elif kind == "http.response.body" and self.begun and not self.answered:
            self._write(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"{kind} does not fit here")

    def _head_of(self, status: int, headers: Headers) -> bytes:
        """The head's bytes. How the body is framed is decided here: its length when given, else chunks."""
        length: int | None = None
        fields: list[bytes] = []
        for name, value in headers:
            fields += (name, b": ", value, b"\r\n")
            if name in _FRAMING:
                if name == b"content-length":
                    length = int(value)
                elif value == b"close":
                    self.keep_alive = False
        # Who was too slow with the body until now is not waited for any longer.
        self.lingers = status != RequestTooSlow.status
        block = b"".join(fields)
        if block.count(b"\n") != len(headers) or block.count(b"\r") != len(headers):
            raise RuntimeError("a header with a line break would be read as two")
        self._bodiless = status in _WITHOUT_BODY or self.scope["method"] == "HEAD"
        self._left = length
        end = b"\r\n"
        if length is None and not self._bodiless:
            if self.scope["http_version"] == "1.0":
                self.keep_alive = False
            else:
                self._chunked = True
                end = b"transfer-encoding: chunked\r\n\r\n"
        if not self.keep_alive and b"connection: close\r\n" not in block:
            end = b"connection: close\r\n" + end
        first = _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status
        return b"".join((first, self._protocol.common_headers(), block, end))

    def _write(self, body: bytes, *, more: bool) -> None:
        if self._bodiless:
            body = b""
        elif self._chunked:
            body = chunk(body) if more else chunk(body) + LAST_CHUNK
        elif self._left is not None:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("the answer is not as long as it said")
        head, self._head = self._head, None
        if head is None:
            self._protocol.transport.write(body)
        elif len(body) < _JOINED_BELOW:
            self._protocol.transport.write(head + body)
        else:
            self._protocol.transport.writelines((head, body))
        if not more:
            self.answered = True
            self.wake()
            self._protocol.answer_gone(self)
