"""By which day must something be done that is due within so many working days (工作日)?

The first day does not count. Holidays and the weekend days worked instead of them (调休) are data, year by year; where
a year's arrangement is not known, its weekends and whatever holidays are given count, and the answer is provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """`announced`: is the year's arrangement out? `days_off` may lie on any weekday."""

    announced: bool
    days_off: frozenset[date]
    working_weekends: frozenset[date]


@dataclass(frozen=True, slots=True)
class DueDay:
    """`provisional`: a year on the way is not announced yet, so that the day may still move."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingDays:
    years: Mapping[int, YearOfDays]

    def is_working(self, day: date) -> bool:
        """Is this a day on which offices work?"""
        year = self.years.get(day.year, _UNKNOWN)
        if day in year.working_weekends:
            return True
        return day.weekday() < SATURDAY and day not in year.days_off

    def announced(self, day: date) -> bool:
        return self.years.get(day.year, _UNKNOWN).announced

    def due(self, start: date, days: int) -> DueDay:
        """The last of so many working days after `start`, inclusive; `start` itself for none."""
        day, left = start, days
        while left:
            day += timedelta(days=1)
            left -= self.is_working(day)
        return DueDay(day, not (self.announced(start) and self.announced(day)))


_UNKNOWN = YearOfDays(announced=False, days_off=frozenset(), working_weekends=frozenset())
