"""A few hundred households of a register go into the record, in one short transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.households.domain.import_errors import HouseholdsContended
from services.households.domain.place_name import Scope
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_merge import Merged
from services.households.domain.register_plan import RegisterPlan, plan_households
from services.households.domain.register_row import PersonRow
from services.households.storage.change_repository import Author
from services.households.storage.import_store import ImportStore
from shared.clock import Clock
from shared.crypto import FieldCipher
from shared.db import Connection, Database
from shared.ids import new_id

MOST_TRIES = 6
SOURCE = "import"


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports, and for which places: a scope of ("",) is every place that the service knows.

    A dry run (试导入) tells what an import would do and writes nothing."""

    subject: str
    name: str
    scope: tuple[str, ...]
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What became of the households. `blocked`: with the person who is registered in another household."""

    new: tuple[RegisterHousehold, ...]
    changed: tuple[RegisterHousehold, ...]
    unchanged: tuple[RegisterHousehold, ...]
    blocked: tuple[tuple[RegisterHousehold, PersonRow], ...]
    refused: tuple[RefusedHousehold, ...]
    likely_duplicates: int = 0


class BringIn:
    """Writes chunks of households for one importer. `database` is that of the jobs role."""

    def __init__(
        self, database: Database, store: ImportStore, cipher: FieldCipher, importer: Importer, clock: Clock
    ) -> None:
        self._database = database
        self._store = store
        self._cipher = cipher
        self._scope: Scope = importer.scope
        self._author = Author(importer.subject, importer.name, SOURCE)
        self._clock = clock
        self._dry_run = importer.dry_run
        self._would_leave: set[str] = set()

    async def households(self, households: Sequence[RegisterHousehold]) -> BroughtIn:
        """A chunk that meets another writer of the same households is looked at and written again.

        Raises HouseholdsContended when that goes on and on.
        """
        for attempt in range(1, MOST_TRIES):
            try:
                async with self._database.transaction() as connection:
                    return await self._chunk(connection, households)
            except HouseholdsContended:
                await asyncio.sleep(0.05 * attempt)
        async with self._database.transaction() as connection:
            return await self._chunk(connection, households)

    async def _chunk(self, connection: Connection, households: Sequence[RegisterHousehold]) -> BroughtIn:
        """Only what the register says anew is compared with the record."""
        known = await self._store.known(connection, [household.number for household in households])
        digests = {household.number: self._digest(household) for household in households}
        said_before = {number for number, there in known.items() if there.digest == digests[number]}
        others = [household for household in households if household.number not in said_before]
        to_compare = {number: there.household_id for number, there in known.items() if number not in said_before}
        standing = await self._store.standing(connection, to_compare)
        people = [person.resident.number for household in others for person in household.members]
        registered = await self._store.registered(connection, people)
        if self._dry_run:
            registered = {number: at for number, at in registered.items() if number not in self._would_leave}
        plan = plan_households(others, standing, registered, self._scope, self._clock.today(), new_id)
        written = (*plan.new, *plan.changed, *plan.unchanged)
        if self._dry_run:
            self._would_leave.update(member.id_number for one in plan.changed for member in one.left)
            return _brought_in(households, said_before, plan, 0)
        flagged = await self._store.write(
            connection,
            plan.new,
            plan.changed,
            {one.household.household_id: digests[one.register.number] for one in written},
            self._author,
            self._clock.now(),
        )
        return _brought_in(households, said_before, plan, flagged)

    def _digest(self, household: RegisterHousehold) -> bytes:
        return self._cipher.blind_index("content", household.content().decode())


def _brought_in(
    households: Sequence[RegisterHousehold], said_before: set[str], plan: RegisterPlan, flagged: int
) -> BroughtIn:
    return BroughtIn(
        _registers(plan.new),
        _registers(plan.changed),
        (*(h for h in households if h.number in said_before), *_registers(plan.unchanged)),
        plan.blocked,
        plan.refused,
        flagged,
    )


def _registers(merged: Sequence[Merged]) -> tuple[RegisterHousehold, ...]:
    return tuple(one.register for one in merged)
