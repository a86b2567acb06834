"""May this person see this household's record? And the look that is kept when it is another's."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import TypeVar
from uuid import UUID

from services.households.domain.household_errors import HouseholdNotFound
from services.households.storage.household_search import Reach, helper_of, villages_of
from services.households.storage.look_repository import add_look
from shared.auth import OFFICIALS, OutsideScope, Principal
from shared.db import Connection
from shared.errors import Stale
from shared.regions import covers

S = TypeVar("S", bound=Stale)


def reach_in(who: Principal, region: str) -> Reach:
    """Whose rows of a place the asker may see: those of an official's own places, a cadre's caseload, one's own.

    Raises OutsideScope for an official whose places have nothing to do with this one.
    """
    reach = reach_of(who)
    scopes = reach.scopes
    if scopes and "cadre" not in who.roles and not any(covers(s, region) or covers(region, s) for s in scopes):
        raise OutsideScope(region=region)
    return reach


def reach_of(who: Principal) -> Reach:
    """Whose rows the asker may see, wherever they are."""
    return Reach(
        tuple(code for role in sorted(OFFICIALS & who.roles) for code in who.scopes[role]),
        UUID(who.cadre_id) if who.cadre_id and "cadre" in who.roles else None,
        UUID(who.household_id) if who.household_id and "household" in who.roles else None,
    )


async def role_towards(connection: Connection, who: Principal, household_id: UUID, village_code: str) -> str:
    """As `role_of`; who helps the household is asked for when that may matter."""
    helper = await helper_of(connection, household_id) if "cadre" in who.roles else None
    return role_of(who, household_id, village_code, helper)


def role_of(who: Principal, household_id: UUID, village_code: str, helper: UUID | None) -> str:
    """As what the asker may see this household: `household` (its own), `official` or `helper`.

    Raises HouseholdNotFound for everyone else, as for a household that is not there.
    """
    if who.household_id == str(household_id) and "household" in who.roles:
        return "household"
    if who.official_for(village_code):
        return "official"
    if who.cadre_id and "cadre" in who.roles and str(helper) == who.cadre_id:
        return "helper"
    raise HouseholdNotFound


async def known_among(connection: Connection, who: Principal, household_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these households that the asker may know of."""
    known = set()
    for household_id, village_code in (await villages_of(connection, household_ids)).items():
        with suppress(HouseholdNotFound):
            await role_towards(connection, who, household_id, village_code)
            known.add(household_id)
    return frozenset(known)


async def look(
    connection: Connection, who: Principal, household_id: UUID, role: str, what: str, reason: str | None = None
) -> None:
    """Keeps the look where the household sees it; a household's look at itself is no look."""
    if role != "household":
        await add_look(
            connection, household_id, actor=who.subject, actor_name=who.name, role=role, what=what, reason=reason
        )


def showing(stale: S, who: Principal, household_id: UUID, role: str, what: str) -> S:
    """The refusal shows what stands now of a household, and so keeps a look as a read of it does."""
    return stale.keeping(partial(look, who=who, household_id=household_id, role=role, what=what))
