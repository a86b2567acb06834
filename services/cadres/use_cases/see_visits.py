"""A household's visits, for those near it; each look of another is kept where the household reads it."""

from uuid import UUID

from services.cadres.domain.errors import HelpedHouseholdNotFound
from services.cadres.domain.visit import Visit
from services.cadres.domain.visit_errors import VisitNotFound
from services.cadres.storage.place_repository import get_household
from services.cadres.storage.visit_repository import (
    EnteredVisit,
    Key,
    VisitLook,
    add_visit_look,
    get_visit,
    looks_at_visits,
    visits_of,
)
from services.cadres.use_cases.see import require_near_household
from shared.auth import Principal
from shared.db import Connection


async def see_visits(
    connection: Connection, who: Principal, household_id: UUID, after: Key | None, limit: int
) -> list[EnteredVisit]:
    """The latest first. Raises HelpedHouseholdNotFound."""
    await _look(connection, who, household_id, "visits")
    return await visits_of(connection, household_id, after, limit)


async def see_visit(connection: Connection, who: Principal, visit_id: UUID, what: str = "visit") -> EnteredVisit:
    """For those near the household, and for whoever was there. Raises VisitNotFound."""
    entered = await get_visit(connection, visit_id)
    if not was_there(who, entered.visit):
        try:
            await require_near_household(connection, who, entered.visit.household_id, entered.visit.village_code)
        except HelpedHouseholdNotFound:
            raise VisitNotFound from None
    await _keep_look(connection, who, entered.visit.household_id, what)
    return entered


async def see_visit_looks(
    connection: Connection, who: Principal, household_id: UUID, after: UUID | None, limit: int
) -> list[VisitLook]:
    """The youngest first. Raises HelpedHouseholdNotFound."""
    await _look(connection, who, household_id, "visit_looks")
    return await looks_at_visits(connection, household_id, after, limit)


def was_there(who: Principal, visit: Visit) -> bool:
    """Did this cadre enter the visit?"""
    return "cadre" in who.roles and who.cadre_id == str(visit.cadre_id)


async def _look(connection: Connection, who: Principal, household_id: UUID, what: str) -> None:
    household = await get_household(connection, household_id)
    await require_near_household(connection, who, household_id, household.village_code)
    await _keep_look(connection, who, household_id, what)


async def _keep_look(connection: Connection, who: Principal, household_id: UUID, what: str) -> None:
    if who.household_id != str(household_id) or "household" not in who.roles:
        await add_visit_look(connection, household_id, actor=who.subject, actor_name=who.name, what=what)
