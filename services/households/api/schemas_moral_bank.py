"""Shapes of the moral bank."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText, Timestamp, Whole
from shared.web.versions import Versioned

Points = Annotated[Whole, Field(ge=1, le=100_000)]
Pieces = Annotated[Whole, Field(ge=0, le=100_000)]


class MoralRuleOut(Output):
    code: str
    name: str
    review: str
    points: int
    most_a_year: int


class MoralRulesOut(Output):
    """四议、四调、四评 and the rules of today."""

    councils: list[str]
    mediations: list[str]
    reviews: dict[str, str]
    rules: list[MoralRuleOut]


class MoralClaimIn(Input):
    claim_id: Id | None = None
    rule: ShortText = Field(examples=["neighbour_helped"])
    happened_on: IsoDate
    evidence: LongText = Field(description="谁看见、有什么凭据")


class ClaimDecision(Versioned):
    to: Literal["confirmed", "refused", "withdrawn"]
    note: ShortText | None = None


class ClaimOut(Output):
    household_id: Id
    claim_id: Id
    rule: str
    points: int
    happened_on: IsoDate
    evidence: str
    state: str
    note: str | None
    allowed: list[str]
    version: int


class MoralEntryOut(Output):
    entry_no: int
    kind: str
    points: int = Field(description="negative: given up")
    balance: int
    what: str
    at: Timestamp


class MoralAccountOut(Output):
    household_id: Id
    points: int
    claims: list[ClaimOut]
    entries: list[MoralEntryOut]


class RedemptionIn(Input):
    goods_id: Id
    quantity: Points


class RedemptionOut(Output):
    points: int = Field(description="what is left")


class GoodsFactsIn(Input):
    name: ShortText = Field(examples=["洗衣液 2 千克"])
    points: Points
    stock: Pieces


class GoodsIn(GoodsFactsIn):
    goods_id: Id | None = None


class GoodsPut(GoodsFactsIn, Versioned):
    """All that a form says of goods."""


class GoodsOut(Output):
    village_code: str
    goods_id: Id
    name: str
    points: int
    stock: int
    version: int


class GoodsListOut(Output):
    items: list[GoodsOut]
