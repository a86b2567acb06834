"""May this cadre become responsible for this household? (report 四.6, 结对帮扶)

That a household has one responsible cadre at a time is not asked here: the database decides it.
"""

from datetime import date

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import CadreFullyLoaded, CadreNotInOffice, HouseholdNotRegistered, PairingInFuture
from services.cadres.domain.handover_errors import CadreLeaving
from services.cadres.domain.pairing import HelpedHousehold
from services.cadres.domain.policy import Policy
from shared.errors import Failure


def may_be_paired(
    household: HelpedHousehold,
    cadre: Cadre,
    starts_on: date,
    *,
    households_now: int,
    policy: Policy,
    today: date,
    leaving: bool = False,
) -> Failure | None:
    """None when it may, else the reason why not. `households_now` is how many the cadre answers for already;
    `leaving`: its departure is announced.

    A pairing may be entered late but never ahead, so that who helps today is who holds an open pairing.
    """
    if not household.registered_poor:
        return HouseholdNotRegistered()
    if starts_on > today:
        return PairingInFuture()
    if not (cadre.in_office(starts_on) and cadre.in_office(today)):
        return CadreNotInOffice()
    if leaving:
        return CadreLeaving()
    most = policy.most_households.get(cadre.rank, 0)
    if households_now >= most:
        return CadreFullyLoaded(most=most)
    return None
