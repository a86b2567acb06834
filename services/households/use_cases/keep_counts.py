"""The counts of places are added up while people work, and counted anew once a day."""

import asyncio
import time

import structlog

from services.households.storage.count_repository import add_up, recount
from shared.db import Database
from shared.errors import Failure

PAUSE_SECONDS = 2.0
RECOUNT_SECONDS = 86_400.0

log = structlog.get_logger("counts")


async def mend_counts(database: Database) -> int:
    """Counts the record anew and puts right what was kept otherwise; how many figures that were.

    There are some after a release that keeps no counts has written beside this one, and never else."""
    async with database.transaction() as connection:
        wrong = await recount(connection, mend=True)
    if wrong:
        log.warning("counts_mended", figures=wrong)
    return wrong


async def keep_counts(database: Database) -> None:
    """Until cancelled. `database` is that of the jobs role, whose statements may take long."""
    due = time.monotonic()
    while True:
        try:
            if time.monotonic() >= due:
                await mend_counts(database)
                due = time.monotonic() + RECOUNT_SECONDS
            async with database.transaction() as connection:
                await add_up(connection)
        except (Failure, OSError):
            log.warning("counts_not_kept")
        await asyncio.sleep(PAUSE_SECONDS)
