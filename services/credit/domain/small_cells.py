"""Which figures behind a title may those see who may not see the people?

None that fewer than five households make up: from "11 of 12 on time" and a neighbour's talk one learns who was late. Of
money in arrears only a zero is shown, because a single borrower may owe all of it. The results are for everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.credit.domain.title_tests import Rule, TitleTest

FEWEST_HOUSEHOLDS = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A test with the figures that may be seen; None is one that is kept back, or a denominator that is not there."""

    test: TitleTest
    numerator: int | None
    denominator: int | None


def shown_to_officials(tests: Sequence[TitleTest]) -> list[Shown]:
    return [Shown(test, test.numerator, test.denominator) for test in tests]


def shown_to_everybody(tests: Sequence[TitleTest]) -> list[Shown]:
    borrowers = next((test.denominator or 0 for test in tests if test.name == "on_time"), 0)
    return [_shown(test, borrowers) for test in tests]


def _shown(test: TitleTest, borrowers: int) -> Shown:
    part, whole = test.numerator, test.denominator
    if test.name == "credit_villages":
        return Shown(test, part, whole)
    if test.rule is Rule.PERCENT_AT_MOST:
        return Shown(test, None if part else 0, None if _few(borrowers) else whole)
    if whole is None:
        return Shown(test, None if _few(part) else part, None)
    return Shown(test, None if _few(part) or _few(whole - part) else part, None if _few(whole) else whole)


def _few(households: int) -> bool:
    return 0 < households < FEWEST_HOUSEHOLDS
