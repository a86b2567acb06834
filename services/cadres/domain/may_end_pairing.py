"""May this pairing end on this day? (report 四.6: history is kept, the present is never ahead)"""

from datetime import date

from services.cadres.domain.errors import EndBeforeStart, EndInFuture, PairingEnded
from services.cadres.domain.pairing import Pairing
from shared.errors import Failure


def may_end_pairing(pairing: Pairing, ends_on: date, today: date) -> Failure | None:
    """None when it may, else the reason why not."""
    if pairing.ended_on is not None:
        return PairingEnded()
    if ends_on < pairing.started_on:
        return EndBeforeStart()
    if ends_on > today:
        return EndInFuture()
    return None
