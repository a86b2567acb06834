"""Shapes of appraisals of a cadre's year. Points are whole hundredths (百分之一分): 10,000 is a hundred points."""

from typing import Annotated

from pydantic import Field

from services.cadres.api.schemas_decisions import Year
from services.cadres.domain.appraisal_scheme import FULL, Grade
from services.cadres.domain.decision import DecisionState
from shared.web.fields import Id, Input, IsoDate, LongText, Output, ShortText, YesNo

Points = Annotated[int, Field(strict=True, ge=0, le=FULL, description="百分之一分")]
MOST_DEDUCTIONS = 50


class FigureIn(Input):
    """A result that others found, and where it stands written: the province's, or that of the people's vote."""

    points: Points
    reference: LongText


class DeductionIn(Input):
    """`decision_id`: the talk-notice that is deducted, for the kind of deduction that is one."""

    code: ShortText
    evidence: LongText
    decision_id: Id | None = None


class AppraisalIn(Input):
    """`outstanding`: proposed for one of the year's places. `evaluation` is left out where the people voted here: then
    it is worked out from the votes that were told."""

    cadre_id: Id
    year: Year
    province: FigureIn
    evaluation: FigureIn | None = None
    deductions: Annotated[list[DeductionIn], Field(max_length=MOST_DEDUCTIONS)] = Field(default_factory=list)
    outstanding: YesNo = False


class FigureOut(Output):
    points: int
    reference: str


class DeductionOut(Output):
    """`counts`: false when an exemption took it away, or the talk-notice under it no longer stands."""

    deduction_id: Id
    code: str
    name: str
    points: int
    best: Grade | None
    evidence: str
    decision_id: Id | None
    counts: bool


class AppraisalLineOut(Output):
    """`grade` and `total_points` as they stand today, exempted deductions left out."""

    appraisal_id: Id
    cadre_id: Id
    year: int
    state: DecisionState
    outstanding: bool
    total_points: int
    grade: Grade
    grade_name: str


class WeightsOut(Output):
    """Percent."""

    province: int
    local: int
    evaluation: int


class AppraisalOut(AppraisalLineOut):
    """`local_points`: a hundred points less what counts of `deductions`."""

    scheme: str
    scheme_title: str
    weights: WeightsOut
    province: FigureOut
    local_points: int
    evaluation: FigureOut
    deductions: list[DeductionOut]
    noticed_on: IsoDate
    decided_on: IsoDate | None
    allowed: list[str]


class AppraisalsOut(Output):
    items: list[AppraisalLineOut]
    next_cursor: str | None
    has_more: bool


class DeductionKindOut(Output):
    code: str
    name: str
    points: int
    best: Grade | None
    of_talk_notice: bool


class GradeOut(Output):
    """Reached from so many points on."""

    grade: Grade
    name: str
    least_points: int


class SchemeOut(Output):
    version: str
    title: str
    valid_from: IsoDate
    weights: WeightsOut
    deductions: list[DeductionKindOut]
    grades: list[GradeOut]
    outstanding_percent: int
    poor_area_percent: int
    poor_areas: list[str]
    vote_points: dict[str, int]


class SchemesOut(Output):
    items: list[SchemeOut]


class PlacesOut(Output):
    """Places of the outstanding among the cadres in office when the year ends."""

    region: str
    year: int
    people: int
    places: int
    taken: int
