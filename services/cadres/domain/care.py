"""Which care is due to whoever is posted, and since when? (三.3 激励关爱: 走访、谈心、体检、驻村工作经费)"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args
from uuid import UUID

from services.cadres.domain.posting import Posting
from services.cadres.domain.selection_errors import CareNotOfPost, CareOutsidePosting
from shared.errors import Failure

CareKind = Literal["visit", "talk", "health_check", "working_funds"]
CARE_KINDS: tuple[CareKind, ...] = get_args(CareKind)


@dataclass(frozen=True, slots=True)
class Care:
    """Something done for one person of a posting; `amount_cents` (分) for working funds paid."""

    care_id: UUID
    village_code: str
    post_id: UUID
    cadre_id: UUID
    kind: CareKind
    done_on: date
    amount_cents: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CareDue:
    """`due_on` is the last day on which it is still in time; `overdue` says whether that has passed."""

    kind: CareKind
    last_on: date | None
    due_on: date
    overdue: bool


def care_due(
    posting: Posting, last_done: Mapping[CareKind, date], months: Mapping[str, int], day: date
) -> list[CareDue]:
    """Each kind that the policy asks for, so many `months` after the last time or after the posting's start."""
    found = []
    for kind in CARE_KINDS:
        if kind in months:
            last = last_done.get(kind)
            due = _months_later(last or posting.started_on, months[kind])
            found.append(CareDue(kind, last, due, day > due))
    return found


def may_record_care(care: Care, posting: Posting, today: date) -> Failure | None:
    """None when it may, else the reason: for somebody of the posting, on a day of it that has come."""
    if care.cadre_id not in posting.people:
        return CareNotOfPost()
    last = today if posting.ended_on is None else min(today, posting.ended_on - timedelta(days=1))
    if posting.started_on <= care.done_on <= last:
        return None
    return CareOutsidePosting(first=str(posting.started_on), last=str(last))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))
