"""Shapes of collective dividends."""

from typing import Annotated, Literal

from pydantic import Field

from services.households.api.schemas_plans import Year
from shared.web.fields import Id, Input, IsoDate, Output, PositiveCents, ShortText, Whole, YesNo
from shared.web.versions import Versioned

ShareNo = Annotated[Whole, Field(ge=0, le=1_000_000)]


class WeightIn(Input):
    member_id: Id
    weight: Annotated[Whole, Field(ge=0, le=1_000_000, description="百分之一股；0 表示不持股")]


class DividendOrderIn(Input):
    year: Year
    income_cents: PositiveCents = Field(description="当年可分配的集体收益")
    poor_also_ordinary: YesNo = Field(default=False, description="贫困成员是否同时参加普通成员股")
    weights: list[WeightIn] = Field(default=[], max_length=5_000)


class DividendIn(DividendOrderIn):
    dividend_id: Id | None = None


class PartsOut(Output):
    collective_cents: int
    poor_cents: int
    ordinary_cents: int


class PoolOut(Output):
    pool: str
    members: int
    amount_cents: int
    least_cents: int = Field(description="the smallest line")
    most_cents: int


class PreviewOut(Output):
    """What would be paid; nothing is stored."""

    income_cents: int
    parts: PartsOut
    pools: list[PoolOut]


class DividendOut(Output):
    village_code: str
    dividend_id: Id
    year: int
    income_cents: int
    poor_also_ordinary: bool
    parts: PartsOut
    digest: str = Field(description="of the list that was drafted")
    state: Literal["draft", "confirmed", "dropped"]
    allowed: list[str]
    version: int


class DividendsOut(Output):
    items: list[DividendOut]


class ShareOut(Output):
    share_no: int
    pool: str
    household_id: Id
    member_id: Id
    name: str
    weight: int
    amount_cents: int
    corrected_cents: int
    paid_cents: int
    open_cents: int = Field(description="still to be paid; below zero: to be given back")


class SharesOut(Output):
    items: list[ShareOut]
    next_cursor: str | None
    has_more: bool


class OwnShareOut(ShareOut):
    village_code: str
    year: int


class OwnSharesOut(Output):
    items: list[OwnShareOut]


class PaymentsIn(Versioned):
    share_nos: list[ShareNo] = Field(min_length=1, max_length=1_000)
    on: IsoDate


class CorrectionIn(Versioned):
    from_share_no: ShareNo = Field(description="名单上的序号；0 表示集体股")
    to_member_id: Id | None = Field(default=None, description="转给谁；不填表示转回集体股")
    amount_cents: PositiveCents
    reason: ShortText


class CorrectionOut(Output):
    correction_id: Id
    from_share_no: int
    to_member_id: Id | None
    to_share_no: int | None
    amount_cents: int
    reason: str
    confirmed: bool


class CorrectionsOut(Output):
    items: list[CorrectionOut]
