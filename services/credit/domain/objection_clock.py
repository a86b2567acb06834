"""By when is an objection answered, and how may it end?

20 days, the day on which it was made not counted (credit rules 2.4, 2.8): the fact was wrong and is corrected, it was
right, or it cannot be ascertained and both views are kept.
"""

from datetime import date, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    CORRECTED = "corrected"
    UNFOUNDED = "unfounded"
    UNCERTAIN = "uncertain"


def answer_due(opened_on: date, days: int) -> date:
    """The last day for the answer."""
    return opened_on + timedelta(days=days)
