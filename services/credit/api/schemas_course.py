"""Shapes of the life of a grade: cases, transitions, notices, objections, recommendations."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.credit.api.schemas import CardId
from services.credit.api.schemas_partner import PartnerName
from services.credit.domain.grade_state import State
from shared.web.fields import Count, Id, Input, IsoDate, LongText, Output, ShortText, Timestamp

Band = Literal["none", "A", "AA", "AAA"]
StateName = Annotated[State, Field(description="状态，见信用等级的评定程序")]


class CaseIn(Input):
    case_id: Id | None = None
    household_id: Id


class ReviewerIn(Input):
    """`points` 0–10, left out by whoever recuses as a relative or a creditor."""

    person: ShortText
    relation: Literal["none", "relative", "creditor"] = "none"
    points: Annotated[int, Field(strict=True, ge=0, le=10)] | None = None


class DecisionIn(Input):
    """A person's band. With owner and last day it overrides both halves; without, it lies between them."""

    band: Band
    reason: LongText
    owner: ShortText | None = None
    ends_on: IsoDate | None = None


class MeetingIn(Input):
    present: Count
    members: Count


class MoveIn(Input):
    to: StateName
    reason: LongText | None = None
    card: CardId = "rural-household"
    reviewers: list[ReviewerIn] = Field(default=[], max_length=200)
    meeting: MeetingIn | None = None
    decision: DecisionIn | None = None


class LineIn(Input):
    case_id: Id
    reviewers: list[ReviewerIn] = Field(default=[], max_length=200)
    decision: DecisionIn | None = None


class VillageMoveIn(Input):
    """One move for a village's list. Without `cases`: every case that stands at the stage before."""

    to: StateName
    reason: LongText | None = None
    card: CardId = "rural-household"
    meeting: MeetingIn | None = None
    cases: list[LineIn] | None = Field(default=None, min_length=1, max_length=500)


class TransitionOut(Output):
    number: int
    to: str
    at: Timestamp
    actor: str
    facts: dict[str, Any]
    hash: str


class RecommendationOut(Output):
    partner_id: str
    grade: str
    reason: str


class CaseOut(Output):
    """`grade` is the band that the case carries: preliminary until EFFECTIVE."""

    case_id: Id
    household_id: Id
    village_code: str
    state: str
    version: int
    grade: str | None
    scored_grade: str | None
    total: int | None
    as_of: IsoDate | None
    notice_1: Id | None
    notice_2: Id | None
    effective_on: IsoDate | None
    valid_until: IsoDate | None
    reviewed_on: IsoDate | None
    lower_grade_told_on: IsoDate | None
    revocation_told_on: IsoDate | None = Field(default=None, description="告知农户要取消等级的日期")
    objection: bool = Field(description="有人正在提出异议")


class CaseWithHistoryOut(CaseOut):
    next: list[str] = Field(description="按程序可以走到的状态")
    transitions: list[TransitionOut]
    recommendations: list[RecommendationOut]


class StaysOut(Output):
    """`household_id` and `state` are null for a named case that is not of the village."""

    case_id: Id
    household_id: Id | None
    state: str | None
    code: str
    message: str
    allowed: list[str]


class NothingMovesOut(Output):
    code: Literal["nobody_at_stage_before", "not_for_whole_village"]
    message: str
    allowed: list[str] = Field(description="现在可以整村办理的步骤")


class VillageMovesOut(Output):
    moved: list[CaseOut]
    stay: list[StaysOut]
    notice_id: Id | None
    nothing: NothingMovesOut | None = Field(default=None, description="整村办理却一户也没有动的原因")


class ReasonIn(Input):
    reason: LongText


class NoticeLineOut(Output):
    number: int = Field(description="名单上的序号，提异议时填这个数")
    name: str = Field(examples=["李**"])
    grade: str


class NoticeOut(Output):
    notice_id: Id
    village_code: str
    stage: str
    posted_on: IsoDate
    first_free_day: IsoDate
    lines: list[NoticeLineOut]
    sha256: str
    unchanged: bool


class ObjectionIn(Input):
    objection_id: Id | None = None
    household_id: Id
    about: Literal["grade", "fact"] = "grade"
    statement: LongText


class AnswerIn(Input):
    outcome: Literal["corrected", "unfounded", "uncertain"]
    answer: LongText


class ObjectionOut(Output):
    objection_id: Id
    household_id: Id
    case_id: Id | None
    about: str
    statement: str
    opened_on: IsoDate
    due_on: IsoDate
    overdue: bool
    outcome: str | None
    answer: str | None
    decided_on: IsoDate | None
    source: Literal["household", "third_person", "anonymous"]
    objector: str | None = Field(description="公示期内实名提出异议的人，只有工作人员看得到")


class ObjectionsOut(Output):
    items: list[ObjectionOut]


class RecommendationIn(Input):
    household_id: Id | None = None
    id_number: Annotated[str, StringConstraints(strict=True, min_length=15, max_length=32)] | None = None
    consent_id: Id
    reference: PartnerName
    grade: Band
    reason: PartnerName


class RecommendationsIn(Input):
    recommendations: list[RecommendationIn] = Field(min_length=1, max_length=200)


class KeptOut(Output):
    reference: str
    status: Literal["ok", "refused"]
    code: str | None = Field(description="consent_invalid or no_open_case")


class KeptListOut(Output):
    results: list[KeptOut]
