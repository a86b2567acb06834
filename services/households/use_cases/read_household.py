"""Someone reads one household's record; another's look is kept where the household sees it."""

from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.household_errors import HouseholdNotFound
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.record_desk import LookTaken, RecordDesk
from services.households.use_cases.see_household import look, role_of, role_towards
from shared.auth import Principal
from shared.db import Connection


async def read_household(
    connection: Connection, households: HouseholdRepository, who: Principal, household_id: UUID, what: str
) -> Household:
    """Raises HouseholdNotFound, also for a household that the asker may not know of."""
    household = await households.get(connection, household_id)
    role = await role_towards(connection, who, household_id, household.facts.village_code)
    await look(connection, who, household_id, role, what)
    return household


async def read_record(desk: RecordDesk, who: Principal, household_id: UUID) -> Household:
    """The same of the record itself, in as few round trips as there can be: the look is kept before it is shown."""
    known = await desk.find(household_id)
    if known is None:
        raise HouseholdNotFound
    role = role_of(who, household_id, known.household.facts.village_code, known.helper)
    if role != "household":
        await desk.keep(LookTaken(household_id, who.subject, who.name, role, "record"))
    return known.household
