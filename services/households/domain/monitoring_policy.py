"""Which figures of monitoring hold on a day? A government sets them, the code only reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.households.domain.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class MonitoringPolicy:
    """Incomes are net, per head and year, in 分. `departments`: code → name."""

    valid_from: date
    exit_income_cents: int
    watch_income_cents: int
    opening_rules: frozenset[str]
    check_within_working_days: int
    watch_within_working_days: int
    fix_within_working_days: int
    departments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MonitoringRules:
    """The figures of all times, and the calendar by which their periods run."""

    policies: Sequence[MonitoringPolicy]
    calendar: WorkingDays

    def at(self, day: date) -> MonitoringPolicy:
        """The youngest policy that has begun; the oldest for a day before all of them."""
        by_age = sorted(self.policies, key=lambda policy: policy.valid_from)
        begun = [policy for policy in by_age if policy.valid_from <= day]
        return begun[-1] if begun else by_age[0]

    def exit_line_cents(self, year: int) -> int:
        """The income per head that a year's exits must have reached, as it stood at that year's end."""
        return self.at(date(year, 12, 31)).exit_income_cents
