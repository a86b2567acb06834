"""Shapes of the reserved fund."""

from typing import Literal

from pydantic import Field

from shared.web.fields import Id, Input, IsoDate, Output, PositiveCents, ShortText, Timestamp
from shared.web.versions import Versioned


class TrancheIn(Input):
    tranche_id: Id | None = None
    amount_cents: PositiveCents
    purpose: ShortText = Field(examples=["购买鸡苗"])
    measure_id: Id | None = None


class TranchePayment(Versioned):
    on: IsoDate
    note: ShortText = Field(description="凭证号或说明")


class TrancheRefusal(Versioned):
    reason: ShortText


class TrancheReturn(Versioned):
    amount_cents: PositiveCents
    on: IsoDate
    note: ShortText = Field(description="凭证号或说明")


class TrancheOut(Output):
    household_id: Id
    tranche_id: Id
    village_code: str
    amount_cents: int
    purpose: str
    measure_id: Id | None
    state: str
    returned_cents: int
    out_cents: int = Field(description="what the household has of it now")
    note: str | None
    allowed: list[str]
    version: int


class TranchesOut(Output):
    items: list[TrancheOut]
    ceiling_cents: int
    out_cents: int
    left_cents: int = Field(description="what may still be asked for")


class ReserveOrderIn(Input):
    order_id: Id | None = None
    kind: Literal["allocation", "recall"]
    amount_cents: PositiveCents
    on: IsoDate
    note: ShortText = Field(description="文号或说明")


class EntryOut(Output):
    entry_no: int
    kind: str
    amount_cents: int = Field(description="negative: leaves the pot")
    balance_cents: int


class BookedEntryOut(EntryOut):
    household_id: Id | None
    tranche_id: Id | None
    on: IsoDate
    note: str
    entered_name: str
    at: Timestamp


class EntriesOut(Output):
    items: list[BookedEntryOut]
    next_cursor: str | None
    has_more: bool


class PotOut(Output):
    village_code: str
    balance_cents: int
    ledger_cents: int = Field(description="added up from the ledger; always equal to the balance")
    allocated_cents: int
    recalled_cents: int
    paid_cents: int
    returned_cents: int
    entries: int
    first_wrong_entry: int | None = Field(description="null: every line follows from those before it")


class ReserveOrderOut(Output):
    village_code: str
    order_id: Id
    kind: str
    amount_cents: int
    on: IsoDate
    note: str
    state: str
    ordered_name: str
    decided_name: str | None
    entry_no: int | None = Field(description="its line of the ledger; null until it is booked")
    allowed: list[str]
    version: int


class ReserveOrdersOut(Output):
    items: list[ReserveOrderOut]
    next_cursor: str | None
    has_more: bool
