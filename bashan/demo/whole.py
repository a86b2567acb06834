"""Completes the prefecture around whatever townships are there, while `bashan up` runs or not.

Killed at any moment, it is run again and goes on: a village is filled at once or not at all, and so is a grade.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from bashan.demo.gaps import places_to_grade, townships_to_fill
from bashan.demo.load import Officials, catch_up, gather_statistics, grant_titles, take_over
from bashan.demo.population import DemoPlan
from bashan.demo.stores import Stores, open_stores
from bashan.demo.workers import fill_one, read_feeds, workers
from bashan.environment import Ground
from bashan.progress import shown_progress
from services.credit.use_cases.summarise_place import Summary, summarise_place
from shared.errors import Unavailable
from shared.jobs import Progress

PREFECTURE = "5119"
TIMES_TAKEN_UP_AGAIN, PAUSE_SECONDS = 5, 10.0
READERS = ("credit", "cadres", "households")  # the one with most to read first
Say = Callable[[str], None]


async def fill_prefecture(
    on: Ground, plan: DemoPlan, today: date, officials: Officials, say: Say, *, quiet: bool
) -> Summary:
    """Fills, lets the services tell each other, grades, grants titles; the figures of the prefecture.

    Many minutes beside others at work: where the database has no time for it for a moment, it goes on by itself.
    """
    for _ in range(TIMES_TAKEN_UP_AGAIN):
        try:
            return await _complete(on, plan, today, officials, say, quiet=quiet)
        except Unavailable as failure:
            say(f"the database has no time ({failure.code}); going on in {PAUSE_SECONDS} s ...")
            await asyncio.sleep(PAUSE_SECONDS)
    return await _complete(on, plan, today, officials, say, quiet=quiet)


async def _complete(on: Ground, plan: DemoPlan, today: date, officials: Officials, say: Say, *, quiet: bool) -> Summary:
    async with open_stores(on) as stores:
        await catch_up(on, ("households",))
        with workers(on) as pool:
            await _fill(stores, plan, pool, today, quiet=quiet)
            say("the services read what their siblings have written ...")
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(pool, read_feeds, service) for service in READERS))
        await gather_statistics(on)
        for place in await places_to_grade(stores, PREFECTURE):
            say(f"{place}: grading ...")
            await take_over(on, place, today, officials, say)
        await gather_statistics(on, ("credit",))
        await grant_titles(on, PREFECTURE, today, officials, say)
        async with stores.credit.transaction() as connection:
            return await summarise_place(connection, PREFECTURE, today)


async def _fill(stores: Stores, plan: DemoPlan, pool: ProcessPoolExecutor, today: date, *, quiet: bool) -> None:
    sizes = {
        township: sum(unit.row.households for unit in plan.townships[township])
        for township in await townships_to_fill(stores, plan)
    }
    progress = Progress(total=sum(sizes.values()))
    loop = asyncio.get_running_loop()
    async with shown_progress("households", progress, quiet=quiet):
        # The largest first, so that both workers come to their ends together.
        largest_first = sorted(sizes, key=lambda township: -sizes[township])
        filling = [loop.run_in_executor(pool, fill_one, township, today) for township in largest_first]
        for township in asyncio.as_completed(filling):
            progress.done += await township
