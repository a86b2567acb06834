"""On which days does a grade in effect end, come up for review, and may it be lowered? (credit rules 2.4)

In effect for 24 months, the last day included; reviewed at 12 months and again 12 months later; lowered when the
household was told and 20 days to object have passed. An override ends on its own last day if that is sooner.
"""

from datetime import date

from services.credit.domain.legal_dates import add_months


def valid_until(effective_on: date, months: int, override_ends: date | None = None) -> date:
    last = add_months(effective_on, months)
    return last if override_ends is None else min(last, override_ends)


def has_ended(last_day: date, today: date) -> bool:
    return today > last_day


def review_due(effective_on: date, reviewed_on: date | None, months: int, today: date) -> bool:
    return today >= add_months(reviewed_on or effective_on, months)
