"""Shapes of identification: courses, transitions, quotas, the ranking of votes."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from services.households.api.schemas import Number
from services.households.domain.identification_kind import Kind
from services.households.domain.identification_state import State
from shared.web.fields import Count, Id, Input, IsoDate, LongText, Output, ShortText, Timestamp
from shared.web.versions import Versioned

StateName = Annotated[State, Field(description="状态，见三审两公示一录入的程序")]
KindName = Annotated[Kind, Field(description="entry 新识别，exit 退出，reentry 返贫")]
Relation = Annotated[Literal["none", "relative"], Field(description="与申请户有无亲属关系，由本人声明")]
Votes = Annotated[int, Field(strict=True, ge=0, le=30_000)]


class IdentificationIn(Input):
    identification_id: Id | None = None
    household_id: Id
    kind: KindName = Kind.ENTRY
    statement: LongText = Field(description="申请或提名的理由")


class ReviewerIn(Input):
    """Somebody who sat in a meeting. The ID number is needed only of a namesake of a member of the household."""

    name: ShortText
    id_number: Number | None = None
    relation: Relation = "none"
    committee: Literal["party_branch", "village_committee"] | None = None


class MeetingIn(Input):
    present: Votes
    members: Votes


class StepIn(Input):
    """What a step brings, for one course or for a village's whole list."""

    to: StateName
    reason: LongText | None = None
    relation: Relation | None = None
    reviewers: list[ReviewerIn] = Field(default=[], max_length=50)
    meeting: MeetingIn | None = None


class IdentificationMoveIn(StepIn):
    votes: Votes | None = None
    recused: Votes = 0


class IdentificationLineIn(Input):
    identification_id: Id
    votes: Votes | None = None
    recused: Votes = 0
    relation: Relation | None = None
    reason: LongText | None = None


class VillageIdentificationMoveIn(StepIn):
    """One step for a village's list. Without `lines`: every course that stands at the stage before."""

    lines: list[IdentificationLineIn] | None = Field(default=None, min_length=1, max_length=1000)

    @model_validator(mode="after")
    def one_line_each(self) -> Self:
        """A course that is named twice has two answers; which one counts, nobody knows."""
        named = [line.identification_id for line in self.lines or ()]
        if len(set(named)) != len(named):
            raise ValueError("lines")
        return self


class PostedOut(Output):
    notice_id: Id
    line: int
    posted_on: IsoDate


class IdentificationOut(Output):
    identification_id: Id
    household_id: Id
    village_code: str
    kind: str
    year: int
    state: str
    version: int
    applied_on: IsoDate
    votes: int | None
    voters: int | None
    recused: int | None
    notice_1: PostedOut | None
    notice_2: PostedOut | None
    entered_on: IsoDate | None


class IdentificationStepOut(Output):
    number: int
    to: str
    at: Timestamp
    actor: str
    facts: dict[str, Any]
    hash: str


class IdentificationWithStepsOut(IdentificationOut):
    statement: str
    next: list[str] = Field(description="按程序可以走到的状态")
    transitions: list[IdentificationStepOut]


class IdentificationLineOut(IdentificationOut):
    head_name: str
    held: bool = Field(description="有异议正在处理，停办")


class IdentificationsOut(Output):
    items: list[IdentificationLineOut]
    next_cursor: str | None
    has_more: bool


class OwnIdentificationsOut(Output):
    items: list[IdentificationOut]


class StayingOut(Output):
    identification_id: Id
    household_id: Id
    state: str
    code: str
    message: str
    allowed: list[str]
    reasons: list[str] = Field(description="不能退出时还缺什么")


class VillageIdentificationMovesOut(Output):
    moved: list[IdentificationOut]
    stay: list[StayingOut]
    notice_id: Id | None


class QuotaIn(Versioned):
    places: Count = Field(description="当年识别规模（户）")
    document: ShortText = Field(description="下达规模的文号")


class QuotaOut(Output):
    village_code: str
    year: int
    places: int
    used: int
    document: str
    version: int


class RankOut(Output):
    place: int
    identification_id: Id
    household_id: Id
    head_name: str
    votes: int
    inside: bool


class RankingOut(Output):
    """Without a quota nobody is inside yet."""

    village_code: str
    year: int
    places: int | None
    used: int | None
    rule: str
    items: list[RankOut]
