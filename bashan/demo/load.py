"""Fills one township with its invented people: households, credit files, helpers; then grades them as anyone would be.

Everything goes through the services' own use cases, with their own database roles. What is there already stays: a
village that has households, or a township that has been taken over, is left alone, so that a killed fill is simply run
again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from bashan.demo.convert import credit_rows, household_of
from bashan.demo.convert_cadres import cadre_of, pairing_of, posting_of, unit_of
from bashan.demo.population import DemoPlan, DemoUnit, generate_cadres, generate_unit
from bashan.environment import Ground
from bashan.serving import make_siblings
from services.cadres.storage import tables as cadre_tables
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.use_cases.load_cadres import load_cadres
from services.credit.storage import tables as credit_tables
from services.credit.storage.run_repository import get_run, villages_taken_over
from services.credit.use_cases.load_files import load_files
from services.credit.use_cases.score_place import confirm_run, order_run, score_place
from services.households.storage import tables as household_tables
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.load_households import load_households
from shared.change_log import ChangeLog
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Jobs, Progress
from shared.web.assemble import field_cipher

CARD = "rural-household"
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
    for code in plan.codes(township):
        unit = generate_unit(plan, code, today)
        units.append(unit)
        await _load_people(on, unit)
        await _load_credit(on, unit)
        say(f"{unit.plan.row.name}: {len(unit.households)} households")
    await _load_helpers(on, plan, township, units, today)
    await catch_up(on)
    await _gather_statistics(on)
    run_id = await take_over(on, township, today, officials, say)
    return Filled(sum(len(unit.households) for unit in units), tuple(units), run_id)


async def catch_up(on: Ground) -> None:
    """The services read what their siblings have written, without waiting for their running readers."""
    async with make_siblings(on) as apps:
        for name in ("cadres", "households", "credit"):
            for feed in apps[name].state.feeds:
                await feed.catch_up()


async def take_over(on: Ground, township: str, today: date, officials: Officials, say: Say) -> UUID:
    """The ordinary scoring run of a place, ordered by one official and confirmed by a second one; once."""
    database = Database(on.urls["credit"].jobs, pool_size=1, name="demo-credit")
    run_id = new_id()
    try:
        async with database.transaction() as connection:
            if await villages_taken_over(connection, township):
                return run_id
            await order_run(
                connection,
                Jobs(credit_tables.jobs),
                run_id=run_id,
                region=township,
                card_id=CARD,
                as_of=today,
                ordered_by=officials.orders,
            )
            await Jobs(credit_tables.jobs).hold(connection, run_id)
        progress = Progress()
        await score_place(database, run_id, progress)
        async with database.transaction() as connection:
            await Jobs(credit_tables.jobs).close(connection, run_id, progress)
            await confirm_run(connection, run_id, officials.confirms, today)
            run = await get_run(connection, run_id)
    finally:
        await database.close()
    say(f"{progress.done} credit files scored; grades in effect from {run.effective_on} to {run.valid_until}")
    return run_id


async def _gather_statistics(on: Ground) -> None:
    """The planner knows nothing yet of tables that were filled a moment ago."""
    tables = {"households": household_tables, "cadres": cadre_tables, "credit": credit_tables}
    for service, module in tables.items():
        database = Database(on.urls[service].owner, pool_size=1, name="demo-statistics")
        try:
            async with database.transaction() as connection:
                for table in module.metadata.sorted_tables:
                    await connection.execute(text(f'ANALYZE "{table.name}"'))  # a constant of the code
        finally:
            await database.close()


async def _load_people(on: Ground, unit: DemoUnit) -> None:
    database = Database(on.urls["households"].jobs, pool_size=1, name="demo-households")
    repository = HouseholdRepository(field_cipher("households", on.secrets_dir))
    try:
        async with database.transaction() as connection:
            await load_households(
                connection,
                repository,
                ChangeLog(household_tables.change_log),
                unit.plan.row.code,
                [household_of(household) for household in unit.households],
            )
    finally:
        await database.close()


async def _load_credit(on: Ground, unit: DemoUnit) -> None:
    database = Database(on.urls["credit"].jobs, pool_size=1, name="demo-credit")
    try:
        async with database.transaction() as connection:
            await load_files(connection, unit.plan.row.code, **credit_rows(unit))
    finally:
        await database.close()


async def _load_helpers(on: Ground, plan: DemoPlan, township: str, units: list[DemoUnit], today: date) -> None:
    poor = {
        unit.plan.row.code: [household.household_id for household in unit.households if household.on_poverty_list]
        for unit in units
    }
    helpers = generate_cadres(plan, township, poor, today)
    database = Database(on.urls["cadres"].jobs, pool_size=1, name="demo-cadres")
    try:
        async with database.transaction() as connection:
            await load_cadres(
                connection,
                CadreRepository(field_cipher("cadres", on.secrets_dir)),
                ChangeLog(cadre_tables.change_log),
                units=[unit_of(unit) for unit in helpers.units],
                cadres=[cadre_of(cadre) for cadre in helpers.cadres],
                pairings=[pairing_of(pairing) for pairing in helpers.pairings],
                posts=[posting_of(post) for post in helpers.posts],
            )
    finally:
        await database.close()
