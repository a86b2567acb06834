"""Is a post vacant, filled, soon expiring or expired on a day? (report 三.3: vacant and expired are alarms)"""

from datetime import date

from services.cadres.domain.posting import Posting


def post_state(posting: Posting | None, day: date, expiring_days: int) -> str:
    """`vacant`, `filled`, `expiring` (its term ends within so many days) or `expired` (held beyond its term).

    A holder whose end is entered already is expiring, too, when that end comes first.
    """
    if posting is None or posting.started_on > day or (posting.ended_on is not None and posting.ended_on <= day):
        return "vacant"
    ends = [end for end in (posting.term_ends_on, posting.ended_on) if end is not None]
    if not ends:
        return "filled"
    days_left = (min(ends) - day).days
    if days_left <= 0:
        return "expired"
    return "expiring" if days_left <= expiring_days else "filled"
