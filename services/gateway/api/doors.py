"""The policy's rows made ready for requests, and what the Forwarder is told to keep to."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.gateway.api.admission import Places
from services.gateway.api.passage import Passage, Principal
from services.gateway.clients.upstream import Upstream
from services.gateway.domain.route_table import RouteTable, Row

Authenticate = Callable[[bytes], Principal | Awaitable[Principal]]
Observe = Callable[[str, str, int, float, float, int], None]
Quota = Callable[[Row, Principal | None, str], None]
_BODY_SHARE = 0.9
"""Of an ordinary request's time, for its body or the beginning of a large one, also of an upload."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body, seconds for a request (API conventions 4.1 (8) and (11)), requests under way a service.

    Who need not say who they are send little: a login, a proof, an objection in words. Else a crowd of strangers could
    fill the memory with bodies that nobody asked for.
    """

    body: int = 1_000_000
    public_body: int = 64_000
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
    """A row of the policy with everything that its requests need, worked out once.

    Seconds count from the moment the request knocks: `body_seconds` until its body is there, or as much as is waited
    for; `deadline` until the service begins to answer, what the body took included.
    """

    row: Row
    public: bool
    upstream: Upstream
    places: Places
    ceiling: int
    body_limit: int
    body_seconds: float
    deadline: float
    budget: tuple[bytes, bytes]

    def with_left(self, seconds: float) -> "Door":
        """The same door for a request that has used up a part of its time."""
        return self._replace(budget=_budget(max(0.0, seconds)))


Guard = Callable[[Passage, Door, Principal], Awaitable[Door] | None]


def build_doors(table: RouteTable, upstreams: Mapping[str, Upstream], limits: Limits) -> list[Door]:
    """One door a row. A row whose service has no upstream is a mistake of the configuration: ValueError."""
    missing = sorted({row.service for row in table.rows} - upstreams.keys())
    if missing:
        raise ValueError(f"no upstream for {', '.join(missing)}")
    places = {name: Places(limits.in_flight) for name in upstreams}
    doors = []
    for row in table.rows:
        ordinary = limits.public_body if row.public else limits.body
        seconds = limits.upload_deadline if row.upload else limits.deadline
        doors.append(
            Door(
                row=row,
                public=row.public,
                upstream=upstreams[row.service],
                places=places[row.service],
                ceiling=places[row.service].ceiling(row.quota),
                body_limit=limits.upload if row.upload else ordinary,
                body_seconds=_BODY_SHARE * min(seconds, limits.deadline),
                deadline=seconds,
                budget=_budget(seconds),
            )
        )
    return doors


def _budget(seconds: float) -> tuple[bytes, bytes]:
    """The header by which a service learns how long it has."""
    return (b"x-deadline-ms", b"%d" % (seconds * 1000))
