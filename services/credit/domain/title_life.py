"""What becomes of a title that a village or township holds, as time goes by and loans go bad? (credit rules 2.5)

    HELD ⇄ SUSPENDED, ended by EXPIRED or REVOKED

Valid for three years, the last day included; reviewed yearly; suspended while too much of the balance is bad, until it
has been low at two ends of a quarter running; revoked at the second failed review. A household's grade never changes
with its village's title.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from services.credit.domain.legal_dates import add_months
from services.credit.domain.title_policy import TitleLife


class TitleState(StrEnum):
    HELD = "HELD"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


RUNNING = (TitleState.HELD, TitleState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Title:
    """`clean_quarters`: ends of quarters running at which the balance was good enough, since it was suspended.

    `quarter`: the last end of a quarter that was measured. `version` counts the steps.
    """

    state: TitleState
    stars: int
    granted_on: date
    valid_until: date
    policy_version: str
    version: int = 1
    reviewed_on: date | None = None
    failed_reviews: int = 0
    suspended_on: date | None = None
    clean_quarters: int = 0
    quarter: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A place on a day: whether it earns the title, with how many stars, and its balances in 分."""

    earned: bool
    stars: int
    balance_cents: int
    npl_cents: int


@dataclass(frozen=True, slots=True)
class Step:
    """The title after it, and the code of the reason."""

    title: Title
    reason: str


def granted(measured: Measured, life: TitleLife, policy_version: str, today: date) -> Title:
    """A new title, for a place that earns it."""
    return Title(TitleState.HELD, measured.stars, today, add_months(today, life.months_valid), policy_version)


def may_be_granted(last: Title | None, measured: Measured, life: TitleLife, today: date) -> bool:
    """`last`: the newest title of the place, if any. Not while it runs, nor soon after it was revoked."""
    if not measured.earned or (last is not None and last.state in RUNNING):
        return False
    if last is not None and last.state is TitleState.REVOKED and last.ended_on is not None:
        return today >= add_months(last.ended_on, life.months_after_revocation)
    return True


def title_steps(title: Title, measured: Measured, life: TitleLife, today: date) -> tuple[Step, ...]:
    """What happens to a title on a day, in order; nothing a second time on the same day."""
    steps: list[Step] = []
    for question in (_expires, _is_suspended, _quarter_ends, _is_reviewed):
        standing = steps[-1].title if steps else title
        if standing.state in RUNNING and (step := question(standing, measured, life, today)) is not None:
            steps.append(Step(replace(step.title, version=standing.version + 1), step.reason))
    return tuple(steps)


def last_quarter_end(day: date) -> date:
    """The last 31 March, 30 June, 30 September or 31 December that is over or today."""
    after = day + timedelta(days=1)
    first_month = 3 * ((after.month - 1) // 3) + 1
    return date(after.year, first_month, 1) - timedelta(days=1)


Question = Callable[[Title, Measured, TitleLife, date], Step | None]


def _expires(title: Title, _measured: Measured, _life: TitleLife, today: date) -> Step | None:
    if today <= title.valid_until:
        return None
    return Step(replace(title, state=TitleState.EXPIRED, ended_on=today), "last_day_over")


def _is_suspended(title: Title, measured: Measured, life: TitleLife, today: date) -> Step | None:
    bad = 100 * measured.npl_cents > life.suspended_above_npl_percent * measured.balance_cents
    if title.state is not TitleState.HELD or not bad:
        return None
    stopped = replace(title, state=TitleState.SUSPENDED, suspended_on=today, clean_quarters=0, quarter=today)
    return Step(stopped, "npl_too_high")


def _quarter_ends(title: Title, measured: Measured, life: TitleLife, today: date) -> Step | None:
    """A quarter that nobody measured breaks the row; a balance of zero measures nothing, which is no good quarter."""
    ended = last_quarter_end(today)
    if title.state is not TitleState.SUSPENDED or title.quarter is None or ended <= title.quarter:
        return None
    good = measured.balance_cents > 0 and (
        100 * measured.npl_cents <= life.lifted_at_npl_percent * measured.balance_cents
    )
    running = title.clean_quarters if last_quarter_end(ended - timedelta(days=1)) <= title.quarter else 0
    clean = running + 1 if good else 0
    if clean < life.quarters_to_lift:
        return Step(replace(title, clean_quarters=clean, quarter=ended), "quarter_good" if good else "quarter_bad")
    lifted = replace(title, state=TitleState.HELD, suspended_on=None, clean_quarters=0, quarter=None)
    return Step(lifted, "npl_low_again")


def _is_reviewed(title: Title, measured: Measured, life: TitleLife, today: date) -> Step | None:
    if today < add_months(title.reviewed_on or title.granted_on, life.months_to_review):
        return None
    if measured.earned:
        return Step(replace(title, reviewed_on=today, stars=measured.stars), "review_passed")
    failed = replace(title, reviewed_on=today, failed_reviews=title.failed_reviews + 1)
    if failed.failed_reviews < life.failed_reviews_to_revoke:
        return Step(failed, "review_failed")
    return Step(replace(failed, state=TitleState.REVOKED, ended_on=today), "second_review_failed")
