"""May this household be handed to that cadre, and may the answer be given? (交接: 提出、接受或不接受)"""

from uuid import UUID

from services.cadres.domain.handover import Departure, Handover
from services.cadres.domain.handover_errors import (
    CadreLeaving,
    DepartureOfOther,
    DepartureOver,
    HandoverAnswered,
    HandoverOutdated,
    HandoverToSelf,
    HouseholdWithoutHelper,
)
from services.cadres.domain.pairing import Pairing
from shared.errors import Failure


def may_hand_over(
    helper: UUID | None, to_cadre_id: UUID, *, leaving: bool, departure: Departure | None = None
) -> Failure | None:
    """None when it may be proposed, else the reason. `helper` answers for the household now; `leaving`: the receiver.

    Whether the receiver has room is asked again when it accepts, by `may_be_paired`.
    """
    if helper is None:
        return HouseholdWithoutHelper()
    if helper == to_cadre_id:
        return HandoverToSelf()
    if departure is not None and departure.state != "open":
        return DepartureOver()
    if departure is not None and departure.cadre_id != helper:
        return DepartureOfOther()
    if leaving:
        return CadreLeaving()
    return None


def may_answer(handover: Handover, open_pairing: Pairing | None, *, accept: bool) -> Failure | None:
    """None when the receiver may accept or refuse now, else the reason. `open_pairing` is the household's present one.

    A proposal that time has overtaken can still be refused, so that nothing waits for ever.
    """
    if handover.state != "proposed":
        return HandoverAnswered(state=handover.state, allowed=[])
    if accept and (open_pairing is None or open_pairing.pairing_id != handover.pairing_id):
        return HandoverOutdated(allowed=["refuse", "withdraw"])
    return None
