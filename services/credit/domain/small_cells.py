"""Which figures behind a title may those see who may not see the people?

None that fewer than five households make up, and all others rounded down to a multiple of five: from "11 of 12 on time"
and a neighbour's talk one learns who was late, and from a township's figure less those of its other villages the one
that is kept back. Of money only a zero in arrears is shown, because a single borrower may owe all of it. The results
are for everybody, and so is how many villages bear a title.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.credit.domain.title_tests import Rule, TitleTest
from shared.small_cells import public_figure


@dataclass(frozen=True, slots=True)
class Shown:
    """A test with the figures that may be seen; None is one that is kept back, or a denominator that is not there."""

    test: TitleTest
    numerator: int | None
    denominator: int | None


def shown_to_officials(tests: Sequence[TitleTest]) -> list[Shown]:
    return [Shown(test, test.numerator, test.denominator) for test in tests]


def shown_to_everybody(tests: Sequence[TitleTest]) -> list[Shown]:
    return [_shown(test) for test in tests]


def _shown(test: TitleTest) -> Shown:
    part, whole = test.numerator, test.denominator
    if test.name == "credit_villages":
        return Shown(test, part, whole)
    if test.rule is Rule.PERCENT_AT_MOST:
        return Shown(test, None if part else 0, None)
    return Shown(test, public_figure(part), None if whole is None else public_figure(whole))
