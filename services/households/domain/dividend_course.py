"""What can be done with a village's dividend now, and by whom? Draft → confirmed by a second person → paid out.

Once confirmed, the list is frozen: what was wrong is made good by a counter-entry that a second person confirms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal
from uuid import UUID

import rfc8785

from services.households.domain.dividend import Distribution
from services.households.domain.dividend_errors import (
    CorrectionAboveShare,
    CorrectionToItself,
    DividendListChanged,
    DividendStepNotAllowed,
    ShareAlreadyPaid,
    ShareUnknown,
)
from services.households.domain.second_person import second_person
from shared.errors import Failure

DividendState = Literal["draft", "confirmed", "dropped"]
STEPS: dict[DividendState, tuple[str, ...]] = {
    "draft": ("confirmation", "drop"),
    "confirmed": ("payments", "corrections"),
    "dropped": (),
}


@dataclass(frozen=True, slots=True)
class Dividend:
    """One village's of one year; `digest` is of the list that was drafted."""

    village_code: str
    dividend_id: UUID
    year: int
    income_cents: int
    poor_also_ordinary: bool
    parts: Mapping[str, int]
    weights: Mapping[str, int]
    digest: str
    drafted_by: str
    state: DividendState = "draft"
    confirmed_by: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class ShareState:
    """A line of the frozen list: what it says, what counter-entries made of it, what was paid. 0 is the collective."""

    share_no: int
    amount_cents: int
    corrected_cents: int = 0
    paid_cents: int = 0

    @property
    def due_cents(self) -> int:
        return self.amount_cents + self.corrected_cents

    @property
    def open_cents(self) -> int:
        """Still to be paid; below zero: to be given back after a correction."""
        return self.due_cents - self.paid_cents


def digest_of(distribution: Distribution) -> str:
    """The same for the same people, weights and cents, in whatever order they were read."""
    lines: list[list[str | int]] = [
        [line.pool, str(line.member_id), str(line.household_id), line.weight, line.amount_cents]
        for line in distribution.lines
    ]
    return sha256(rfc8785.dumps({"parts": dict(distribution.parts), "lines": lines})).hexdigest()


def may_step(dividend: Dividend, step: str) -> Failure | None:
    """None when this can be done now."""
    allowed = STEPS[dividend.state]
    return None if step in allowed else DividendStepNotAllowed(allowed=list(allowed))


def may_confirm(dividend: Dividend, person: str, now: Distribution) -> Failure | None:
    """By a second person, and only while the village's people are those of the draft."""
    refusal = may_step(dividend, "confirmation") or second_person(person, dividend.drafted_by)
    if refusal is not None:
        return refusal
    return None if digest_of(now) == dividend.digest else DividendListChanged()


def may_mark_paid(asked: Sequence[int], shares: Iterable[ShareState]) -> Failure | None:
    """What is open is paid once; all lines that are asked for, or none."""
    standing = {share.share_no: share for share in shares}
    if unknown := [number for number in asked if number not in standing]:
        return ShareUnknown(share_nos=unknown)
    paid = [number for number in asked if standing[number].open_cents == 0]
    return ShareAlreadyPaid(share_nos=paid) if paid else None


def may_correct(source: ShareState, target: ShareState | None, amount_cents: int) -> Failure | None:
    """From a line to another or to a new one (None); never more than the line still holds."""
    if target is not None and target.share_no == source.share_no:
        return CorrectionToItself()
    return None if amount_cents <= source.due_cents else CorrectionAboveShare(left_cents=source.due_cents)
