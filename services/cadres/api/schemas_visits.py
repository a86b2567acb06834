"""Shapes of visits (走访)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.cadres.domain.visit_finding import FindingKind
from shared.web.fields import Id, Input, LongText, Output, PositiveCents, ShortText, Timestamp, YesNo

GuaranteeName = Literal["food", "clothing", "schooling", "medical_insurance", "housing", "water"]


class VisitFindingIn(Input):
    """`what` in words, and what its kind asks for: problem_fixed `problem_id` · guarantee `guarantee`, `met` ·
    wish `thing_kind`, `amount_cents` · need `thing_kind`, perhaps `amount_cents` · use_of_money `as_agreed`, perhaps
    `loan_number`, the one on the bank's contract.
    """

    kind: FindingKind
    what: LongText
    problem_id: Id | None = None
    guarantee: GuaranteeName | None = None
    met: YesNo | None = None
    thing_kind: ShortText | None = Field(default=None, description="one of /v1/wish-kinds or /v1/need-kinds")
    amount_cents: PositiveCents | None = None
    as_agreed: YesNo | None = None
    loan_number: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64)] | None = None
    loan_id: Id | None = None


class VisitIn(Input):
    """`visit_id` is minted on the phone; `visited_at` is the phone's time, also long after the visit."""

    visit_id: Id
    household_id: Id
    kind: ShortText = Field(examples=["routine"])
    visited_at: Timestamp
    participants: Annotated[list[ShortText], Field(max_length=20, default_factory=list)]
    note: LongText | None = None
    findings: Annotated[list[VisitFindingIn], Field(max_length=20, default_factory=list)]


class VisitFindingOut(VisitFindingIn):
    """`outcome`: waiting, taken, refused; of a void visit withdrawn, stays (why: `outcome_code`, `outcome_message`);
    null where nobody answers."""

    outcome: str | None
    outcome_code: str | None
    outcome_message: str | None


class VoidIn(Input):
    reason: ShortText = Field(examples=["登记错了户"])


class VoidOut(Output):
    at: Timestamp
    by_name: str
    reason: str


class VisitOut(Output):
    visit_id: Id
    household_id: Id
    village_code: str
    cadre_id: Id
    cadre_name: str
    kind: str
    visited_at: Timestamp
    entered_at: Timestamp = Field(description="server's time")
    participants: list[str]
    note: str | None
    findings: list[VisitFindingOut]
    void: VoidOut | None = Field(description="作废；有误的走访留着可查")


class VisitPhotoOut(Output):
    file_id: Id
    kind: str = Field(examples=["image/jpeg"])
    size: int
    sha256: str
    at: Timestamp


class VisitWithPhotosOut(VisitOut):
    photos: list[VisitPhotoOut]


class VisitsOut(Output):
    items: list[VisitOut]
    next_cursor: str | None
    has_more: bool


class VisitLineOut(Output):
    visit_id: Id
    household_id: Id
    village_code: str
    head: str | None = Field(description="masked", examples=["李**"])
    cadre_id: Id
    cadre_name: str
    kind: str
    visited_at: Timestamp
    entered_at: Timestamp
    findings: int
    void: bool


class VisitLinesOut(Output):
    items: list[VisitLineOut]
    next_cursor: str | None
    has_more: bool


class VisitKindsOut(Output):
    """`every_days`: how long a household may be without a visit."""

    items: list[str]
    every_days: int


class VisitLookOut(Output):
    look_id: Id
    actor_name: str
    what: str = Field(examples=["visits", "visit", "visit_photo", "visit_looks"])
    at: Timestamp


class VisitLooksOut(Output):
    items: list[VisitLookOut]
    next_cursor: str | None
    has_more: bool
