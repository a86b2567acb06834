"""Until which day does a veto stand by itself? (credit rules 2.2)

V4, a proven misuse of a subsidised loan, for some months of the policy from the day on which it was proven; V5, a
judgment for loan fraud, until five years after the judgment's end, a day that only the one who has the judgment knows
and gives. The others stand until they are cleared, or until the day that is given.
"""

from datetime import date

from services.credit.domain.legal_dates import add_months
from services.credit.domain.record_errors import VetoDatesWrong, VetoEndNeeded, VetoTooLong

MISUSE, FRAUD = "V4", "V5"


def veto_term(code: str, opened_on: date, expires_on: date | None, misuse_months: int, today: date) -> date | None:
    """The last day, inclusive; None: until it is cleared.

    Raises VetoDatesWrong for a veto of a day to come or an end before its beginning, VetoTooLong, VetoEndNeeded.
    """
    if opened_on > today or (expires_on is not None and expires_on < opened_on):
        raise VetoDatesWrong
    if code == FRAUD and expires_on is None:
        raise VetoEndNeeded
    if code != MISUSE:
        return expires_on
    last = add_months(opened_on, misuse_months)
    if expires_on is not None and expires_on > last:
        raise VetoTooLong(latest=last.isoformat())
    return expires_on or last
