"""May this departure be completed today, and which day ends the time in office? (离任办结: 先交接、后离任)"""

from datetime import date

from services.cadres.domain.errors import CadreHasDuties
from services.cadres.domain.handover import Departure
from services.cadres.domain.handover_errors import DepartureAhead, DepartureOver
from services.cadres.domain.may_serve_from_to import Duties
from shared.errors import Failure


def may_complete_departure(departure: Departure, duties: Duties, today: date) -> Failure | None:
    """None when it may, else the reason: the day has come and nothing is left to hand over."""
    if departure.state != "open":
        return DepartureOver(state=departure.state, allowed=[])
    if departure.leaves_on > today:
        return DepartureAhead(leaves_on=str(departure.leaves_on))
    if any(duties.open.values()):
        return CadreHasDuties(**duties.open)
    return None


def first_day_out_of_office(departure: Departure, duties: Duties) -> date:
    """The first day out of office: the one announced, or the day on which the last duty ended when that came later."""
    return max(departure.leaves_on, duties.last_end or departure.leaves_on)
