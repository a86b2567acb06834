"""Counts requests by user, device and address, and refuses who sends too many.

Counting costs a request no wait: each process counts in memory, and every second adds what busy callers asked to the
count of all processes, and takes theirs over. So a limit holds across processes but for what comes within a second.
While the database is away each process limits by itself.
"""

import asyncio
import time
from collections.abc import Callable
from functools import lru_cache

import structlog

from services.gateway.domain.errors import TooManyRequests
from services.gateway.domain.request_limits import (
    ADDRESS,
    DEVICE,
    USER,
    LimitPolicy,
    come_back_in,
    network_of,
    worth_sharing,
)
from services.gateway.storage.request_counts import RequestCounts
from services.gateway.use_cases.token_mint import session_of
from shared.auth import Principal
from shared.errors import Failure

SHARE_EVERY_SECONDS = 1.0
MOST_SHARED = 500

log = structlog.get_logger("request_limits")
_network_of = lru_cache(20_000)(network_of)


class _Counter:
    """Who asked how often in this span, for one kind of caller and one class of routes."""

    __slots__ = ("counts", "kind", "limit", "quota", "shared")

    def __init__(self, kind: str, quota: str, limit: int) -> None:
        self.kind = kind
        self.quota = quota
        self.limit = limit
        self.counts: dict[str, int] = {}
        # What the count was when it last was the same as that of all processes.
        self.shared: dict[str, int] = {}

    def busy(self) -> dict[str, int]:
        """Key → what was asked since it was shared last, of those who ask much."""
        return {
            f"{self.kind}:{self.quota}:{key}": count - self.shared.get(key, 0)
            for key, count in self.counts.items()
            if worth_sharing(count, self.limit)
        }

    def take_over(self, key: str, told: int, total: int) -> None:
        """`told` was added to what is `total` for all now; more may have come in the meantime."""
        since = self.counts.get(key, 0) - self.shared.get(key, 0) - told
        self.counts[key], self.shared[key] = total + since, total


class RequestLimits:
    """Give `take` to the Forwarder as its quota; `run` beside it."""

    def __init__(self, policy: LimitPolicy, counts: RequestCounts, clock: Callable[[], float] = time.time) -> None:
        self._policy = policy
        self._shared_counts = counts
        self._clock = clock
        self._ends = 0.0
        self._by_class: dict[str, tuple[_Counter, _Counter, _Counter]] = {}

    def take(self, quota: str, principal: Principal | None, address: str) -> None:
        """One request. Raises TooManyRequests."""
        if self._clock() >= self._ends:
            self._begin()
        users, devices, addresses = self._by_class[quota]
        if principal is not None:
            self._count(users, principal.subject)
            self._count(devices, session_of(principal.token_id))
        # Last: what is refused to one user takes nothing from the others behind the same address.
        self._count(addresses, _network_of(address))

    async def share(self) -> None:
        """Tells the other processes what busy callers asked here, and learns what they asked there."""
        if self._clock() >= self._ends:
            self._begin()
        counters = {f"{one.kind}:{one.quota}": one for of in self._by_class.values() for one in of}
        busy = {key: count for counter in counters.values() for key, count in counter.busy().items()}
        if not busy:
            return
        told = dict(sorted(busy.items(), key=lambda entry: -entry[1])[:MOST_SHARED])
        ends = self._ends
        totals = await self._shared_counts.add(int(ends) - self._policy.seconds, told)
        if ends != self._ends:
            return
        for name, total in totals.items():
            kind, quota, key = name.split(":", 2)
            counters[f"{kind}:{quota}"].take_over(key, told[name], total)

    async def run(self) -> None:
        """Shares until cancelled."""
        while True:
            await asyncio.sleep(SHARE_EVERY_SECONDS)
            try:
                await self.share()
            except (Failure, OSError) as failure:
                log.warning("request_counts_unshared", reason=type(failure).__name__)

    def _begin(self) -> None:
        """A new span: everybody begins at nothing."""
        seconds = self._policy.seconds
        self._ends = (int(self._clock()) // seconds + 1) * seconds
        limits = self._policy.limits
        self._by_class = {
            quota: (
                _Counter(USER, quota, limits[USER][quota]),
                _Counter(DEVICE, quota, limits[DEVICE][quota]),
                _Counter(ADDRESS, quota, limits[ADDRESS][quota]),
            )
            for quota in limits[USER]
        }

    def _count(self, counter: _Counter, key: str) -> None:
        count = counter.counts.get(key, 0) + 1
        counter.counts[key] = count
        if count > counter.limit:
            left = int(self._ends - self._clock())
            raise TooManyRequests(
                retry_after=come_back_in(key, left), rate_limit=(counter.kind, counter.limit, self._policy.seconds)
            )
