"""On which day does time alone put a household in a better bin of its credit record?

For lateness (D1) and the time since the first loan (D2) nothing else helps. The day follows from what banks reported:
it supposes that nothing new is reported, and is not known for a bin that the reports do not explain (credit rules 2.3).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.credit.domain.find_bin import find_bin
from services.credit.domain.legal_dates import add_months
from services.credit.domain.loan_facts import ReportedLoan, loan_facts, spells
from services.credit.domain.scorecard import Attribute, Bin, Card, Edge

LATENESS, BORROWING_SINCE = "worst_days_past_due", "months_since_first_loan"
_WHAT_HELPS = {LATENESS: "只要不再晚还", BORROWING_SINCE: "不用办什么手续，时间到了就行"}


@dataclass(frozen=True, slots=True)
class TimeOnly:
    """The first day on which a scoring finds the attribute in a bin of more points, and what is said about it."""

    attribute: str
    on: date
    to_points: int
    text: str


def time_only(
    card: Card, points: Mapping[str, int | None], bins: Mapping[str, str], loans: Sequence[ReportedLoan], as_of: date
) -> tuple[TimeOnly, ...]:
    """In card order, for points and bins by attribute id as they were scored on a day; empty when nothing is known."""
    found = (
        _next_change(one, points[one.id], bins[one.id], loans, as_of)
        for one in card.attributes
        if one.measure.fields in ((LATENESS,), (BORROWING_SINCE,)) and (points[one.id] or 0) < one.maximum
    )
    return tuple(change for change in found if change is not None)


def _next_change(
    attribute: Attribute, points: int | None, bin_id: str, loans: Sequence[ReportedLoan], as_of: date
) -> TimeOnly | None:
    now = _bin_on(attribute, loans, as_of)
    if now is None or points is None or now.id != bin_id:
        return None
    for day in sorted({day for day in _turning_days(attribute, loans) if day > as_of}):
        then = _bin_on(attribute, loans, day)
        if then is not None and then.points is not None and then.points > points:
            return TimeOnly(attribute.id, day, then.points, _text(attribute, day, points, then.points))
    return None


def _turning_days(attribute: Attribute, loans: Sequence[ReportedLoan]) -> Iterator[date]:
    """Every day on which the attribute may come to another bin."""
    if attribute.measure.fields == (LATENESS,):
        for loan in loans:
            yield from (spell.forgotten_on for spell in spells(loan.events) if spell.forgotten_on is not None)
        return
    first = min(loan.events[0].on for loan in loans)
    for one in attribute.bins:
        if one.interval is not None and one.interval.low is not None:
            yield add_months(first, _first_whole(one.interval.low))


def _first_whole(edge: Edge) -> int:
    """The least whole number above the lower end of an interval."""
    whole, rest = divmod(edge.numerator, edge.denominator)
    return whole if rest == 0 and edge.closed else whole + 1


def _bin_on(attribute: Attribute, loans: Sequence[ReportedLoan], day: date) -> Bin | None:
    facts = loan_facts(loans, day)
    return None if facts is None else find_bin(attribute, facts.values)


def _text(attribute: Attribute, day: date, points: int, more: int) -> str:
    helps = _WHAT_HELPS[attribute.measure.fields[0]]
    return f"{helps}，从{day.year}年{day.month}月{day.day}日起再评分，这一项就从{points}分变成{more}分。"
