"""Claims whose time is over are written down as ended. Who reads a wish before that sees it free already."""

import asyncio
from uuid import UUID

import structlog

from services.households.storage.wish_repository import run_out
from services.households.use_cases.write_wish import WishDesk
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Database
from shared.errors import Failure

AT_ONCE = 200
PAUSE_SECONDS = 30.0

log = structlog.get_logger("wishes")


async def free_wishes(database: Database, change_log: ChangeLog, clock: Clock) -> int:
    """How many; each in a transaction of its own, so that nobody waits behind the sweep."""
    async with database.transaction() as connection:
        waiting = await run_out(connection, clock.now(), AT_ONCE)
    for wish_id in waiting:
        await _free(database, change_log, clock, wish_id)
    return len(waiting)


async def _free(database: Database, change_log: ChangeLog, clock: Clock, wish_id: UUID) -> None:
    async with database.transaction() as connection:
        # Whoever was faster than the sweep, to deliver or to claim anew, is left alone: the desk looks again, locked.
        await WishDesk(connection, change_log, clock.now()).begin(wish_id)


async def keep_wishes_free(database: Database, change_log: ChangeLog, clock: Clock) -> None:
    """Sweeps until cancelled."""
    while True:
        try:
            await free_wishes(database, change_log, clock)
        except (Failure, OSError):
            log.warning("wishes_not_swept")
        await asyncio.sleep(PAUSE_SECONDS)
