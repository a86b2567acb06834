"""The figures of counties and of the whole place are counted every few minutes, so that nobody waits for them."""

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog

from services.credit.storage.directory_repository import top_region, wide_places
from services.credit.storage.summary_repository import keep_summary, kept_summary, last_counted_at
from services.credit.use_cases.summarise_place import Summary, summarise_place, summarise_places
from shared.clock import Clock
from shared.db import Connection, Database
from shared.errors import Failure

COUNTY_DIGITS = 6
LOOKS_EVERY_SECONDS = 30.0
COUNTED_EVERY = timedelta(minutes=5)
STALE_AFTER = timedelta(minutes=20)
"""Older figures are not shown: whoever counts has stopped, and it is better to wait for new ones."""

log = structlog.get_logger("summaries")


async def read_summary(connection: Connection, region: str, clock: Clock) -> tuple[Summary, datetime]:
    """The figures and when they were counted: of a county or wider place not long ago today, of any other just now.

    Raises PlaceNotFound.
    """
    now, today = clock.now(), clock.today()
    if len(region) <= COUNTY_DIGITS:
        kept = await kept_summary(connection, region, today, now - STALE_AFTER)
        if kept is not None:
            return Summary(**kept[0]), kept[1]
    return await summarise_place(connection, region, today), now


async def count_summaries(database: Database, clock: Clock) -> bool:
    """Counts the counties and every wider place, in one look, when they are old. False: they are not."""
    now, today = clock.now(), clock.today()
    async with database.transaction() as connection:
        top, last = await top_region(connection), await last_counted_at(connection)
        if top is None or len(top) > COUNTY_DIGITS or (last is not None and now - last < COUNTED_EVERY):
            return False
        places = await wide_places(connection, top, COUNTY_DIGITS)
        for region, summary in (await summarise_places(connection, top, places, today)).items():
            await keep_summary(connection, region, today, now, asdict(summary))
    return True


async def keep_counting(database: Database, clock: Clock) -> None:
    """Counts again and again until cancelled."""
    while True:
        try:
            await count_summaries(database, clock)
        except (Failure, OSError) as failure:
            log.warning("summaries_not_counted", reason=type(failure).__name__)
        await asyncio.sleep(LOOKS_EVERY_SECONDS)
