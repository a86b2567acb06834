"""May this household be paid this tranche of its reserved fund now? (预留扶贫资金: 分批分期、无偿资助、滚动发展)

Each poor household has a sum reserved (policy data). It is paid in tranches, free of charge, never above that sum at a
time; what comes back may be used again, by this household or by others of its village, whose pot is never overdrawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.plan_policy import PlanPolicy
from services.households.domain.reserve_errors import (
    ReserveCeilingReached,
    ReserveDayAhead,
    ReserveNeedsPoor,
    ReturnAboveTranche,
    TrancheStepNotAllowed,
)
from services.households.domain.second_person import second_person
from shared.errors import Failure

TrancheState = Literal["requested", "paid", "refused"]
EntryKind = Literal["allocation", "recall", "payment", "return"]
STEPS: dict[TrancheState, tuple[str, ...]] = {"requested": ("payment", "refusal"), "paid": ("return",), "refused": ()}


@dataclass(frozen=True, slots=True)
class Tranche:
    """One payment of several; money in cents. `village_code` is the pot that pays and to which it returns."""

    household_id: UUID
    tranche_id: UUID
    village_code: str
    amount_cents: int
    purpose: str
    requested_by: str
    measure_id: UUID | None = None
    state: TrancheState = "requested"
    returned_cents: int = 0
    decided_by: str | None = None
    note: str | None = None
    version: int = 1

    @property
    def out_cents(self) -> int:
        """What the household has of it now."""
        return self.amount_cents - self.returned_cents if self.state == "paid" else 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a village's ledger; `amount_cents` is negative for what leaves the pot."""

    entry_no: int
    kind: EntryKind
    amount_cents: int
    balance_cents: int


def first_wrong_entry(entries: Sequence[Entry]) -> Entry | None:
    """The first line whose number, balance or sign does not follow from those before it; None when the ledger holds."""
    balance = 0
    for number, entry in enumerate(entries, 1):
        balance += entry.amount_cents
        outward = entry.kind in ("payment", "recall")
        follows = entry.entry_no == number and entry.balance_cents == balance >= 0
        if not follows or (entry.amount_cents < 0) != outward:
            return entry
    return None


def left_for(tranches: Iterable[Tranche], policy: PlanPolicy) -> int:
    """What a household may still ask for: its sum without what it has and what is already asked for."""
    bound = sum(t.amount_cents if t.state == "requested" else t.out_cents for t in tranches)
    return policy.reserve_cents_per_household - bound


def may_request(
    household: Household, amount_cents: int, tranches: Iterable[Tranche], policy: PlanPolicy
) -> Failure | None:
    """None when it may, else the reason why not."""
    if not household.registered_poor:
        return ReserveNeedsPoor()
    left = left_for(tranches, policy)
    return None if amount_cents <= left else ReserveCeilingReached(left_cents=max(left, 0))


def may_pay(
    tranche: Tranche, others: Iterable[Tranche], policy: PlanPolicy, person: str, on: date, today: date
) -> Failure | None:
    """None when it may, else the reason why not. `others` are the household's other tranches."""
    if (refusal := may_decide(tranche, "payment", person)) is not None:
        return refusal
    if on > today:
        return ReserveDayAhead()
    left = policy.reserve_cents_per_household - sum(one.out_cents for one in others)
    return None if tranche.amount_cents <= left else ReserveCeilingReached(left_cents=max(left, 0))


def may_decide(tranche: Tranche, step: str, person: str) -> Failure | None:
    """Paid by a second person, once; whoever asked may take the asking back, which is a refusal by the same person."""
    if step not in STEPS[tranche.state]:
        return TrancheStepNotAllowed(allowed=list(STEPS[tranche.state]))
    if step == "refusal":
        return None
    return second_person(person, tranche.requested_by)


def may_return(tranche: Tranche, amount_cents: int, on: date, today: date) -> Failure | None:
    """Nobody has to give anything back; what comes back is at most what was paid."""
    if "return" not in STEPS[tranche.state]:
        return TrancheStepNotAllowed(allowed=list(STEPS[tranche.state]))
    if on > today:
        return ReserveDayAhead()
    return None if amount_cents <= tranche.out_cents else ReturnAboveTranche(left_cents=tranche.out_cents)
