"""The database of one service: transactions, and hot statements that run on asyncpg directly.

Tables and statements are SQLAlchemy Core everywhere. A hot statement is compiled once to SQL and runs on a held asyncpg
connection (`HotStatement`), so that a hot repository reads like a cold one and costs a tenth.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import BindParameter, Executable, event, make_url
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
    PendingRollbackError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import ClauseElement

from shared.errors import Failure, Unavailable

POOL_WAIT_SECONDS = 2.0
PING_SECONDS = 1.0
QUESTION_SECONDS = 10.0
"""So long one question of a ping is left open, while those who ask wait for it no longer than PING_SECONDS."""
FULL_FOR_SECONDS = 60
"""When to try again where somebody has to make room first."""

# What use cases pass on without knowing what it is.
Connection = AsyncConnection


class DatabaseAway(Unavailable):
    code = "database_unavailable"
    message = "数据库暂时连不上，您的操作没有保存，请稍后再试。"


class DatabaseBusy(Unavailable):
    code = "database_busy"
    message = "现在使用的人太多，您的操作没有保存，请稍后再试。"


class StorageFull(Unavailable):
    """The disk of the database or of the files is full."""

    code = "storage_full"
    message = "存储空间已满，您的操作没有保存，请告知运维人员，稍后再试。"


class Database:
    """One service's engine and its pool for hot statements; both open lazily."""

    def __init__(self, url: str, *, pool_size: int = 5, hot_connections: int = 4, name: str = "bashan") -> None:
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=False,
            pool_recycle=1800,
            connect_args={"server_settings": {"application_name": name}, "timeout": POOL_WAIT_SECONDS},
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        self._url = make_url(url)
        self._hot_connections = hot_connections
        self._name = name
        self._pool: asyncpg.Pool | None = None
        self._asking: asyncio.Task[bool] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Commits at the end, rolls back on any error. Errors of the driver become errors of the tree."""
        try:
            async with self.engine.begin() as connection:
                yield connection
        except Exception as failure:
            if (known := as_failure(failure)) is not None:
                raise known from failure
            raise

    async def hot_pool(self) -> asyncpg.Pool:
        """The asyncpg pool of hot statements, opened at first use."""
        if self._pool is None:
            url = self._url
            host = url.query.get("host", url.host)
            self._pool = await asyncpg.create_pool(
                host=host,
                port=url.port,
                user=url.username,
                password=url.password,
                database=url.database,
                min_size=0,
                max_size=self._hot_connections,
                timeout=POOL_WAIT_SECONDS,
                reset=_no_reset,
                server_settings={"application_name": f"{self._name}-hot"},
            )
        return self._pool

    def connections(self) -> tuple[int, int]:
        """How many of the engine's connections are in use, and how many are open."""
        pool = self.engine.sync_engine.pool
        used = pool.checkedout() if isinstance(pool, QueuePool) else 0
        idle = pool.checkedin() if isinstance(pool, QueuePool) else 0
        return used, used + idle

    async def ping(self) -> bool:
        """Does the database answer now? A hung one never says no: whoever asks waits for PING_SECONDS and no longer,
        and all who ask meanwhile wait for the same answer, so that they hold one connection."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answers())
        await asyncio.wait({self._asking}, timeout=PING_SECONDS)
        return self._asking.done() and self._asking.result()

    async def _answers(self) -> bool:
        try:
            # A line that was dropped without a word answers nothing. What is cut off here, SQLAlchemy throws away, so
            # that the next question takes another line; outside of the limit a rollback would wait for the dropped one.
            async with self.engine.connect() as connection, asyncio.timeout(QUESTION_SECONDS):
                await connection.exec_driver_sql("SELECT 1")
                await connection.rollback()
        except (DBAPIError, OSError, PoolTimeout, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})
        await self.engine.dispose()
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that went away has closed its sockets, which the driver knows without a round trip.

    Raised at the checkout, this empties the pool and connects anew, so that nobody's request is spent on finding out.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


async def _no_reset(_connection: Any) -> None:
    """Hot statements set nothing on their connection, so a reset would be a round trip for nothing."""


class HotStatement:
    """A Core statement compiled once; `rows` runs it on asyncpg with its named parameters."""

    def __init__(self, database: Database, statement: Executable) -> None:
        if not isinstance(statement, ClauseElement):
            raise TypeError("a hot statement is a Core statement")
        compiled = statement.compile(dialect=database.engine.dialect)
        self._database = database
        self._sql = str(compiled)
        names: Sequence[str] = getattr(compiled, "positiontup", None) or []
        binds: Mapping[str, BindParameter[Any]] = getattr(compiled, "binds", {})
        self._names = list(names)
        self._fixed = {name: binds[name].value for name in names if not binds[name].required}

    async def rows(self, **parameters: Any) -> list[asyncpg.Record]:
        values = [parameters[name] if name in parameters else self._fixed[name] for name in self._names]
        try:
            pool = await self._database.hot_pool()
            async with pool.acquire(timeout=POOL_WAIT_SECONDS) as connection:
                return list(await connection.fetch(self._sql, *values))
        except Exception as failure:
            if (known := as_failure(failure)) is not None:
                raise known from failure
            raise


_BUSY = (
    asyncpg.QueryCanceledError,
    asyncpg.TooManyConnectionsError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    ConnectionError,
    FileNotFoundError,
)


def as_failure(failure: BaseException) -> Failure | None:
    """The error of our tree for an error of the driver, or None when it is not one of those that we expect."""
    if isinstance(failure, IntegrityError):
        return None
    cause = getattr(getattr(failure, "orig", None), "__cause__", None) or failure
    if isinstance(failure, (PoolTimeout, TimeoutError)) or isinstance(cause, _BUSY):
        return DatabaseBusy(retry_after=2)
    if isinstance(cause, asyncpg.DiskFullError):
        return StorageFull(retry_after=FULL_FOR_SECONDS)
    # The driver's interface errors are mistakes of ours, but for those that say the connection or pool is closed.
    closed = isinstance(cause, (asyncpg.InterfaceError, InterfaceError)) and "clos" in str(cause)
    # Pending: the connection broke earlier in this transaction, which can therefore not be committed.
    lost = isinstance(failure, PendingRollbackError) or getattr(failure, "connection_invalidated", False)
    if closed or lost or isinstance(cause, _AWAY) or isinstance(failure, OperationalError):
        return DatabaseAway(retry_after=5)
    return None


def violated_constraint(failure: IntegrityError) -> str:
    """The name of the constraint that an insert or update ran into; the storage maps it to an error."""
    cause = getattr(failure.orig, "__cause__", None)
    return str(getattr(cause, "constraint_name", "") or "")
