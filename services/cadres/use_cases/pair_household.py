"""An official makes a cadre responsible for a household."""

from collections.abc import Sequence
from datetime import date

from services.cadres.domain.may_be_paired import may_be_paired
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.guards import guard_cadres, guard_household
from services.cadres.storage.handover_repository import is_leaving
from services.cadres.storage.pairing_repository import PairingLine, add_pairing, helper_change, households_now
from services.cadres.storage.place_repository import get_household
from services.cadres.use_cases.see import require_official_for_household, require_serving_cadre
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection


async def pair_household(
    connection: Connection,
    cadres: CadreRepository,
    change_log: ChangeLog,
    policies: Sequence[Policy],
    who: Principal,
    pairing: Pairing,
    today: date,
) -> PairingLine:
    """Of several who try at once one wins; the others learn that the household has its cadre.

    Raises HelpedHouseholdNotFound, CadreNotFound, HouseholdAlreadyPaired and the reasons of `may_be_paired`.
    """
    await guard_household(connection, pairing.household_id)
    household = await get_household(connection, pairing.household_id)
    require_official_for_household(who, household.village_code)
    await guard_cadres(connection, [pairing.cadre_id])
    cadre = await cadres.get(connection, pairing.cadre_id)
    require_serving_cadre(who, cadre, household.village_code)
    refusal = may_be_paired(
        household,
        cadre,
        pairing.started_on,
        households_now=await households_now(connection, cadre.cadre_id),
        policy=policy_at(policies, pairing.started_on),
        today=today,
        leaving=await is_leaving(connection, cadre.cadre_id),
    )
    if refusal is not None:
        raise refusal
    await add_pairing(connection, pairing, who.subject)
    await change_log.append(connection, [helper_change(pairing.household_id, cadre.cadre_id, cadre.name)])
    return PairingLine(pairing, household.village_code, household.head, cadre.name)
