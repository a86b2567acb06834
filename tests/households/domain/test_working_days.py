"""The working-day calendar: its laws, and the arrangements of single years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.storage.monitoring_policy_file import load_monitoring_rules

CALENDAR = load_monitoring_rules().calendar
days = st.dates(date(2019, 6, 1), date(2028, 6, 1))
periods = st.integers(0, 60)


@given(days, periods)
def test_between_a_day_and_what_falls_due_lie_exactly_so_many_working_days(start: date, period: int) -> None:
    due = CALENDAR.due(start, period)
    between = [start + timedelta(days=n) for n in range(1, (due.on - start).days + 1)]
    assert sum(CALENDAR.is_working(day) for day in between) == period


@given(days, st.integers(1, 60))
def test_what_falls_due_falls_on_a_working_day(start: date, period: int) -> None:
    assert CALENDAR.is_working(CALENDAR.due(start, period).on)


@given(days, periods, periods)
def test_two_periods_one_after_the_other_end_as_one_of_both(start: date, first: int, second: int) -> None:
    assert CALENDAR.due(CALENDAR.due(start, first).on, second).on == CALENDAR.due(start, first + second).on


@given(days, days, periods)
def test_who_starts_later_never_has_to_be_done_earlier(one: date, other: date, period: int) -> None:
    early, late = sorted((one, other))
    assert CALENDAR.due(early, period).on <= CALENDAR.due(late, period).on


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 11, 24), date(2026, 12, 1)),
        # National Day 2026: 1–7 October off, Saturday the 10th worked.
        (date(2026, 9, 30), date(2026, 10, 13)),
        (date(2026, 9, 29), date(2026, 10, 12)),
        # Spring Festival 2020 was prolonged to 2 February.
        (date(2020, 1, 23), date(2020, 2, 7)),
        # Before the holiday of 2020 the Sunday, 27 September, was worked.
        (date(2020, 9, 25), date(2020, 10, 9)),
        # Spring Festival 2026: 15–23 February off, Saturdays 14 and 28 worked.
        (date(2026, 2, 13), date(2026, 2, 27)),
    ],
)
def test_five_working_days_over_the_holidays_of_a_year(start: date, due: date) -> None:
    found = CALENDAR.due(start, 5)
    assert (found.on, found.provisional) == (due, False)


def test_what_falls_due_in_a_year_that_is_not_announced_is_provisional() -> None:
    assert CALENDAR.due(date(2026, 12, 28), 5).provisional
    assert CALENDAR.due(date(2026, 12, 28), 5).on == date(2027, 1, 5), "New Year's Day is off by law"
    assert CALENDAR.due(date(2031, 3, 3), 5).on == date(2031, 3, 10), "a year without data has its weekends"
    assert CALENDAR.due(date(2031, 3, 3), 5).provisional


@pytest.mark.parametrize("year", range(2020, 2027))
def test_a_year_of_the_shipped_calendar_is_whole(year: int) -> None:
    """Every worked weekend day is a weekend day, no day is both, and the year has its statutory days."""
    there = CALENDAR.years[year]
    assert there.announced
    assert all(day.weekday() >= 5 for day in there.working_weekends)
    assert not there.working_weekends & there.days_off
    assert {
        date(year, 1, 1),
        date(year, 5, 1),
        date(year, 10, 1),
        date(year, 10, 2),
        date(year, 10, 3),
    } <= there.days_off
    working = sum(CALENDAR.is_working(date(year, 1, 1) + timedelta(days=n)) for n in range(365))
    assert 246 <= working <= 252
