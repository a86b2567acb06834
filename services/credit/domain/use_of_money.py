"""Where does the follow-up of a loan's use (贷款用途跟踪) stand, and who may learn of it? (report 四.7, 贷后管理)

A visit says whether the money is used as agreed. When it is not, an official hears the household and settles it; only
then, and only when the household was told of it, its bank reads it. It is no fact of a score and no veto: misuse that
is proven is entered as one by hand, with its own evidence.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.credit.domain.independent_person import independent_person
from services.credit.domain.use_of_money_errors import FollowUpNeedsOtherPerson, FollowUpSettled, HouseholdUntold
from shared.errors import Failure

FollowUpState = Literal["as_agreed", "open", "explained", "confirmed", "withdrawn"]
FollowUpOutcome = Literal["explained", "confirmed"]
SHOWN_TO_BANKS: Final = ("as_agreed", "explained", "confirmed")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One finding of a visit. `loan_number` is the bank's own, None when the visitor did not know it; `told_by` says
    how the household was told of what was confirmed.
    """

    household_id: UUID
    finding_id: UUID
    village_code: str
    visited_on: date
    visited_by: str
    loan_number: str | None
    state: FollowUpState
    settled_on: date | None = None
    settled_by: str | None = None
    note: str | None = None
    told_by: str | None = None
    version: int = 1

    @property
    def allowed(self) -> tuple[FollowUpOutcome, ...]:
        return ("explained", "confirmed") if self.state == "open" else ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an official found out; `told_by` is how the household was told, where it is held against it."""

    outcome: FollowUpOutcome
    note: str
    by: str
    on: date
    told_by: str | None = None


def may_settle(follow_up: FollowUp, settlement: Settlement) -> Failure | None:
    """None when it may, else the reason. Whoever reported it does not judge it."""
    if settlement.outcome not in follow_up.allowed:
        return FollowUpSettled(state=follow_up.state, allowed=list(follow_up.allowed))
    if not independent_person(settlement.by, [follow_up.visited_by]):
        return FollowUpNeedsOtherPerson()
    if settlement.outcome == "confirmed" and settlement.told_by is None:
        return HouseholdUntold()
    return None


def settled(follow_up: FollowUp, settlement: Settlement) -> FollowUp:
    return replace(
        follow_up,
        state=settlement.outcome,
        settled_on=settlement.on,
        settled_by=settlement.by,
        note=settlement.note,
        told_by=settlement.told_by,
        version=follow_up.version + 1,
    )
