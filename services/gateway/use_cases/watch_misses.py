"""Sees a partner that asks for what it has no consent for, again and again, and slows it down (checks S61)."""

import asyncio

import structlog

from services.gateway.domain.partner_quota import THROTTLED_FOR, WATCH, is_walking
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.partner_repository import throttle_partner
from services.gateway.storage.usage_repository import Usage
from shared.clock import Clock
from shared.db import Database
from shared.errors import Failure

LOOK_EVERY_SECONDS = 2.0

log = structlog.get_logger("watch_misses")


class MissWatch:
    """Counts in memory and adds to the count of all processes every two seconds."""

    def __init__(self, database: Database, usage: Usage, clock: Clock) -> None:
        self._database = database
        self._usage = usage
        self._clock = clock
        self._seen: dict[str, tuple[int, int]] = {}

    def note(self, client_id: str, asked: int, refused: int) -> None:
        before = self._seen.get(client_id, (0, 0))
        self._seen[client_id] = (before[0] + asked, before[1] + refused)

    async def look(self) -> None:
        """Adds what was seen; a partner that walks is throttled for an hour, which is recorded once."""
        seen, self._seen = self._seen, {}
        began = WATCH.began(int(self._clock.now().timestamp()))
        for client_id, (asked, refused) in seen.items():
            totals = await self._usage.add(client_id, WATCH, began, asked=asked, refused=refused)
            if is_walking(*totals):
                await self._throttle(client_id, *totals)

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except (Failure, OSError) as failure:
                log.warning("misses_uncounted", reason=type(failure).__name__)

    async def _throttle(self, client_id: str, asked: int, refused: int) -> None:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            if not await throttle_partner(connection, client_id, now + THROTTLED_FOR, now):
                return
            facts = {"asked": asked, "refused": refused, "seconds": WATCH.seconds}
            await AUDIT.append(
                connection, at=now, event="partner_throttled", actor="gateway", subject=client_id, facts=facts
            )
        log.warning("partner_throttled", partner=client_id, **facts)
