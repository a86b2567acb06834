"""Shapes of grades that have come up for their yearly review."""

from typing import Literal

from pydantic import Field

from shared.web.fields import Id, IsoDate, Output


class ReviewOut(Output):
    """`scored_*` are null until the file was scored anew; `proposal` changes nothing by itself."""

    household_id: Id
    village_code: str
    head: str = Field(examples=["李**"])
    grade: str
    case_id: Id | None
    effective_on: IsoDate
    valid_until: IsoDate
    due_on: IsoDate
    scored_on: IsoDate | None
    scored_grade: str | None
    scored_total: int | None
    objection: bool = Field(description="有人正在提出异议")
    proposal: Literal["up", "same", "down", "look"]


class ReviewsOut(Output):
    items: list[ReviewOut]
    next_cursor: str | None
    has_more: bool
