"""The caller's side of HTTP/1.1, run by uvicorn: `uvicorn.Config(app, http=FrontProtocol, proxy_headers=False)`.

uvicorn's own protocol leaves half-sent heads open for ever, takes heads of any size, answers nonsense in plain text
and writes each answer twice. Here a head has a few seconds and kilobytes, a refused body is read off for a while so
that the caller sees the refusal, and an answer is one write. llhttp in its strict setting refuses what two readers
could cut differently: two lengths, length and chunks, folded headers, bare line feeds.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

from services.gateway.api.front_exchange import Exchange
from services.gateway.api.front_reader import FrontReader
from services.gateway.api.joined_headers import COMMON
from services.gateway.api.passage import new_request_id
from services.gateway.domain.forwarding_errors import RequestTooSlow, UpstreamBusy
from shared.errors import Failure
from shared.problems import problem_body, problem_headers

NEVER = float("inf")

Express = Callable[[Exchange], Coroutine[Any, Any, None] | None]

log = logging.getLogger("bashan.gateway")


class FrontProtocol(asyncio.Protocol):
    """One connection of a caller; one more than `most_connections` takes the place of the one that has rested longest,
    or is told to come back where none rests.

    `head_seconds`: for sending a whole head, and for the first byte of a new connection. `linger_seconds`: for
    reading off the rest of a request that was refused. `stall_seconds`: for reading on while an answer waits to be
    taken. `parting_seconds`: for a last request when the server goes down. A look at the clock every `alarm_seconds`
    notices them, so the cut comes that much later at most.
    """

    most_connections = 4096
    head_bytes = 32 * 1024
    head_seconds = 7.0
    linger_seconds = 5.0
    stall_seconds = 30.0
    parting_seconds = 0.5
    alarm_seconds = 2.5

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.loop = _loop or asyncio.get_event_loop()
        self.transport = cast("asyncio.Transport", None)
        self.write_paused = False
        self.rests_since = NEVER
        self._app: Any = config.loaded_app
        self._express: Express | None = getattr(config.loaded_app, "express", None)
        self._keep_alive_seconds = float(config.timeout_keep_alive)
        self._root_path = config.root_path
        self._server_state = server_state
        self._app_state = app_state
        self._read_paused = False
        self._drain: asyncio.Future[None] | None = None
        self._current: Exchange | None = None
        self._to_start: Exchange | None = None
        self._pipelined: deque[Exchange] = deque()
        self._closing = False
        self._last = False
        self._due = NEVER
        self._alarm: asyncio.TimerHandle | None = None
        self._reader: FrontReader

    def shutdown(self) -> None:
        """uvicorn's server calls this when it goes down.

        An idle connection stays for a moment: a request may be on its way already, and is answered as the last one.
        """
        self._last = True
        if self._current is not None:
            self._current.keep_alive = False
        elif not self.transport.is_closing():
            self._due = min(self._due, self.loop.time() + self.parting_seconds)
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = self.loop.call_at(self._due, self._look_at_clock)

    def common_headers(self) -> bytes:
        """The headers that uvicorn puts on every answer (the date), joined once a second."""
        return COMMON.of(self._server_state.default_headers)

    def resume_reading(self) -> None:
        if self._read_paused:
            self._read_paused = False
            self.transport.resume_reading()

    async def drained(self) -> None:
        """Wait until the caller has read enough of the answer."""
        while self.write_paused:
            self._drain = self._drain or self.loop.create_future()
            await self._drain

    def answer_gone(self, exchange: Exchange) -> None:
        """The exchange's answer is written: go on with the next request, or end the connection."""
        self._server_state.total_requests += 1
        self._current = None
        keep_alive = exchange.keep_alive and not (self._closing or self._last)
        if not exchange.received and exchange.lingers:
            self._closing = not keep_alive
            self._due = self.loop.time() + self.linger_seconds
            self.resume_reading()
        elif not keep_alive:
            self.transport.close()
        elif self._pipelined:
            self._current = self._pipelined.popleft()
            self._start(self._current)
        elif self._reader.in_head:
            self._due = self.loop.time() + self.head_seconds
            self.resume_reading()
        else:
            self._rest()
            self.resume_reading()

    def _rest(self) -> None:
        self.rests_since = self.loop.time()
        self._due = self.rests_since + self._keep_alive_seconds

    def run(self, exchange: Exchange, rest: Coroutine[Any, Any, None]) -> None:
        """Let a coroutine answer the exchange, in a task that uvicorn waits for when it goes down."""
        self._server_state.tasks.add(self.loop.create_task(self._watched(exchange, rest)))

    def _start(self, exchange: Exchange) -> None:
        self._due = NEVER
        if self._express is not None and exchange.received:
            rest = self._express(exchange)
        else:
            rest = self._app(exchange.scope, exchange.receive, exchange.send)
        if rest is not None:
            self.run(exchange, rest)

    async def _watched(self, exchange: Exchange, rest: Coroutine[Any, Any, None]) -> None:
        try:
            await rest
        except Exception:
            log.exception("front_failed")
            if not exchange.begun:
                self._refuse(Failure())
        finally:
            self._server_state.tasks.discard(cast("Any", asyncio.current_task()))
            if not exchange.answered and not exchange.gone:
                # An answer that broke off can only be told by the connection's end.
                self.transport.abort() if exchange.begun else self.transport.close()

    def _refuse(self, failure: Failure) -> None:
        """Answer what cannot be given to the application, and end the connection."""
        request_id = new_request_id().decode("ascii")
        body = problem_body(failure, request_id, "")
        lines = [b"HTTP/1.1 %d %b\r\n" % (failure.status, failure.code.encode("ascii")), self.common_headers()]
        for name, value in problem_headers(failure, request_id, len(body)):
            lines += (name, b": ", value, b"\r\n")
        self._closing = True
        self.transport.write(b"".join((*lines, b"connection: close\r\n\r\n", body)))
        self.transport.close()

    # What the reader tells.

    def head_began(self) -> None:
        self.rests_since = NEVER
        if self._current is None:
            self._due = self.loop.time() + self.head_seconds

    def request_came(self, exchange: Exchange) -> None:
        """A request's head is there; the application gets it when the bytes at hand are read."""
        if self._last:
            exchange.keep_alive = False
        if self._current is None and not self.transport.is_closing():
            self._current = self._to_start = exchange
        else:
            self._pipelined.append(exchange)
            self.pause_reading()

    def rest_came(self, exchange: Exchange) -> None:
        """The body of a request that was answered before its end has ended."""
        if self._closing or not exchange.keep_alive:
            self.transport.close()
        elif self._current is None:
            self._rest()

    def pause_reading(self) -> None:
        if not self._read_paused and not self.transport.is_closing():
            self._read_paused = True
            self.transport.pause_reading()

    # What the event loop tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._server_state.connections.add(cast("Any", self))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "root_path": self._root_path,
            "server": _address(transport.get_extra_info("sockname")),
            "client": _address(transport.get_extra_info("peername")),
            "scheme": "https" if transport.get_extra_info("sslcontext") else "http",
        }
        self._reader = FrontReader(self, scope, self._app_state, self.head_bytes)
        if len(self._server_state.connections) > self.most_connections and not self._take_place_of_resting():
            self._refuse(UpstreamBusy(retry_after=2))
            return
        self._due = self.loop.time() + self.head_seconds
        self._alarm = self.loop.call_later(self.alarm_seconds, self._look_at_clock)

    def _take_place_of_resting(self) -> bool:
        """Who waits to be served goes before who only keeps a line open; False where nobody does."""
        connections = cast("set[FrontProtocol]", self._server_state.connections)
        longest = min(connections, key=lambda one: one.rests_since)
        if longest.rests_since == NEVER:
            return False
        longest.rests_since = NEVER
        longest.transport.close()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server_state.connections.discard(cast("Any", self))
        if self._alarm is not None:
            self._alarm.cancel()
        for exchange in (self._current, *self._pipelined):
            if exchange is not None:
                exchange.gone = True
                exchange.wake()
        self._pipelined.clear()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        if self._closing and self._current is None and reader.receiving is None:
            return
        failure = reader.feed(data)
        if failure is not None:
            self._unreadable(failure)
        started, self._to_start = self._to_start, None
        if started is not None:
            self._start(started)

    def pause_writing(self) -> None:
        self.write_paused = True
        self._due = self.loop.time() + self.stall_seconds

    def resume_writing(self) -> None:
        self.write_paused = False
        if self._current is not None:
            self._due = NEVER
        drain, self._drain = self._drain, None
        if drain is not None and not drain.done():
            drain.set_result(None)

    def _unreadable(self, failure: Failure) -> None:
        """Nothing more can be read here. An answer under way is broken off, as its request was not read whole."""
        self._closing = True
        current = self._current
        if current is None or current is self._to_start:
            self._current = self._to_start = None
            self._refuse(failure)
        elif current.begun or not current.received:
            self.transport.abort()
        else:
            current.keep_alive = False

    def _look_at_clock(self) -> None:
        now = self.loop.time()
        if now < self._due:
            self._alarm = self.loop.call_at(min(self._due, now + self.alarm_seconds), self._look_at_clock)
        elif self.write_paused:
            self.transport.abort()
        elif self._reader.in_head and self._current is None:
            self._refuse(RequestTooSlow())
        else:
            self.transport.close()


def _address(name: object) -> tuple[str, int] | None:
    """Host and port of a socket's end; None for unix sockets."""
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
