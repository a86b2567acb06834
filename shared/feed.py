"""A service's reader of a sibling's change log: effects exactly once, and rebuildable from zero.

The reader stores its cursor in the transaction in which it applies the page. A stopped sibling delays the projection
and never fails a write here. The page is fetched before that transaction begins: an open write transaction would hold
back the very feed it reads.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.change_log import Change, ChangeLog
from shared.db import Database
from shared.errors import Failure, Unavailable

LARGEST_PAGE = 5000
ASKED_AGAIN = 6
"""How often in a row a busy sibling is asked again by who waits for it: three quarters of a minute."""

Apply = Callable[[AsyncConnection, Sequence[Change]], Awaitable[None]]
Reset = Callable[[AsyncConnection], Awaitable[None]]

log = structlog.get_logger("feed")


class SiblingSilent(Unavailable):
    """A sibling could not answer just now; what it has written is read later."""

    code = "sibling_silent"
    message = "另一个服务暂时没有回应，数据稍后会自动同步，请过一会儿再试。"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What this service reads of one sibling. `apply` upserts, `reset` empties the projection."""

    source: str
    topics: tuple[str, ...]
    apply: Apply
    reset: Reset


class FeedReader:
    def __init__(
        self, database: Database, change_log: ChangeLog, subscription: Subscription, sibling: httpx.AsyncClient
    ) -> None:
        self._database = database
        self._log = change_log
        self._subscription = subscription
        self._sibling = sibling
        self._at_end = time.monotonic()

    def seconds_behind(self) -> float:
        """Since the sibling's log was last read to its end; under a second when all is well."""
        return time.monotonic() - self._at_end

    @property
    def source(self) -> str:
        """The sibling whose log it reads."""
        return self._subscription.source

    async def read_once(self, limit: int = 1000) -> bool:
        """Applies one page. True when more is waiting. Raises SiblingSilent."""
        subscription = self._subscription
        async with self._database.transaction() as connection:
            cursor = await self._log.position(connection, subscription.source)
        reply = await self._sibling.get(
            "/internal/changes", params={"after": cursor, "topics": ",".join(subscription.topics), "limit": limit}
        )
        if reply.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SiblingSilent
        reply.raise_for_status()
        page = reply.json()
        if page["cursor"] == cursor:
            return False
        changes = [Change(item["topic"], item["key"], item["payload"]) for item in page["items"]]
        async with self._database.transaction() as connection:
            if not await self._log.move(connection, subscription.source, cursor, page["cursor"]):
                return True
            if page["restart"]:
                await subscription.reset(connection)
            await subscription.apply(connection, changes)
        return bool(page["has_more"])

    async def catch_up(self) -> None:
        """Reads until nothing is waiting, in the largest pages; for the demonstration, rebuilds and tests.

        On a busy machine a page may take a sibling longer than it may: it is asked again, and only then SiblingSilent.
        """
        failures, more = 0, True
        while more:
            try:
                more = await self.read_once(LARGEST_PAGE)
                failures = 0
            except (Unavailable, httpx.TransportError):
                failures += 1
                if failures > ASKED_AGAIN:
                    raise
                await asyncio.sleep(_pause(failures))

    async def rebuild(self) -> None:
        """Empties the projection and reads the sibling's log from its beginning."""
        async with self._database.transaction() as connection:
            place = await self._log.position(connection, self._subscription.source)
            await self._log.move(connection, self._subscription.source, place, "")
            await self._subscription.reset(connection)
        await self.catch_up()

    async def run(self, pause: float = 0.5) -> None:
        """Follows the sibling until cancelled; a failure is logged once a streak and retried with a growing pause."""
        failures = 0
        while True:
            try:
                if await self.read_once():
                    continue
                failures = 0
                self._at_end = time.monotonic()
            except (httpx.HTTPError, Failure, OSError) as failure:
                failures += 1
                if failures == 1:
                    log.warning("feed_delayed", source=self._subscription.source, reason=type(failure).__name__)
            except Exception:
                failures += 1
                log.exception("feed_failed", source=self._subscription.source)
            await asyncio.sleep(_pause(failures, pause))


def _pause(failures: int, first: float = 0.5) -> float:
    """Seconds until the next try, growing with the failures in a row."""
    return float(min(first * 2**failures, 15.0))
