"""Since when is a household without a visit, and is it too long?

Only outcomes for the household count: this lists households that nobody went to see, never how often a cadre went.
"""

from datetime import date, timedelta


def visit_due_on(last_visit: date | None, since: date, every_days: int) -> date:
    """By when somebody must come again: so many days after the last visit, or after the household got its cadre."""
    return max(last_visit or since, since) + timedelta(days=every_days)


def last_day_in_time(today: date, every_days: int) -> date:
    """A household whose last visit was before this day has been without one for more than so many days."""
    return today - timedelta(days=every_days)
