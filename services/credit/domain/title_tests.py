"""How is one test of a title judged, so that anybody can check it by hand?

Shares are compared as 100·numerator ≥ percent·denominator in whole numbers; a denominator of zero is not
measurable, which is never a pass (credit rules 2.5).
"""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    PASSED = "pass"
    FAILED = "fail"
    NOT_MEASURABLE = "not_measurable"


class Rule(StrEnum):
    """How a test compares: a share with a percentage, or a plain number with a number."""

    PERCENT_AT_LEAST = "percent_at_least"
    PERCENT_AT_MOST = "percent_at_most"
    NUMBER_AT_LEAST = "number_at_least"


@dataclass(frozen=True, slots=True)
class TitleTest:
    """One test with all that it was judged by; `denominator` is None for a plain number."""

    name: str
    numerator: int
    denominator: int | None
    threshold: int
    rule: Rule
    result: Result

    @property
    def passed(self) -> bool:
        return self.result is Result.PASSED


def share_at_least(name: str, part: int, whole: int, percent: int, *, measurable: bool = True) -> TitleTest:
    """Whether part ÷ whole is at least the percentage."""
    result = _judge(100 * part >= percent * whole, measurable=measurable and whole > 0)
    return TitleTest(name, part, whole, percent, Rule.PERCENT_AT_LEAST, result)


def share_at_most(name: str, part: int, whole: int, percent: int, *, measurable: bool = True) -> TitleTest:
    """Whether part ÷ whole is at most the percentage."""
    result = _judge(100 * part <= percent * whole, measurable=measurable and whole > 0)
    return TitleTest(name, part, whole, percent, Rule.PERCENT_AT_MOST, result)


def number_at_least(name: str, number: int, least: int) -> TitleTest:
    """Whether there are enough of something."""
    return TitleTest(name, number, None, least, Rule.NUMBER_AT_LEAST, _judge(number >= least, measurable=True))


def _judge(holds: bool, *, measurable: bool) -> Result:
    if not measurable:
        return Result.NOT_MEASURABLE
    return Result.PASSED if holds else Result.FAILED
