"""Shapes of inspections, their findings, and democratic evaluations."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from services.cadres.domain.inspection import FindingState, Population
from shared.web.fields import Id, Input, IsoDate, LongText, Output, Reference, RegionCode, Timestamp, VillageCode, Whole
from shared.web.versions import Versioned

SampleSize = Annotated[Whole, Field(ge=1, le=1000)]


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


Texts = Annotated[list[str], BeforeValidator(_listed)]


class CycleOut(Output):
    code: str
    name: str
    about: str
    months: int


class CyclesOut(Output):
    items: list[CycleOut]
    rectify_days: int


class InspectionIn(Input):
    """The sample is drawn at once, and once for a place, cycle and period."""

    region: RegionCode
    cycle: Reference
    population: Population
    size: SampleSize


class SampleOut(Output):
    """What anyone needs to draw again, and what was drawn, in its order."""

    inspection_id: Id
    seed: str
    recipe: str
    size: int
    population_sha256: str
    sample: Texts


class InspectionOut(SampleOut):
    region_code: str
    cycle: str
    period: IsoDate
    population: Population


class InspectionsOut(Output):
    items: list[InspectionOut]
    next_cursor: str | None
    has_more: bool


class PopulationOut(Output):
    items: list[str]
    next_cursor: str | None
    has_more: bool


class FindingIn(Input):
    village_code: VillageCode
    item: Reference = Field(description="one of the drawn ids")
    what: LongText
    due_on: IsoDate


class FindingMoveIn(Versioned):
    """`due_on`: the new day of a finding that goes back to open; the last that the policy allows when absent."""

    to: FindingState
    note: LongText
    due_on: IsoDate | None = None


class InspectionFindingOut(Output):
    finding_id: Id
    inspection_id: Id
    village_code: str
    item: str
    what: str
    found_on: IsoDate
    due_on: IsoDate
    state: FindingState
    note: str | None
    version: int


class FindingStepOut(Output):
    seq: int
    at: Timestamp
    event: FindingState
    actor: str
    facts: dict[str, str]


class FindingPhotoOut(Output):
    """`uploaded_by` tells what was found from what was put right."""

    file_id: Id
    kind: str
    size: int
    sha256: str
    uploaded_by: str
    at: Timestamp


class FindingFullOut(InspectionFindingOut):
    """`history` is chained: `bashan verify` finds a step that was changed or is missing."""

    history: list[FindingStepOut]
    photos: list[FindingPhotoOut]


class FindingsOut(Output):
    items: list[InspectionFindingOut]
    next_cursor: str | None
    has_more: bool


class CountsOut(Output):
    """`drawn` counts what samples hold; `overdue` are the open findings whose day is past."""

    inspections: int
    drawn: int
    findings: int
    open: int
    overdue: int
    rectified: int
    closed: int


class BulletinPlaceOut(Output):
    region_code: str
    name: str
    counts: CountsOut


class BulletinOut(Output):
    """Of the period from `begins` up to, and not including, `ends`; `items`: each place next below."""

    region_code: str
    cycle: str
    begins: IsoDate
    ends: IsoDate
    total: CountsOut
    items: list[BulletinPlaceOut]
    not_inspected: list[str]


class EvaluationIn(Input):
    village_code: VillageCode
    cadre_id: Id
    last_day: IsoDate


class EvaluationOut(Output):
    evaluation_id: Id
    village_code: str
    cadre_id: Id
    opened_on: IsoDate
    last_day: IsoDate
    answers: Texts


class EvaluationsOut(Output):
    items: list[EvaluationOut]
    next_cursor: str | None
    has_more: bool


class OwnEvaluationOut(EvaluationOut):
    voted: bool


class OwnEvaluationsOut(Output):
    items: list[OwnEvaluationOut]


class VoteIn(Input):
    answer: Reference


class VoteOut(Output):
    voted: bool


class EvaluationResultOut(Output):
    """`votes` by answer; null when fewer voted than may be told."""

    entitled: int
    turnout: int
    votes: dict[str, int] | None
