"""Shapes of pairings, posts, caseload and coverage."""

from typing import Annotated, Literal

from pydantic import Field

from services.cadres.domain.pairing import PairingEndReason
from services.cadres.domain.posting import PostEndReason, PostKind, TeamRole
from services.cadres.domain.posting_terms import ALL_DUTIES, ResidentDuty
from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText, VillageCode
from shared.web.versions import Versioned

Note = Annotated[LongText | None, Field(default=None)]


class PairingIn(Input):
    household_id: Id
    cadre_id: Id
    start: IsoDate | None = Field(default=None, alias="from", description="today when absent")


class PairingEndIn(Versioned):
    reason: PairingEndReason
    note: Note
    on: IsoDate | None = Field(default=None, description="first day without this cadre; today when absent")


class PairingOut(Output):
    pairing_id: Id
    household_id: Id
    village_code: str | None
    head: str | None = Field(description="masked", examples=["李**"])
    cadre_id: Id
    cadre_name: str
    start: IsoDate = Field(serialization_alias="from")
    end: IsoDate | None = Field(serialization_alias="to")
    end_reason: str | None
    version: int


class PairingsOut(Output):
    items: list[PairingOut]
    next_cursor: str | None
    has_more: bool


class HelperOut(Output):
    cadre_id: Id
    name: str
    since: IsoDate


class HelpersOut(Output):
    """Who answers for a household now, and everyone who did, the youngest first."""

    household_id: Id
    helper: HelperOut | None
    pairings: list[PairingOut]


class CaseOut(Output):
    household_id: Id
    village_code: str | None
    village: str | None
    head: str | None = Field(description="masked", examples=["李**"])
    people: int | None
    monitored: bool | None
    since: IsoDate
    last_visit_on: IsoDate | None


class DueOut(Output):
    """`thing_id` is the hand-over, departure, task, post or household; `on` the day by which or since which."""

    kind: str = Field(
        examples=[
            "handover_to_answer",
            "own_departure",
            "danger_to_check",
            "problem_to_fix",
            "task",
            "duty",
            "post_expired",
            "post_expiring",
            "year_to_watch",
            "visit_overdue",
            "household_off_register",
        ]
    )
    thing_id: Id
    on: IsoDate | None
    village_code: str | None


class CaseloadOut(Output):
    """`due` is what waits for the cadre, the most urgent first."""

    items: list[CaseOut]
    due: list[DueOut]


class CoverageOut(Output):
    poor_villages: int
    posts_filled: int
    posts_vacant: int
    poor_households: int
    paired: int
    unpaired: int


class UnpairedOut(Output):
    household_id: Id
    village_code: str
    head: str = Field(description="masked", examples=["李**"])
    people: int
    monitored: bool


class UnpairedListOut(Output):
    items: list[UnpairedOut]
    next_cursor: str | None
    has_more: bool


class TeamMemberIn(Input):
    cadre_id: Id
    role: TeamRole


class PostingTermsIn(Input):
    """六个明确 of the posting, and which of the 八员 duties it has; all eight when absent."""

    conditions: LongText = Field(description="选派条件")
    position: LongText = Field(description="驻村职务")
    allowance: LongText = Field(description="驻村待遇")
    time: LongText = Field(description="时间要求")
    training: LongText = Field(description="培训管理")
    discipline: LongText = Field(description="工作纪律")
    duties: list[ResidentDuty] = Field(default=list(ALL_DUTIES), min_length=1, max_length=8)


class PostingTermsOut(Output):
    conditions: str
    position: str
    allowance: str
    time: str
    training: str
    discipline: str
    duties: list[str]


class PostIn(Input):
    """A helping unit and a resident team name the sending unit, the other kinds a cadre."""

    village_code: VillageCode
    kind: PostKind
    cadre_id: Id | None = None
    unit_id: Id | None = None
    members: list[TeamMemberIn] = Field(default=[], max_length=20)
    letter: ShortText | None = Field(default=None, description="number of the posting letter")
    start: IsoDate = Field(alias="from")
    end: IsoDate | None = Field(default=None, alias="to", description="first day after the term; by policy when absent")
    terms: PostingTermsIn | None = None
    selection_id: Id | None = Field(default=None, description="the selection that led to this posting")


class PostEndIn(Versioned):
    reason: PostEndReason
    note: Note
    on: IsoDate | None = Field(default=None, description="first day without this holder; today when absent")


class TeamMemberOut(Output):
    cadre_id: Id
    name: str
    role: str


class HolderOut(Output):
    type: Literal["cadre", "unit"]
    id: Id
    name: str
    members: list[TeamMemberOut]


class PostOut(Output):
    """`to` is the first day without the holder when that is known, else the first day after the term."""

    kind: PostKind
    holder: HolderOut | None
    start: IsoDate | None = Field(serialization_alias="from")
    end: IsoDate | None = Field(serialization_alias="to")
    state: str = Field(examples=["vacant", "filled", "expiring", "expired"])
    post_id: Id | None
    letter: str | None
    version: int | None


class PostsOut(Output):
    items: list[PostOut] = Field(min_length=5, max_length=5)


class PostingOut(PostOut):
    village_code: VillageCode
    end_reason: str | None
    term_ends_on: IsoDate | None
    terms: PostingTermsOut | None
