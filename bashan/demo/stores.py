"""The demonstration writes through the services' own use cases, with their jobs roles; what is there already stays.

Transactions are small, a unit's people or a thousand pairings: an open one holds back every reader of the change logs.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from bashan.demo.convert import credit_rows, household_of
from bashan.demo.convert_cadres import cadre_of, pairing_of, posting_of, unit_of
from bashan.demo.population import DemoCadres, DemoUnit
from bashan.environment import Ground
from services.cadres.storage import tables as cadre_tables
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.use_cases.load_cadres import load_cadres
from services.credit.use_cases.load_files import load_files
from services.households.domain.household_errors import HouseholdNotFound
from services.households.storage import tables as household_tables
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.load_households import load_households
from shared.change_log import ChangeLog
from shared.db import Connection, Database
from shared.web.assemble import field_cipher

PAIRINGS_AT_ONCE = 1_000
_NAMES = ("households", "cadres", "credit")


@dataclass(frozen=True, slots=True)
class Stores:
    """The databases of the three services, open, and what reads and writes their personal fields."""

    households: Database
    cadres: Database
    credit: Database
    people: HouseholdRepository
    helpers: CadreRepository

    async def load_unit(self, unit: DemoUnit) -> bool:
        """People, then credit files. False, and nothing written, when the village has other people than these."""
        code = unit.plan.row.code
        new = [household_of(household) for household in unit.households]
        async with self.households.transaction() as connection:
            await _alone(connection, code)
            log = ChangeLog(household_tables.change_log)
            loaded = await load_households(connection, self.people, log, code, new)
            if not loaded and new and not await self._is_there(connection, new[0].household_id):
                return False
        async with self.credit.transaction() as connection:
            await _alone(connection, code)
            await load_files(connection, code, **credit_rows(unit))
        return True

    async def load_helpers(self, helpers: DemoCadres) -> None:
        # A bureau helps in many townships; in one order of ids, two that write the same ones wait but never deadlock.
        units = sorted((unit_of(unit) for unit in helpers.units), key=lambda unit: unit.unit_id)
        log = ChangeLog(cadre_tables.change_log)
        async with self.cadres.transaction() as connection:
            await load_cadres(connection, self.helpers, log, units=units)
        async with self.cadres.transaction() as connection:
            await load_cadres(
                connection,
                self.helpers,
                log,
                cadres=[cadre_of(cadre) for cadre in helpers.cadres],
                posts=[posting_of(post) for post in helpers.posts],
            )
        pairings = [pairing_of(pairing) for pairing in helpers.pairings]
        for start in range(0, len(pairings), PAIRINGS_AT_ONCE):
            async with self.cadres.transaction() as connection:
                some = pairings[start : start + PAIRINGS_AT_ONCE]
                await load_cadres(connection, self.helpers, log, pairings=some)

    async def close(self) -> None:
        for database in (self.households, self.cadres, self.credit):
            await database.close()

    async def _is_there(self, connection: Connection, household_id: UUID) -> bool:
        try:
            await self.people.get(connection, household_id)
        except HouseholdNotFound:
            return False
        return True


def make_stores(on: Ground) -> Stores:
    """Connects when first used; to be closed."""
    databases = {name: Database(on.urls[name].jobs, pool_size=1, name=f"demo-{name}") for name in _NAMES}
    return Stores(
        **databases,
        people=HouseholdRepository(field_cipher("households", on.secrets_dir)),
        helpers=CadreRepository(field_cipher("cadres", on.secrets_dir)),
    )


@asynccontextmanager
async def open_stores(on: Ground) -> AsyncIterator[Stores]:
    stores = make_stores(on)
    try:
        yield stores
    finally:
        await stores.close()


def poor_of(unit: DemoUnit) -> list[str]:
    """Its households on the poverty list, which get a helper."""
    return [household.household_id for household in unit.households if household.on_poverty_list]


async def _alone(connection: Connection, code: str) -> None:
    """Of two that fill the same village, the second waits and then finds it filled."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"demonstration {code}"))))
