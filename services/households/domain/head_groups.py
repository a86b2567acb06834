"""Into which groups does a household's head fall, when somebody looks whether a rule touches them all alike?

Only counts of groups ever leave this service: a card for credit may never read sex or age.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

AGE_BANDS = ((35, "under_35"), (50, "35_49"), (65, "50_64"))
OLDEST = "65_and_over"


@dataclass(frozen=True, slots=True)
class HeadGroups:
    """How many heads there are of each sex, and of each age band on a day."""

    by_sex: Counter[str]
    by_age: Counter[str]


def head_groups(heads: Iterable[tuple[str, date]], day: date) -> HeadGroups:
    """From each head's sex and day of birth."""
    known = list(heads)
    return HeadGroups(Counter(sex for sex, _ in known), Counter(age_band(born, day) for _, born in known))


def age_band(born: date, day: date) -> str:
    """By full years: who is born on 24 November 1991 is 35 on that day of 2026."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return next((name for below, name in AGE_BANDS if years < below), OLDEST)
