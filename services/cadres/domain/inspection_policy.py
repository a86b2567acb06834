"""How often is inspected, how long may a rectification take, what may a ballot say? Policy data, with its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.cadres.domain.inspection_errors import CycleUnknown


@dataclass(frozen=True, slots=True)
class Cycle:
    """督查考核 of `cadres` or `counties`, once in so many months, counted from January (report 四.8 第六, 第七)."""

    code: str
    name: str
    about: str
    months: int


@dataclass(frozen=True, slots=True)
class InspectionPolicy:
    """`rectify_days` bounds a rectification; a result of fewer than `least_ballots` is not told."""

    valid_from: date
    cycles: tuple[Cycle, ...]
    rectify_days: int
    evaluation_answers: tuple[str, ...]
    least_ballots: int


def inspection_policy_at(policies: Sequence[InspectionPolicy], day: date) -> InspectionPolicy:
    """The youngest that has begun; the oldest for a day before all of them."""
    by_age = sorted(policies, key=lambda policy: policy.valid_from)
    begun = [policy for policy in by_age if policy.valid_from <= day]
    return begun[-1] if begun else by_age[0]


def cycle_named(policy: InspectionPolicy, code: str) -> Cycle:
    """Raises CycleUnknown."""
    for cycle in policy.cycles:
        if cycle.code == code:
            return cycle
    raise CycleUnknown


def period_start(cycle: Cycle, day: date) -> date:
    """The first day of the cycle's period that holds this day."""
    months = day.year * 12 + day.month - 1
    first = months - months % cycle.months
    return date(first // 12, first % 12 + 1, 1)


def period_end(cycle: Cycle, start: date) -> date:
    """The first day behind the period that begins on `start`."""
    months = start.year * 12 + start.month - 1 + cycle.months
    return date(months // 12, months % 12 + 1, 1)
