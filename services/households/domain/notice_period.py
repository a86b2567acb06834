"""How long does a notice stand, and until when may one object?

The day of posting is not counted: posted on 1 May for 7 full days, its last day is 8 May and the first free day 9 May.
All days are days in Asia/Shanghai.
"""

from datetime import date, timedelta


def last_day(posted_on: date, full_days: int) -> date:
    return posted_on + timedelta(days=full_days)


def first_free_day(posted_on: date, full_days: int) -> date:
    return posted_on + timedelta(days=full_days + 1)


def is_over(posted_on: date, full_days: int, today: date) -> bool:
    return today >= first_free_day(posted_on, full_days)
