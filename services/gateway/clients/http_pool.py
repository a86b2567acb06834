"""Kept-alive connections to one replica: bounded, newest first, never one that may hold a stale answer."""

import asyncio
from collections import deque
from dataclasses import dataclass

from services.gateway.clients.http_connection import HttpConnection
from services.gateway.domain.forwarding_errors import UpstreamBusy


class ConnectError(Exception):
    """No connection came about, so nothing was sent: another replica may be tried."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a replica listens: `unix:/path/to/socket`, or `http://host:port`."""

    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Raises ValueError for anything else than the two forms."""
        if text.startswith("unix:"):
            return cls("", 0, text.removeprefix("unix:"))
        host, colon, port = text.removeprefix("http://").rstrip("/").rpartition(":")
        if not colon or not port.isdigit() or not host or "/" in host:
            raise ValueError(f"an upstream is unix:/path or http://host:port, not {text!r}")
        return cls(host.strip("[]"), int(port), "")


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """Counts of connections and waiting requests; times in seconds.

    `idle` has to be shorter than the time after which the upstream itself closes an idle connection
    (`bashan.serving.RESTS_SECONDS`), so that no request crosses that closing.
    """

    connections: int = 64
    waiting: int = 256
    connect: float = 1.0
    idle: float = 4.0


class HttpPool:
    """`take` gives a connection, `give_back` ends its exchange. Lives in one event loop."""

    def __init__(self, address: Address, limits: PoolLimits) -> None:
        self._address = address
        self._limits = limits
        self._idle: list[HttpConnection] = []
        self._waiters: deque[asyncio.Future[HttpConnection | None]] = deque()
        self._slots = 0
        self.busy: set[HttpConnection] = set()

    @property
    def idle(self) -> int:
        return len(self._idle)

    @property
    def waiting(self) -> int:
        return len(self._waiters)

    def take_idle(self) -> HttpConnection | None:
        """A connection that is ready now, without waiting."""
        while self._idle:
            connection = self._idle.pop()
            if connection.open:
                self.busy.add(connection)
                return connection
            self._pass_on(None)
        return None

    async def take(self, *, fresh: bool = False) -> HttpConnection:
        """A connection, made or waited for. `fresh` asks for one that has carried nothing yet.

        Raises ConnectError, or UpstreamBusy when too many wait already. The caller bounds the time.
        """
        if fresh:
            self._drop_one_idle()
        elif (connection := self.take_idle()) is not None:
            return connection
        if self._slots >= self._limits.connections:
            waited = await self._wait_for_slot(fresh=fresh)
            if waited is not None:
                self.busy.add(waited)
                return waited
        else:
            self._slots += 1
        return await self._connect()

    def give_back(self, connection: HttpConnection) -> None:
        """End the connection's exchange; it goes to a waiting request, or rests, or is closed."""
        self.busy.discard(connection)
        if not connection.finish():
            self._pass_on(None)
            return
        connection.idle_since = connection.loop.time()
        if not self._pass_on(connection):
            self._idle.append(connection)

    def close_idle(self, before: float) -> None:
        """Close connections that have rested since before that time."""
        for connection in [rested for rested in self._idle if rested.idle_since < before]:
            connection.close()

    def close_all(self) -> None:
        for connection in [*self._idle, *self.busy]:
            connection.close()

    async def _connect(self) -> HttpConnection:
        loop = asyncio.get_running_loop()

        def build() -> HttpConnection:
            return HttpConnection(loop, self._lost)

        try:
            async with asyncio.timeout(self._limits.connect):
                if self._address.path:
                    _, connection = await loop.create_unix_connection(build, self._address.path)
                else:
                    _, connection = await loop.create_connection(build, self._address.host, self._address.port)
        except (OSError, TimeoutError) as failure:
            self._pass_on(None)
            raise ConnectError(type(failure).__name__) from failure
        except BaseException:
            self._pass_on(None)
            raise
        self.busy.add(connection)
        return connection

    async def _wait_for_slot(self, *, fresh: bool) -> HttpConnection | None:
        """A connection that became free, or None: the slot of one that is gone, to be connected by the caller."""
        if len(self._waiters) >= self._limits.waiting:
            raise UpstreamBusy
        waiter: asyncio.Future[HttpConnection | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            connection = await waiter
        except asyncio.CancelledError:
            self._take_out(waiter)
            raise
        if connection is not None and (fresh or not connection.open):
            connection.close()
            return None
        return connection

    def _take_out(self, waiter: asyncio.Future[HttpConnection | None]) -> None:
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        elif waiter.done() and not waiter.cancelled():
            connection = waiter.result()
            if connection is None or not connection.open:
                self._pass_on(None)
            elif not self._pass_on(connection):
                self._idle.append(connection)

    def _pass_on(self, connection: HttpConnection | None) -> bool:
        """Give a connection, or the slot of a gone one, to who waits longest. True when somebody took it."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        if connection is None:
            self._slots -= 1
        return False

    def _drop_one_idle(self) -> None:
        """Make room for a fresh connection where the pool is full of resting ones."""
        if self._slots >= self._limits.connections and self._idle:
            self._idle[0].close()

    def _lost(self, connection: HttpConnection) -> None:
        """A busy connection's slot is returned by `give_back`; a resting one's here."""
        if connection in self._idle:
            self._idle.remove(connection)
            self._pass_on(None)
