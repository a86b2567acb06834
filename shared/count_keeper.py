"""The counts of places are added up while people work, and counted anew at night."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from shared.clock import SHANGHAI, Clock
from shared.db import Connection, Database
from shared.errors import Failure

PAUSE_SECONDS = 2.0
NIGHT_HOUR = 3
SOON = timedelta(minutes=10)
"""After a start, or after a recount that failed."""

log = structlog.get_logger("counts")

AddUp = Callable[[Connection], Awaitable[int]]


class Recount(Protocol):
    """How many figures are not those of the record; they are put right when `mend` says so."""

    async def __call__(self, connection: Connection, *, mend: bool) -> int: ...


async def mend_counts(database: Database, recount: Recount) -> int:
    """Counts the record anew and puts right what was kept otherwise; how many figures that were.

    There are some after a release that keeps no counts has written beside this one, and never else."""
    async with database.transaction() as connection:
        wrong = await recount(connection, mend=True)
    if wrong:
        log.warning("counts_mended", figures=wrong)
    return wrong


async def keep_counts(database: Database, clock: Clock, add_up: AddUp, recount: Recount) -> None:
    """Until cancelled. `database` is that of the jobs role, whose statements may take long.

    The record is counted anew each night, and soon after a start: during a rolling upgrade the release before may have
    written and kept no counts."""
    due = min(next_night(clock.now()), clock.now() + SOON)
    while True:
        try:
            if clock.now() >= due:
                due = clock.now() + SOON
                await mend_counts(database, recount)
                due = next_night(clock.now())
            async with database.transaction() as connection:
                await add_up(connection)
        except (Failure, OSError):
            log.warning("counts_not_kept")
        await asyncio.sleep(PAUSE_SECONDS)


def next_night(now: datetime) -> datetime:
    """The next time that it is 3 o'clock in Asia/Shanghai, when hardly anybody works.

    >>> [str(next_night(datetime(2026, 11, 24, 18, minute, tzinfo=UTC))) for minute in (0, 59)]
    ['2026-11-24 19:00:00+00:00', '2026-11-24 19:00:00+00:00']
    >>> str(next_night(datetime(2026, 11, 24, 19, 0, tzinfo=UTC)))
    '2026-11-25 19:00:00+00:00'
    """
    here = now.astimezone(SHANGHAI)
    night = here.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return (night if night > here else night + timedelta(days=1)).astimezone(UTC)
