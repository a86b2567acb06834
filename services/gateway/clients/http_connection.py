"""One kept-alive HTTP/1.1 connection to an upstream, one exchange at a time, parsed by llhttp (httptools)."""

import asyncio
from collections.abc import Callable
from typing import cast

import httptools

from services.gateway.clients.upstream import Headers, Receive

HIGH_WATER = 64 * 1024
SMALL = 16 * 1024


class ExchangeError(Exception):
    """The exchange cannot be finished. `answered`: some bytes of a response had come."""

    def __init__(self, reason: str, *, answered: bool) -> None:
        super().__init__(reason)
        self.answered = answered


class HttpConnection(asyncio.Protocol):
    """The caller begins an exchange, waits for the head, takes the body piece by piece, and asks `reusable`.

    Reading pauses while more than HIGH_WATER bytes wait to be taken; `drained` waits while the peer does not read.
    `when_lost` is called once, when the connection is gone for whatever reason. `listener` is called once, when the
    whole of a small answer has come, or the head of another, or the exchange failed. `caller` is where the exchange's
    caller may be watched for going away, `watch` the task that does.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, when_lost: Callable[["HttpConnection"], None]) -> None:
        self._when_lost = when_lost
        self._parser = httptools.HttpResponseParser(self)
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._write_paused = False
        self._read_paused = False
        self._busy = False
        self._interim = False
        self._framed = True
        self._keep_alive = False
        self._small = False
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._failure: Exception | None = None
        self.loop = loop
        self.listener: Callable[[], None] | None = None
        self.caller: Receive | None = None
        self.watch: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport = cast("asyncio.Transport", None)
        self.open = False
        self.used = False
        self.idle_since = 0.0
        self.begun_at = 0.0
        self.deadline = 0.0
        self.request_sent = False
        self.head_done = False
        self.done = False
        self.status = 0
        self.headers: Headers = []

    def begin(self, data: bytes, deadline: float, *, whole: bool) -> None:
        """Start an exchange with `data`; `whole` says that it is all of the request."""
        self._busy = True
        self._interim = False
        self._framed = False
        self._keep_alive = False
        self._small = False
        self._failure = None
        self.begun_at = self.loop.time()
        self.deadline = deadline
        self.request_sent = whole
        self.head_done = False
        self.done = False
        self.transport.write(data)

    def write(self, data: bytes, *, last: bool) -> None:
        """Send more of the request's body, already framed."""
        self.transport.write(data)
        self.request_sent = last

    async def drained(self) -> None:
        """Wait until the peer has read enough for more to be written."""
        while self._write_paused and self._failure is None:
            self._writer = self.loop.create_future()
            await self._writer
        self._raise_failure()

    async def head(self) -> None:
        """Wait for the response's status and headers. Raises ExchangeError, or what `fail` was given."""
        while not self.head_done:
            self._raise_failure()
            self._reader = self.loop.create_future()
            await self._reader
        if not self.done:
            self._raise_failure()

    async def piece(self) -> tuple[bytes, bool]:
        """The body bytes that have come, waiting for some, and whether they are the last. Raises as `head` does."""
        while not self._pieces and not self.done:
            self._raise_failure()
            self._reader = self.loop.create_future()
            await self._reader
        body = self.taken()
        if self._read_paused:
            self._read_paused = False
            self.transport.resume_reading()
        return body, self.done

    def taken(self) -> bytes:
        """The body bytes that have come and were not taken yet."""
        pieces = self._pieces
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self._waiting = 0
        return body

    @property
    def whole(self) -> bool:
        """Has the whole answer come, with nothing wrong?"""
        return self.done and self._failure is None

    def fail(self, failure: Exception) -> None:
        """Break the exchange: whoever waits gets `failure`, and the connection is closed."""
        if self._failure is None:
            self._failure = failure
        self._wake()
        self.close()

    def finish(self) -> bool:
        """End the exchange. True: the connection may carry another. False: it is closed, as a reused one would mix
        up answers after an error, an unfinished body, or bytes nobody asked for."""
        reusable = self.open and self.done and self.request_sent and self._keep_alive
        if reusable:
            self.used = True
        else:
            # At once, not after what is still to be written: a peer that does not read would keep it for ever.
            self._pieces.clear()
            self.close()
        self._busy = False
        return reusable

    def close(self) -> None:
        self.open = False
        if not self.transport.is_closing():
            self.transport.abort() if self._busy else self.transport.close()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _wake(self) -> None:
        for waiter in (self._reader, self._writer):
            if waiter is not None and not waiter.done():
                waiter.set_result(None)
        self._tell_listener()

    def _tell_listener(self) -> None:
        listener = self.listener
        if listener is not None:
            self.listener = None
            listener()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.open = True

    def data_received(self, data: bytes) -> None:
        if not self._busy or self.done:
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.fail(ExchangeError("the answer is no HTTP", answered=True))
            return
        self._tell_progress()

    def _tell_progress(self) -> None:
        if self.head_done:
            reader = self._reader
            if reader is not None and not reader.done():
                reader.set_result(None)
            if self.done or not self._small:
                self._tell_listener()
        if self._waiting > HIGH_WATER and not self._read_paused and not self.done:
            self._read_paused = True
            self.transport.pause_reading()

    def eof_received(self) -> None:
        if self._busy and self.head_done and not self.done and not self._framed:
            self.done = True
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self._busy and not self.done:
            reason = "closed by the upstream" if exc is None else type(exc).__name__
            self._failure = self._failure or ExchangeError(reason, answered=self.head_done)
        self._wake()
        self._when_lost(self)

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        if self._writer is not None and not self._writer.done():
            self._writer.set_result(None)

    def on_message_begin(self) -> None:
        if self.done:
            raise ExchangeError("an answer that nobody asked for", answered=True)
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"content-length":
            self._framed = True
            self._small = len(value) < 6 and int(value) <= SMALL
        elif name == b"transfer-encoding":
            self._framed = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._interim = status < 200
        if self._interim:
            return
        if status in {204, 304}:
            self._framed = True
        if not self.done:
            self.status = status
            self.head_done = True

    def on_body(self, body: bytes) -> None:
        if not self.done:
            self._pieces.append(body)
            self._waiting += len(body)

    def on_message_complete(self) -> None:
        if self._interim:
            self._interim = False
            self._framed = False
        elif not self.done:
            self._keep_alive = self._parser.should_keep_alive()
            self.done = True
