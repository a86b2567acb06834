"""Shapes of public notices and of objections to them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.households.api.schemas import Number
from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText

Receipt = Annotated[str, StringConstraints(strict=True, min_length=20, max_length=60)]
Line = Annotated[int, Field(strict=True, ge=1, le=10_000, description="公示上的序号")]


class NoticeLineOut(Output):
    number: int
    name: str = Field(examples=["李**"])
    group: str
    kind: str


class NoticeDocumentOut(Output):
    """All that is posted; `sha256` is of exactly this."""

    notice_id: Id
    village_code: str
    place: str = Field(examples=["巴中市通江县龙凤场镇龙凤村"])
    stage: str
    posted_on: IsoDate
    last_day: IsoDate
    remark: str
    lines: list[NoticeLineOut]


class IdentificationNoticeOut(Output):
    notice: NoticeDocumentOut
    title: str
    running: bool = Field(description="公示期内，可以提异议")
    sha256: str
    recipe: str
    unchanged: bool


class NoticeHeadOut(Output):
    notice_id: Id
    village_code: str
    stage: str
    posted_on: IsoDate
    last_day: IsoDate
    households: int


class NoticesOut(Output):
    items: list[NoticeHeadOut]
    next_cursor: str | None
    has_more: bool


class NoticeObjectionIn(Input):
    """Open with a name, anonymous without."""

    objection_id: Id | None = None
    line: Line
    statement: LongText
    name: ShortText | None = None
    phone: Number | None = None


class NoticeObjectionReceiptOut(Output):
    """`receipt` is shown this once; by it, and by nothing else, the objector follows the objection."""

    objection_id: Id
    notice_id: Id
    line: int
    receipt: str = Field(examples=["7K3M-9QWE-2XTP-HB4N-RV8Z"])
    opened_on: IsoDate


class ReceiptIn(Input):
    receipt: Receipt


class FollowedOut(Output):
    notice_id: Id
    line: int
    state: Literal["open", "decided"]
    opened_on: IsoDate
    outcome: str | None
    answer: str | None
    decided_on: IsoDate | None


class NoticeObjectionOut(Output):
    objection_id: Id
    notice_id: Id
    line: int
    identification_id: Id
    statement: str
    anonymous: bool
    opened_on: IsoDate
    outcome: str | None
    answer: str | None
    decided_on: IsoDate | None


class NoticeObjectionsOut(Output):
    items: list[NoticeObjectionOut]
    next_cursor: str | None
    has_more: bool


class NoticeAnswerIn(Input):
    outcome: Literal["upheld", "unfounded"]
    answer: LongText


class ContactIn(Input):
    reason: LongText


class ContactOut(Output):
    name: str | None
    phone: str | None
