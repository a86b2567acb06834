"""The front of the gateway: pure ASGI, from a caller's request to the answer of the service behind it.

Checks, in this order: the path is canonical, the policy knows it, the caller is identified, may in general do this,
sends no more than the door takes, and the service has room. Then the request goes on, streaming both ways. Which rows
a caller may see is decided by the service, which checks the token again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.gateway.api.admission import Places, refuse_when_full
from services.gateway.api.canonical_path import is_canonical
from services.gateway.api.passage import Passage, Principal
from services.gateway.clients.upstream import App, Receive, Scope, Send, Upstream
from services.gateway.domain.forwarding_errors import (
    MethodRefused,
    PathNotCanonical,
    RequestTooSlow,
    RouteUnknown,
    UpstreamTimeout,
)
from services.gateway.domain.route_table import MethodNotAllowed, RouteTable, Row
from shared.errors import Failure, NotIdentified, NotPermitted

log = logging.getLogger("bashan.gateway")

Authenticate = Callable[[bytes], Principal | Awaitable[Principal]]
Observe = Callable[[str, str, int, float, float, int], None]
Quota = Callable[[Row, Principal | None, str], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body, seconds for a request (API conventions 4.1 (8) and (11)), requests under way a service."""

    body: int = 1_000_000
    upload: int = 20_000_000
    deadline: float = 10.0
    upload_deadline: float = 120.0
    in_flight: int = 512


class AccessLine(NamedTuple):
    """What the access log says of one request. Holds no query, no body and no header of the caller."""

    request_id: str
    template: str
    method: str
    status: int
    seconds: float
    seconds_upstream: float
    bytes_out: int
    client: str
    principal: Principal | None
    code: str


class Door(NamedTuple):
    """A row of the policy with everything that its requests need, worked out once."""

    row: Row
    public: bool
    upstream: Upstream
    places: Places
    ceiling: int
    body_limit: int
    deadline: float
    budget: tuple[bytes, bytes]


class Forwarder:
    """The ASGI application that callers reach.

    `authenticate` is given the Authorization header and answers with a principal, at once or awaited, or raises
    NotIdentified. `quota` raises TooMany. `observe` gets (template, method, status, seconds, seconds upstream, bytes
    out) after each request, `access_log` an AccessLine. `lifespan` is the app whose start and stop go with ours.
    """

    def __init__(
        self,
        table: RouteTable,
        upstreams: Mapping[str, Upstream],
        authenticate: Authenticate,
        *,
        limits: Limits | None = None,
        quota: Quota | None = None,
        observe: Observe | None = None,
        access_log: Callable[[AccessLine], None] | None = None,
        trusted_proxies: Container[str] = (),
        lifespan: App | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._match = table.match
        self._authenticate = authenticate
        self._quota = quota
        self._observe = observe
        self._access_log = access_log
        self._trusted_proxies = trusted_proxies
        self._lifespan = lifespan
        self._clock = clock
        self._doors = _doors(table, upstreams, limits or Limits())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        passage = Passage(scope, receive, send, self._clock())
        try:
            door = self._door(passage)
            if not door.public:
                await self._identify(passage, door.row)
            if self._quota is not None:
                self._quota(door.row, passage.principal, passage.client)
            await self._through(passage, door, receive)
        except Failure as failure:
            await passage.refuse(failure)
        except Exception:
            log.exception("forwarding_failed", extra={"request_id": passage.request_id.decode("ascii")})
            await passage.refuse(Failure())
        self._note(passage)

    def _door(self, passage: Passage) -> Door:
        """The door this request knocks at. The first checks need nothing but its head."""
        scope = passage.scope
        passage.read_headers(self._trusted_proxies)
        if not is_canonical(scope["raw_path"], scope["query_string"]):
            raise PathNotCanonical
        match = self._match(scope["method"], scope["path"])
        if match is None:
            raise RouteUnknown
        if isinstance(match, MethodNotAllowed):
            raise MethodRefused(allowed=match.allowed)
        passage.row = match.row
        return self._doors[match.index]

    async def _identify(self, passage: Passage, row: Row) -> None:
        token = passage.headers.authorization
        if token is None:
            raise NotIdentified
        try:
            answer = self._authenticate(token)
            principal = await answer if isinstance(answer, Awaitable) else answer
        except NotIdentified as failure:
            failure.data["token_given"] = True
            raise
        passage.principal = principal
        if principal.roles.isdisjoint(row.allow):
            raise NotPermitted

    async def _through(self, passage: Passage, door: Door, receive: Receive) -> None:
        has_body = passage.headers.has_body
        if has_body:
            passage.limit_body(door.body_limit)
            receive = passage.receive_counted
        refuse_when_full(door.places, door.ceiling, door.row.service)
        scope = passage.onward_scope(door.budget)
        deadline = asyncio.get_running_loop().time() + door.deadline
        began = self._clock()
        door.places.taken += 1
        try:
            await door.upstream.forward(scope, receive, passage.send, deadline=deadline, has_body=has_body)
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


def _doors(table: RouteTable, upstreams: Mapping[str, Upstream], limits: Limits) -> list[Door]:
    """One door a row. A row whose service has no upstream is a mistake of the configuration: ValueError."""
    missing = sorted({row.service for row in table.rows} - upstreams.keys())
    if missing:
        raise ValueError(f"no upstream for {', '.join(missing)}")
    places = {name: Places(limits.in_flight) for name in upstreams}
    doors = []
    for row in table.rows:
        seconds = limits.upload_deadline if row.upload else limits.deadline
        doors.append(
            Door(
                row=row,
                public=row.public,
                upstream=upstreams[row.service],
                places=places[row.service],
                ceiling=places[row.service].ceiling(row.quota),
                body_limit=limits.upload if row.upload else limits.body,
                deadline=seconds,
                budget=(b"x-deadline-ms", b"%d" % (seconds * 1000)),
            )
        )
    return doors


async def _quiet_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
