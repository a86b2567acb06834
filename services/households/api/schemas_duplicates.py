"""Shapes of likely duplicates."""

from typing import Annotated, Literal

from pydantic import Field

from services.households.api.schemas_life import Related
from shared.web.fields import Id, Input, IsoDate, Output, ShortText, Timestamp


class DuplicateSideOut(Output):
    household_id: Id
    member_id: Id
    village_code: str
    relation: str
    register_number: str | None
    id_number: str = Field(examples=["5119**********1234"])


class DuplicateOut(Output):
    """Two members of one name and birth date in one township, with two ID numbers."""

    pair_id: Id
    state: str
    name: str
    birth_date: IsoDate
    found_at: Timestamp
    sides: list[DuplicateSideOut]


class DuplicatesOut(Output):
    items: list[DuplicateOut]
    next_cursor: str | None
    has_more: bool


class DuplicateDecisionIn(Input):
    """`same` needs the registration that is kept; `relations` name the new head of the other's household, if the other
    was its head."""

    decision: Literal["same", "different"]
    reason: ShortText
    kept_member_id: Id | None = None
    relations: Annotated[list[Related], Field(max_length=30)] = Field(default=[])
