"""What waits for a cadre today? Its own list of what is due, the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

DueKind = Literal["handover_to_answer", "own_departure", "post_expired", "post_expiring", "household_off_register"]
_URGENCY: Final[dict[DueKind, int]] = {
    "handover_to_answer": 0,
    "own_departure": 1,
    "post_expired": 2,
    "post_expiring": 3,
    "household_off_register": 4,
}


@dataclass(frozen=True, slots=True)
class Due:
    """`on` is the day by which or since which; `thing_id` the hand-over, departure, post or household."""

    kind: DueKind
    thing_id: UUID
    on: date | None
    village_code: str | None = None


@dataclass(frozen=True, slots=True)
class OwnPost:
    post_id: UUID
    village_code: str
    term_ends_on: date | None


def posts_due(own: Iterable[OwnPost], day: date, expiring_days: int) -> list[Due]:
    """The cadre's own posts whose term is over or ends within so many days."""
    found = []
    for post in own:
        if post.term_ends_on is not None and (left := (post.term_ends_on - day).days) <= expiring_days:
            kind: DueKind = "post_expired" if left <= 0 else "post_expiring"
            found.append(Due(kind, post.post_id, post.term_ends_on, post.village_code))
    return found


def in_order(due: Iterable[Due]) -> Sequence[Due]:
    """By urgency, then by day, then by id."""
    return sorted(due, key=lambda one: (_URGENCY[one.kind], one.on or date.max, one.thing_id.int))
