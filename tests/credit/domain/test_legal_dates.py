"""Periods end on the same date, or at the month's end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from services.credit.domain.legal_dates import add_months, first_free_day, last_start


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 3, 15), 24, date(2028, 3, 15)),
        (date(2020, 2, 29), 60, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_period_of_months_ends_on_the_same_date_or_the_months_last(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


def test_a_notice_of_seven_full_days_posted_on_1_may_is_over_on_9_may() -> None:
    assert first_free_day(date(2026, 5, 1), 7) == date(2026, 5, 9)


@given(dates(date(1990, 1, 1), date(2060, 1, 1)), integers(0, 120))
def test_the_last_start_is_over_by_then_and_the_day_after_it_is_not(end: date, months: int) -> None:
    start = last_start(end, months)
    assert add_months(start, months) <= end < add_months(start + timedelta(days=1), months)
