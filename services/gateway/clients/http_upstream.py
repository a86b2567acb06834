"""A sibling behind TCP or unix sockets: replicas with kept-alive pools, breakers, deadlines, and careful retries.

A replica that refuses the connection is passed over for the next one. Once bytes were sent, only a method that
changes nothing is sent again, once, and only when the connection had rested: its closing crossed our request.
"""

import asyncio
import contextlib
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from services.gateway.clients.breaker import Breaker
from services.gateway.clients.conversation import (
    Body,
    CallerGoneError,
    bring_answer,
    bring_answer_while_sending,
    until_gone,
)
from services.gateway.clients.http_connection import ExchangeError, HttpConnection
from services.gateway.clients.http_pool import Address, ConnectError, HttpPool, PoolLimits
from services.gateway.clients.request_head import request_head
from services.gateway.clients.upstream import Headers, Message, Receive, Scope, Send, is_safe
from services.gateway.domain.forwarding_errors import UpstreamTimeout, UpstreamUnavailable

TICK = 0.1
CALLER_WATCHED_AFTER = 0.2


class Replica:
    """One address of the service, its connections and its breaker."""

    __slots__ = ("breaker", "pool", "text")

    def __init__(self, text: str, limits: PoolLimits, breaker: Breaker) -> None:
        self.text = text
        self.pool = HttpPool(Address.parse(text), limits)
        self.breaker = breaker


class Call(NamedTuple):
    """A request on its way: where it went, its bytes, and whether it may be sent again after a broken connection."""

    connection: HttpConnection
    replica: Replica
    head: bytes
    deadline: float
    may_repeat: bool


class HttpUpstream:
    """Forwards to `replicas` in turn. One timer serves all deadlines, rests and watches of callers."""

    def __init__(
        self,
        name: str,
        replicas: Sequence[str],
        limits: PoolLimits | None = None,
        *,
        breaker_threshold: int = 5,
        breaker_rest: float = 2.0,
    ) -> None:
        if not replicas:
            raise ValueError(f"the upstream {name} needs a replica")
        self.name = name
        self._limits = limits or PoolLimits()
        self._replicas = [Replica(text, self._limits, Breaker(breaker_threshold, breaker_rest)) for text in replicas]
        self._turn = 0
        self._ticking: asyncio.TimerHandle | None = None

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, deadline: float, has_body: bool) -> None:
        first, more = b"", False
        if has_body:
            message = await self._first_of_body(receive, deadline)
            if message["type"] == "http.disconnect":
                return
            first, more = message.get("body", b""), message.get("more_body", False)
        head, chunked = request_head(scope, scope["headers"], first, has_body=has_body, more=more)
        connection, replica = await self._connected(deadline, fresh=False)
        call = Call(connection, replica, head, deadline, may_repeat=not more and is_safe(scope["method"]))
        self._begin(call, receive, whole=not more)
        await self.finish(call, receive, send, Body(receive, chunked=chunked) if more else None)

    def begin_at_once(
        self,
        scope: Scope,
        headers: Headers,
        body: bytes,
        receive: Receive,
        *,
        deadline: float,
        has_body: bool,
    ) -> Call | None:
        """Send a request that is whole, if the replica whose turn it is has a rested connection; None: nothing was
        sent, use `forward`.

        `headers` stand in for the scope's own.
        The caller sets the connection's `listener` and then either takes the whole answer and calls `settle`, or
        awaits `finish`.
        """
        replica = self._replicas[self._turn]
        if not replica.breaker.closed or (connection := replica.pool.take_idle()) is None:
            return None
        self._turn = (self._turn + 1) % len(self._replicas)
        head, _ = request_head(scope, headers, body, has_body=has_body, more=False)
        call = Call(connection, replica, head, deadline, may_repeat=is_safe(scope["method"]))
        self._begin(call, receive, whole=True)
        return call

    def settle(self, call: Call) -> None:
        """The answer was whole and has been taken."""
        call.replica.breaker.succeeded()
        self._let_go(call)

    async def finish(self, call: Call, receive: Receive, send: Send, body: Body | None = None) -> None:
        """Bring the answer of a begun call back, asking once more where that does no harm."""
        with contextlib.suppress(CallerGoneError):
            try:
                await self._converse(call, send, body)
            except ExchangeError as broken:
                if not (call.may_repeat and call.connection.used and not broken.answered):
                    raise UpstreamUnavailable(service=self.name) from broken
            else:
                return
            connection, replica = await self._connected(call.deadline, fresh=True)
            again = Call(connection, replica, call.head, call.deadline, may_repeat=False)
            self._begin(again, receive, whole=True)
            try:
                await self._converse(again, send, None)
            except ExchangeError as broken:
                raise UpstreamUnavailable(service=self.name) from broken

    def describe(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": "http",
            "replicas": [
                {
                    "address": replica.text,
                    "breaker": "closed" if replica.breaker.closed else "open",
                    "idle": replica.pool.idle,
                    "busy": len(replica.pool.busy),
                    "waiting": replica.pool.waiting,
                }
                for replica in self._replicas
            ],
        }

    async def aclose(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        for replica in self._replicas:
            replica.pool.close_all()
        await asyncio.sleep(0)

    def _begin(self, call: Call, receive: Receive, *, whole: bool) -> None:
        connection = call.connection
        connection.caller = receive if whole else None
        if self._ticking is None:
            self._ticking = connection.loop.call_later(TICK, self._tick)
        connection.begin(call.head, call.deadline, whole=whole)

    async def _converse(self, call: Call, send: Send, body: Body | None) -> None:
        """Bring one answer back. Whatever happens, the connection goes back and the breaker learns of it."""
        connection, breaker = call.connection, call.replica.breaker
        try:
            if body is None:
                await bring_answer(connection, send)
            else:
                await bring_answer_while_sending(connection, send, body)
        except (ExchangeError, UpstreamTimeout):
            breaker.failed(connection.loop.time())
            raise
        except BaseException:
            breaker.abandoned()
            raise
        else:
            breaker.succeeded()
        finally:
            self._let_go(call)

    def _let_go(self, call: Call) -> None:
        connection = call.connection
        connection.caller = None
        if connection.watch is not None:
            connection.watch.cancel()
            connection.watch = None
        call.replica.pool.give_back(connection)

    def _in_turn(self) -> list[Replica]:
        """All replicas, each time beginning with the next one."""
        first = self._turn
        self._turn = (first + 1) % len(self._replicas)
        return self._replicas[first:] + self._replicas[:first]

    async def _connected(self, deadline: float, *, fresh: bool) -> tuple[HttpConnection, Replica]:
        """A connection of the next replica that takes one; each is tried once."""
        now = asyncio.get_running_loop().time
        for replica in self._in_turn():
            if not replica.breaker.allows(now()):
                continue
            if not fresh and (connection := replica.pool.take_idle()) is not None:
                return connection, replica
            try:
                async with asyncio.timeout_at(deadline):
                    return await replica.pool.take(fresh=fresh), replica
            except ConnectError:
                replica.breaker.failed(now())
            except TimeoutError:
                replica.breaker.abandoned()
                raise UpstreamTimeout(service=self.name) from None
            except BaseException:
                replica.breaker.abandoned()
                raise
        soonest = min(replica.breaker.opens_in(now()) for replica in self._replicas)
        raise UpstreamUnavailable(service=self.name, retry_after=max(1, math.ceil(soonest)))

    async def _first_of_body(self, receive: Receive, deadline: float) -> Message:
        try:
            async with asyncio.timeout_at(deadline):
                return await receive()
        except TimeoutError:
            raise UpstreamTimeout(service=self.name) from None

    def _tick(self) -> None:
        """Cut what is late, watch the callers of what takes long, close what has rested too long."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        alive = False
        for replica in self._replicas:
            pool = replica.pool
            for connection in pool.busy:
                if now >= connection.deadline:
                    connection.fail(UpstreamTimeout(service=self.name))
                elif connection.caller is not None and now >= connection.begun_at + CALLER_WATCHED_AFTER:
                    connection.watch = loop.create_task(until_gone(connection, connection.caller))
                    connection.caller = None
            pool.close_idle(now - self._limits.idle)
            alive = alive or bool(pool.busy) or bool(pool.idle)
        self._ticking = loop.call_later(TICK, self._tick) if alive else None
