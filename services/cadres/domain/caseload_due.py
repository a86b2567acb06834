"""What waits for a cadre today? Its own list of what is due, the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args
from uuid import UUID

from services.cadres.domain.decision import Decision, appeal_until, last_day
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.domain.unvisited import visit_due_on

DueKind = Literal[
    "decision_to_answer",
    "decision_to_appeal",
    "handover_to_answer",
    "own_departure",
    "danger_to_check",
    "problem_to_fix",
    "task",
    "duty",
    "post_expired",
    "post_expiring",
    "year_to_watch",
    "visit_overdue",
    "household_off_register",
]
_URGENCY: Final[dict[DueKind, int]] = {kind: number for number, kind in enumerate(get_args(DueKind))}


@dataclass(frozen=True, slots=True)
class Due:
    """`on` is the day by which or since which; `thing_id` the decision, hand-over, post, …, household."""

    kind: DueKind
    thing_id: UUID
    on: date | None
    village_code: str | None = None


@dataclass(frozen=True, slots=True)
class OwnPost:
    post_id: UUID
    village_code: str
    term_ends_on: date | None


@dataclass(frozen=True, slots=True)
class HouseholdDays:
    """A household of the caseload, and by when what is to be done there. `in_care`: on the register or monitored."""

    household_id: UUID
    village_code: str | None
    in_care: bool
    off_register: bool
    since: date
    last_visit_on: date | None
    check_due_on: date | None
    watch_due_on: date | None
    problem_due_on: date | None


def household_due(home: HouseholdDays, today: date, every_days: int) -> list[Due]:
    """What its own service set a day for, a visit that is overdue, and that it is on the register no longer."""
    days: list[tuple[DueKind, date | None]] = [
        ("danger_to_check", home.check_due_on),
        ("problem_to_fix", home.problem_due_on),
        ("year_to_watch", home.watch_due_on),
    ]
    due_on = visit_due_on(home.last_visit_on, home.since, every_days)
    if home.in_care and due_on < today:
        days.append(("visit_overdue", due_on))
    found = [Due(kind, home.household_id, on, home.village_code) for kind, on in days if on is not None]
    if home.off_register:
        found.append(Due("household_off_register", home.household_id, None, home.village_code))
    return found


def posts_due(own: Iterable[OwnPost], day: date, expiring_days: int) -> list[Due]:
    """The cadre's own posts whose term is over or ends within so many days."""
    found = []
    for post in own:
        if post.term_ends_on is not None and (left := (post.term_ends_on - day).days) <= expiring_days:
            kind: DueKind = "post_expired" if left <= 0 else "post_expiring"
            found.append(Due(kind, post.post_id, post.term_ends_on, post.village_code))
    return found


def decisions_due(about: Iterable[Decision], policies: Sequence[Policy], day: date) -> list[Due]:
    """What is told to the person: the days for a statement in reply, and for an appeal, while they run."""
    found = []
    for one in about:
        policy = policy_at(policies, one.noticed_on)
        if one.state == "noticed" and (until := last_day(one.noticed_on, policy.reply_days)) >= day:
            found.append(Due("decision_to_answer", one.case_id, until))
        elif one.state == "imposed" and (ends := appeal_until(one, policy)) is not None and ends >= day:
            found.append(Due("decision_to_appeal", one.case_id, ends))
    return found


def in_order(due: Iterable[Due]) -> Sequence[Due]:
    """By urgency, then by day, then by id."""
    return sorted(due, key=lambda one: (_URGENCY[one.kind], one.on or date.max, one.thing_id.int))
