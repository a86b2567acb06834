"""Shapes of the follow-up of a loan's use (贷款用途跟踪)."""

from typing import Literal

from pydantic import Field

from services.credit.domain.use_of_money import FollowUpOutcome
from shared.web.fields import Id, IsoDate, LongText, Output
from shared.web.versions import Versioned

HowTold = Literal["visit", "phone", "letter"]


class SettlementIn(Versioned):
    """`told_by`: how the household was told, needed where the use is held against it (`confirmed`)."""

    outcome: FollowUpOutcome
    note: LongText = Field(examples=["买的牛病死了，有兽医证明"])
    told_by: HowTold | None = None


class BankFollowUpOut(Output):
    """`state`: as_agreed (按约定用款), explained (不一致，已说明), confirmed (没有按约定用款).

    `loan_number` is null when the visitor did not know which loan it was.
    """

    finding_id: Id
    household_id: Id
    loan_number: str | None
    visited_on: IsoDate
    state: str = Field(examples=["as_agreed", "explained", "confirmed"])
    settled_on: IsoDate | None


class BankFollowUpsOut(Output):
    """Only of households that agreed to it (purpose `post_loan`, field `use_of_money`); a page may be short."""

    items: list[BankFollowUpOut]
    next_cursor: str | None
    has_more: bool


class FollowUpOut(BankFollowUpOut):
    """`open` waits for an official; `withdrawn`: the visit was void."""

    village_code: str
    note: str | None
    told_by: str | None
    allowed: list[str] = Field(description="现在可以作的处理")
    version: int


class FollowUpsOut(Output):
    items: list[FollowUpOut]
    next_cursor: str | None
    has_more: bool


class FollowUpsOfHouseholdOut(Output):
    items: list[FollowUpOut]
