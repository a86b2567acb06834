"""When does the term of a post end? (report 四.8, 一定三年不变)"""

from datetime import date

from services.cadres.domain.policy import Policy


def term_of_post(kind: str, started_on: date, policy: Policy) -> date | None:
    """The first day after the term that the policy gives this kind of post; None for a post without a term."""
    years = policy.term_years.get(kind)
    return None if years is None else years_later(started_on, years)


def years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: the day after 28 February of a common year
        return date(day.year + years, 3, 1)
