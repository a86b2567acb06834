"""Has a notice stood for its full days?

The first day is not counted: posted on 1 May for 7 days, the first free day is 9 May (credit rules 2.8).
"""

from datetime import date

from services.credit.domain.legal_dates import first_free_day


def notice_over(posted: date, full_days: int, today: date) -> bool:
    return today >= first_free_day(posted, full_days)
