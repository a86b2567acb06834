"""As what may this person see a household's credit record? And the look that is kept when it is another's."""

from uuid import UUID

from services.credit.domain.course_errors import OwnHousehold
from services.credit.domain.record_errors import HouseholdNotFound
from services.credit.storage.directory_repository import helper_of, village_of
from services.credit.storage.query_log import add_look
from shared.auth import Principal
from shared.db import Connection


async def role_towards(connection: Connection, who: Principal, household_id: UUID) -> tuple[str, str]:
    """`household` (its own), `official` or `helper`, and the household's village.

    Raises HouseholdNotFound for everyone else, as for a household that is not there.
    """
    village = await village_of(connection, household_id)
    if is_own(who, household_id):
        return "household", village
    if who.official_for(village):
        return "official", village
    if who.cadre_id and "cadre" in who.roles and str(await helper_of(connection, household_id)) == who.cadre_id:
        return "helper", village
    raise HouseholdNotFound


def is_own(who: Principal, household_id: UUID) -> bool:
    """Is it the household itself that asks?"""
    return who.household_id == str(household_id) and "household" in who.roles


def not_own_household(who: Principal, household_id: UUID) -> None:
    """Nobody decides of the own household as an official. Raises OwnHousehold."""
    if who.household_id == str(household_id):
        raise OwnHousehold


async def look_at(connection: Connection, who: Principal, household_id: UUID, what: str) -> str:
    """Checks, keeps the look where the household sees it, and says as what the asker looks."""
    role, _ = await role_towards(connection, who, household_id)
    await keep_look(connection, who, household_id, role, what)
    return role


async def keep_look(connection: Connection, who: Principal, household_id: UUID, role: str, what: str) -> None:
    """For whoever is shown the record as that role without having asked for it: the answer to a write shows it too."""
    if role != "household":
        await add_look(connection, household_id, actor=who.subject, actor_name=who.name, role=role, what=what)
