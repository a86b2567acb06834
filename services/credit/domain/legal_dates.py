"""On which day does a period end?

The first day does not count; years and months end on the same date, or on the month's last day when that date does
not exist (credit rules 2.8). All days are days in Asia/Shanghai.
"""

from calendar import monthrange
from datetime import date, timedelta


def add_months(start: date, months: int) -> date:
    """The last day, inclusive, of a period of that many months: 2020-02-29 and 60 months give 2025-02-28."""
    place = start.year * 12 + start.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def last_start(end: date, months: int) -> date:
    """The last day on which a period of that many months may have begun to be over by the end of a day.

    2025-02-28 and 12 months give 2024-02-29, because both 28 and 29 February end then.
    """
    start = add_months(end, -months)
    while add_months(start + timedelta(days=1), months) <= end:
        start += timedelta(days=1)
    return start


def first_free_day(posted: date, full_days: int) -> date:
    """The first day after a notice of that many full days: posted 1 May for 7 days gives 9 May."""
    return posted + timedelta(days=full_days + 1)
