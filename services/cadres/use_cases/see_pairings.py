"""Who answers for a household, and who did before?"""

from uuid import UUID

from services.cadres.domain.errors import HelpedHouseholdNotFound, PairingNotFound
from services.cadres.storage.pairing_repository import PairingLine, get_pairing, pairings_of_household
from services.cadres.storage.place_repository import get_household
from services.cadres.use_cases.see import require_near_household
from shared.auth import Principal
from shared.db import Connection


async def see_pairing(connection: Connection, who: Principal, pairing_id: UUID) -> PairingLine:
    """Raises PairingNotFound."""
    line = await get_pairing(connection, pairing_id)
    try:
        await require_near_household(connection, who, line.pairing.household_id, line.village_code)
    except HelpedHouseholdNotFound:
        raise PairingNotFound from None
    return line


async def see_helpers(connection: Connection, who: Principal, household_id: UUID) -> list[PairingLine]:
    """The youngest first. Raises HelpedHouseholdNotFound."""
    household = await get_household(connection, household_id)
    await require_near_household(connection, who, household_id, household.village_code)
    return await pairings_of_household(connection, household_id)
