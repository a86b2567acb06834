"""The front of the gateway: pure ASGI, from a caller's request to the answer of the service behind it.

Checks, in this order: the path is canonical, the policy knows it, the caller is identified, may in general do this,
sends no more than the door takes, and the service has room. Then the request goes on, streaming both ways. Which rows
a caller may see is decided by the service, which checks the token again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Container, Coroutine, Mapping
from functools import partial
from typing import Any, cast

from services.gateway.api.admission import refuse_when_full
from services.gateway.api.canonical_path import is_canonical
from services.gateway.api.doors import AccessLine, Authenticate, Door, Guard, Limits, Observe, Quota, build_doors
from services.gateway.api.front_exchange import Exchange
from services.gateway.api.passage import Passage, Principal
from services.gateway.clients.http_upstream import Call, HttpUpstream
from services.gateway.clients.upstream import App, Receive, Scope, Send, Upstream
from services.gateway.domain.forwarding_errors import (
    MethodRefused,
    PathNotCanonical,
    RequestTooSlow,
    RouteUnknown,
    UpstreamTimeout,
)
from services.gateway.domain.route_table import MethodNotAllowed, RouteTable
from shared.auth import role_refused
from shared.errors import Failure, NotIdentified
from shared.tracing import Traces, end_span

HELD_BYTES, HELD_OF_UPLOAD = 64 * 1024, 16 * 1024
"""So much of a body is waited for before a service hears of the request: of a photo less, since a phone on a poor line
(64 kbit/s) needs eight seconds for 64 KiB."""

log = logging.getLogger("bashan.gateway")


class Forwarder:
    """The ASGI application that callers reach.

    `authenticate` is given the Authorization header and answers with a principal, at once or awaited, or raises
    NotIdentified. `quota` raises TooMany, `step_up` StepUpNeeded. `guard` has the last word on an identified caller:
    None, or what has to be waited for and gives the door to take. `observe` gets (template, method, status, seconds,
    seconds upstream, bytes out) after each request, `access_log` an AccessLine. `lifespan` is the app whose start and
    stop go with ours.
    """

    def __init__(
        self,
        table: RouteTable,
        upstreams: Mapping[str, Upstream],
        authenticate: Authenticate,
        *,
        limits: Limits | None = None,
        quota: Quota | None = None,
        step_up: Callable[[Principal], None] | None = None,
        guard: Guard | None = None,
        observe: Observe | None = None,
        access_log: Callable[[AccessLine], None] | None = None,
        trusted_proxies: Container[str] = (),
        lifespan: App | None = None,
        traces: Traces | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._upstreams = tuple(upstreams.values())
        self._match = table.match
        self._authenticate = authenticate
        self._quota = quota
        self._step_up = step_up
        self._guard = guard
        self._observe = observe
        self._access_log = access_log
        self._trusted_proxies = trusted_proxies
        self._lifespan = lifespan
        self._traces = traces
        self._clock = clock
        self._doors = build_doors(table, upstreams, limits or Limits())

    async def aclose(self) -> None:
        """Let go of all connections to the services."""
        for upstream in self._upstreams:
            await upstream.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        passage = Passage(scope, receive, send, self._clock())
        await self._conclude(passage, self._serve(passage))

    def express(self, exchange: Exchange) -> Coroutine[Any, Any, None] | None:
        """What FrontProtocol asks for a request that has come whole: the same as `__call__`, without a task.

        Returns None when the request is on its way to a service, whose answer then goes out by itself; or the
        coroutine that has to be run, where something must be waited for or refused.
        """
        passage = Passage(exchange.scope, exchange.receive, exchange.send, self._clock())
        try:
            door = self._door(passage)
            who = None if door.public else self._principal(passage)
            if hasattr(who, "__await__"):
                return self._conclude(passage, self._enter(passage, door, who))
            self._permit(passage, door, who)
            further = self._guard(passage, door, who) if self._guard is not None and who is not None else None
        except Exception as failure:  # noqa: BLE001 - the coroutine raises it again, where it is answered and logged
            return self._conclude(passage, _refused(failure))
        if further is not None:
            return self._conclude(passage, self._guarded(passage, further))
        upstream = door.upstream
        if passage.headers.chunked or not isinstance(upstream, HttpUpstream):
            return self._conclude(passage, self._through(passage, door))
        began = self._clock()
        call = upstream.begin_at_once(
            exchange.scope,
            passage.onward_headers(door.budget),
            exchange.whole_body(),
            exchange.receive,
            deadline=passage.entered + door.deadline,
            has_body=passage.headers.has_body,
        )
        if call is None:
            return self._conclude(passage, self._through(passage, door))
        passage.body_came_whole()
        door.places.taken += 1
        call.connection.listener = partial(self._arrived, exchange, passage, door, call, began)
        return None

    def _arrived(self, exchange: Exchange, passage: Passage, door: Door, call: Call, began: float) -> None:
        """The end of the express way: a whole answer goes out at once; whatever else came goes the long way."""
        upstream = cast("HttpUpstream", door.upstream)
        connection = call.connection
        if not (connection.whole and exchange.may_answer):
            rest = upstream.finish(call, passage.receive, passage.send)
            exchange.run(self._conclude(passage, self._follow(passage, door, began, rest)))
            return
        status, headers, body = connection.status, connection.headers, connection.taken()
        upstream.settle(call)
        door.places.taken -= 1
        passage.seconds_upstream = self._clock() - began
        passage.answer_whole(exchange, status, headers, body)
        self._note(passage)

    async def _conclude(self, passage: Passage, steps: Coroutine[Any, Any, None]) -> None:
        """Take the steps; answer with a problem where they fail; note what happened."""
        try:
            await steps
        except Failure as failure:
            await passage.refuse(failure)
        except Exception:
            log.exception("forwarding_failed", extra={"request_id": passage.request_id.decode("ascii")})
            await passage.refuse(Failure())
        self._note(passage)

    async def _serve(self, passage: Passage) -> None:
        door = self._door(passage)
        await self._enter(passage, door, None if door.public else self._principal(passage))

    async def _enter(self, passage: Passage, door: Door, who: Principal | Awaitable[Principal] | None) -> None:
        principal = await cast("Awaitable[Principal]", who) if hasattr(who, "__await__") else who
        self._permit(passage, door, principal)
        further = self._guard(passage, door, principal) if self._guard is not None and principal is not None else None
        door = door if further is None else await further
        if passage.headers.has_body:
            if not await self._body_came(passage, door):
                return
            left = passage.entered + door.deadline - asyncio.get_running_loop().time()
            door = door.with_left(left)
        await self._through(passage, door)

    async def _body_came(self, passage: Passage, door: Door) -> bool:
        """Wait for the body before a place and a connection are taken for it: who sends a byte a second holds up nobody
        but himself. Of a large one, wait for its beginning; who sends the rest slowly holds a place until the request's
        deadline, which was set before. False where the caller left. Raises RequestTooSlow.
        """
        try:
            async with asyncio.timeout_at(passage.entered + door.body_seconds):
                came = await passage.hold_body(HELD_OF_UPLOAD if door.row.upload else HELD_BYTES)
        except TimeoutError:
            raise RequestTooSlow from None
        if came:
            refuse_when_full(door.places, door.ceiling, door.row.service)
        return came

    async def _guarded(self, passage: Passage, further: Awaitable[Door]) -> None:
        await self._through(passage, await further)

    def _door(self, passage: Passage) -> Door:
        """The door this request knocks at. The first checks need nothing but its head."""
        scope = passage.scope
        passage.read_headers(self._trusted_proxies)
        if self._traces is not None:
            passage.span = self._traces.begin(scope["method"])
        if not is_canonical(scope["raw_path"], scope["query_string"]):
            raise PathNotCanonical
        match = self._match(scope["method"], scope["path"])
        if match is None:
            raise RouteUnknown
        if isinstance(match, MethodNotAllowed):
            raise MethodRefused(allowed=match.allowed)
        passage.row = match.row
        passage.entered = asyncio.get_running_loop().time()
        return self._doors[match.index]

    def _principal(self, passage: Passage) -> Principal | Awaitable[Principal]:
        token = passage.headers.authorization
        if token is None:
            raise NotIdentified
        return self._authenticate(token)

    def _permit(self, passage: Passage, door: Door, principal: Principal | None) -> None:
        """May this caller use this door, now, with a body of this size?"""
        passage.principal = principal
        if principal is not None and principal.roles.isdisjoint(door.row.allow):
            raise role_refused(door.row.allow)
        if door.row.step_up and principal is not None and self._step_up is not None:
            self._step_up(principal)
        if self._quota is not None:
            self._quota(door.row, principal, passage.client)
        if passage.headers.has_body:
            passage.limit_body(door.body_limit)
        refuse_when_full(door.places, door.ceiling, door.row.service)

    def _through(self, passage: Passage, door: Door) -> Coroutine[Any, Any, None]:
        """Forward the request. Its place is taken at once, not when the coroutine begins to run."""
        door.places.taken += 1
        has_body = passage.headers.has_body
        answer = door.upstream.forward(
            passage.onward_scope(door.budget),
            passage.receive_counted if has_body else passage.receive,
            passage.send,
            deadline=passage.entered + door.deadline,
            has_body=has_body,
        )
        return self._follow(passage, door, self._clock(), answer)

    async def _follow(self, passage: Passage, door: Door, began: float, answer: Coroutine[Any, Any, None]) -> None:
        """Wait for the service's answer to go out; the place it took is free again afterwards."""
        try:
            await answer
        except UpstreamTimeout:
            if passage.caller_was_slow():
                raise RequestTooSlow from None
            raise
        finally:
            door.places.taken -= 1
            passage.seconds_upstream = self._clock() - began
        passage.raise_refused()

    def _note(self, passage: "Passage") -> None:
        template = passage.row.template if passage.row is not None else ""
        method = passage.scope["method"]
        seconds = self._clock() - passage.begun
        if self._observe is not None:
            self._observe(template, method, passage.status, seconds, passage.seconds_upstream, passage.bytes_out)
        if passage.span is not None:
            end_span(passage.span, method, template, passage.status, passage.request_id.decode("ascii"))
        if self._access_log is not None:
            self._access_log(
                AccessLine(
                    passage.request_id.decode("ascii"),
                    template,
                    method,
                    passage.status,
                    seconds,
                    passage.seconds_upstream,
                    passage.bytes_out,
                    passage.client,
                    passage.principal,
                    passage.code,
                )
            )

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif self._lifespan is not None:
            await self._lifespan(scope, receive, send)
        else:
            await _quiet_lifespan(receive, send)


async def _refused(failure: Exception) -> None:
    raise failure


async def _quiet_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
