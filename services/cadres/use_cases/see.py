"""May this person know of this cadre, this pairing, this household's helper?

Officials know the people of their place, a cadre itself and its caseload, a household its helper; everyone else
nothing, and gets the answer of something that is not there.
"""

from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import CadreNotFound, HelpedHouseholdNotFound
from services.cadres.storage.pairing_repository import helper_of
from shared.auth import Principal, role_refused
from shared.db import Connection
from shared.regions import covers


def own_cadre_id(who: Principal) -> UUID:
    """The cadre that this bearer is. Raises NotPermitted."""
    if "cadre" not in who.roles or who.cadre_id is None:
        raise role_refused(("cadre",))
    return UUID(who.cadre_id)


def require_known_cadre(who: Principal, cadre: Cadre) -> None:
    """Raises CadreNotFound."""
    itself = "cadre" in who.roles and who.cadre_id == str(cadre.cadre_id)
    if not itself and not who.official_for(cadre.region_code):
        raise CadreNotFound


def require_serving_cadre(who: Principal, cadre: Cadre, village_code: str) -> None:
    """May this official give the cadre a duty in this village: one of the own place, or of an office above the village?

    Raises CadreNotFound.
    """
    if not who.official_for(cadre.region_code) and not covers(cadre.region_code, village_code):
        raise CadreNotFound


def require_official_for_household(who: Principal, village_code: str | None) -> None:
    """Raises HelpedHouseholdNotFound."""
    if village_code is None or not who.official_for(village_code):
        raise HelpedHouseholdNotFound


async def require_near_household(
    connection: Connection, who: Principal, household_id: UUID, village_code: str | None
) -> None:
    """The household itself, its helper, an official of its place. Raises HelpedHouseholdNotFound."""
    if "household" in who.roles and who.household_id == str(household_id):
        return
    if village_code is not None and who.official_for(village_code):
        return
    helps = "cadre" in who.roles and who.cadre_id is not None
    if not helps or str(await helper_of(connection, household_id)) != who.cadre_id:
        raise HelpedHouseholdNotFound
