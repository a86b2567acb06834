"""May money go into a village's pot of the reserved fund, or out of it, now? One orders, another books. (双人经办)"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.households.domain.reserve_errors import ReserveDayAhead, ReserveOrderStepNotAllowed
from services.households.domain.second_person import second_person
from shared.errors import Failure

OrderKind = Literal["allocation", "recall"]
OrderState = Literal["ordered", "booked", "dropped"]
STEPS: dict[OrderState, tuple[str, ...]] = {"ordered": ("confirmation", "drop"), "booked": (), "dropped": ()}


@dataclass(frozen=True, slots=True)
class ReserveOrder:
    """An allocation (拨款) or recall (收回) of `amount_cents`; `entry_no` is its line of the ledger once booked."""

    village_code: str
    order_id: UUID
    kind: OrderKind
    amount_cents: int
    on_day: date
    note: str
    ordered_by: str
    ordered_name: str
    state: OrderState = "ordered"
    decided_by: str | None = None
    decided_name: str | None = None
    entry_no: int | None = None
    version: int = 1

    @property
    def signed_cents(self) -> int:
        """As the ledger writes it: negative for what leaves the pot."""
        return self.amount_cents if self.kind == "allocation" else -self.amount_cents


def may_order(on: date, today: date) -> Failure | None:
    """None when the day of the paper is not ahead."""
    return ReserveDayAhead() if on > today else None


def confirmed(order: ReserveOrder, who: str, name: str) -> ReserveOrder:
    """The order as booked. Raises ReserveOrderStepNotAllowed, SecondPersonNeeded."""
    _still_open(order)
    if (refusal := second_person(who, order.ordered_by)) is not None:
        raise refusal
    return _decided(order, "booked", who, name)


def dropped(order: ReserveOrder, who: str, name: str) -> ReserveOrder:
    """The order as given up, by whoever made it too. Raises ReserveOrderStepNotAllowed."""
    _still_open(order)
    return _decided(order, "dropped", who, name)


def _still_open(order: ReserveOrder) -> None:
    if order.state != "ordered":
        raise ReserveOrderStepNotAllowed(allowed=list(STEPS[order.state]))


def _decided(order: ReserveOrder, state: OrderState, who: str, name: str) -> ReserveOrder:
    return replace(order, state=state, decided_by=who, decided_name=name, version=order.version + 1)
