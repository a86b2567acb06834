"""Fills one township with its invented people: households, credit files, helpers; then grades it as any would be.

Everything goes through the services' own use cases, with their own database roles. What is there already stays: a
village that has households, or a township that has been taken over, is left alone, so that a killed fill is simply run
again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import text

from bashan.demo.population import DemoPlan, DemoUnit, generate_cadres, generate_unit
from bashan.demo.stores import open_stores, poor_of
from bashan.environment import Ground
from bashan.serving import make_siblings
from services.cadres.storage import tables as cadre_tables
from services.credit.storage import tables as credit_tables
from services.credit.storage.run_repository import get_run, unconfirmed_run, villages_taken_over
from services.credit.use_cases.recompute_titles import recompute_titles
from services.credit.use_cases.score_place import confirm_run, order_run, score_place
from services.households.storage import tables as household_tables
from shared.clock import SHANGHAI, FixedClock
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Jobs, Progress

CARD = "rural-household"
SERVICES = ("cadres", "households", "credit")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Officials:
    """Who orders the taking-over run, and who confirms it: two persons."""

    orders: str
    confirms: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a township holds now; `sample` is the first unit's population, from which the login household is taken."""

    households: int
    units: tuple[DemoUnit, ...]
    run_id: UUID


async def fill_township(
    on: Ground, plan: DemoPlan, township: str, today: date, officials: Officials, say: Say
) -> Filled:
    """Loads, lets the services tell each other, and grades. Raises KeyError for a township that the plan lacks."""
    units = []
    poor = {}
    async with open_stores(on) as stores:
        for code in plan.codes(township):
            unit = generate_unit(plan, code, today)
            units.append(unit)
            if await stores.load_unit(unit):
                poor[code] = poor_of(unit)
            say(f"{unit.plan.row.name}: {len(unit.households)} households")
        await stores.load_helpers(generate_cadres(plan, township, poor, today))
    await catch_up(on)
    await gather_statistics(on)
    run_id = await take_over(on, township, today, officials, say)
    await grant_titles(on, township, today, officials, say)
    return Filled(sum(len(unit.households) for unit in units), tuple(units), run_id)


async def catch_up(on: Ground, services: Sequence[str] = SERVICES) -> None:
    """The services read what their siblings have written, without waiting for their running readers."""
    async with make_siblings(on) as apps:
        for name in services:
            for feed in apps[name].state.feeds:
                await feed.catch_up()


async def take_over(on: Ground, region: str, today: date, officials: Officials, say: Say) -> UUID:
    """The ordinary scoring run of a place, ordered by one official and confirmed by a second one; once.

    A run that was killed before its confirmation is taken up again.
    """
    database = Database(on.urls["credit"].jobs, pool_size=2, name="demo-credit")
    run_id = new_id()
    try:
        async with database.transaction() as connection:
            if await villages_taken_over(connection, region):
                return run_id
            left = await unconfirmed_run(connection, region, CARD, today, officials.orders)
            if left is None:
                await order_run(
                    connection,
                    Jobs(credit_tables.jobs),
                    run_id=run_id,
                    region=region,
                    card_id=CARD,
                    as_of=today,
                    ordered_by=officials.orders,
                )
            run_id = left or run_id
            await Jobs(credit_tables.jobs).hold(connection, run_id)
        progress, noon = Progress(), datetime.combine(today, time(12), SHANGHAI)
        await score_place(database, run_id, progress)
        async with database.transaction() as connection:
            await Jobs(credit_tables.jobs).close(connection, run_id, progress)
            await confirm_run(connection, run_id, officials.confirms, FixedClock(noon))
            run = await get_run(connection, run_id)
    finally:
        await database.close()
    say(f"{progress.done} credit files scored; grades in effect from {run.effective_on} to {run.valid_until}")
    return run_id


async def grant_titles(on: Ground, region: str, today: date, officials: Officials, say: Say) -> None:
    """The ordinary recomputation, by the official who ordered the grades; again on the same day it changes nothing."""
    database = Database(on.urls["credit"].jobs, pool_size=1, name="demo-titles")
    progress, noon = Progress(), datetime.combine(today, time(12), SHANGHAI)
    try:
        await recompute_titles(database, region, officials.orders, noon, progress, grants=True)
    finally:
        await database.close()
    say(f"{progress.result['steps'].get('granted', 0)} titles granted to villages and townships that earn one")


async def gather_statistics(on: Ground, services: Sequence[str] = SERVICES) -> None:
    """The planner knows nothing yet of tables that were filled a moment ago."""
    tables = {"households": household_tables, "cadres": cadre_tables, "credit": credit_tables}
    for service in services:
        database = Database(on.urls[service].owner, pool_size=1, name="demo-statistics")
        try:
            for table in tables[service].metadata.sorted_tables:
                async with database.transaction() as connection:
                    await connection.execute(text(f'ANALYZE "{table.name}"'))  # a constant of the code
        finally:
            await database.close()
