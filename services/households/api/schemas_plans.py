"""Shapes of plans: the catalogue, measures, income plans, a village's three-year plan."""

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import Field

from shared.web.fields import (
    MOST_CENTS,
    Cents,
    Id,
    Input,
    IsoDate,
    LongText,
    Output,
    PositiveCents,
    ShortText,
    Timestamp,
    Whole,
)
from shared.web.versions import Versioned

MOST_PROJECTS = 50
State = Literal["planned", "under_way", "done", "accepted", "cancelled"]
SomeCents = Annotated[Whole, Field(ge=0, le=MOST_CENTS, description="分")]
Year = Annotated[Whole, Field(ge=2000, le=2200)]
YearOfPath = Annotated[int, Path(ge=2000, le=2200)]
YearAsked = Annotated[int, Query(ge=2000, le=2200)]


class RateOut(Output):
    """A share in percent with four decimals and as printed, over the base that is named; null over an empty base."""

    numerator: int
    denominator: int
    base: str = Field(examples=["本地建档立卡户数"])
    percent: str | None = Field(examples=["0.3931"])
    printed: str | None = Field(examples=["0.39 %"])


class NamedOut(Output):
    code: str
    name: str


class MeasureKindOut(NamedOut):
    poverty_types: list[str] = Field(description="empty: for every type")
    most: int | None


class CatalogueOut(Output):
    """What may be chosen today."""

    poverty_types: list[NamedOut]
    causes: list[str]
    measure_kinds: list[MeasureKindOut]
    reserve_cents_per_household: int
    income_target_cents: int


class MeasureFactsIn(Input):
    kind: ShortText = Field(examples=["training"])
    title: ShortText
    owner: ShortText = Field(description="责任人或责任单位")
    amount_cents: SomeCents
    starts_on: IsoDate
    due_on: IsoDate
    cause: ShortText | None = Field(default=None, description="所针对的致贫原因")


class MeasureIn(MeasureFactsIn):
    measure_id: Id | None = None


class MeasurePut(MeasureFactsIn, Versioned):
    """All that a form says of a measure."""


class MeasureMove(Versioned):
    to: State
    spent_cents: SomeCents | None = None
    note: ShortText | None = None


class MeasureOut(Output):
    household_id: Id
    measure_id: Id
    kind: str
    title: str
    owner: str
    amount_cents: int
    starts_on: IsoDate
    due_on: IsoDate
    cause: str | None
    state: str
    spent_cents: int | None
    note: str | None
    overdue: bool
    allowed: list[str] = Field(description="the states that it may go to")
    version: int


class MeasuresOut(Output):
    items: list[MeasureOut]
    amount_cents: int = Field(description="of all that are not cancelled")
    spent_cents: int


class MeasureLineOut(MeasureOut):
    village_code: str
    head_name: str


class MeasureLinesOut(Output):
    items: list[MeasureLineOut]
    next_cursor: str | None
    has_more: bool


class MeasureStepOut(Output):
    version: int
    at: Timestamp
    state: str
    actor_name: str
    note: str | None


class StepsOut(Output):
    items: list[MeasureStepOut]


class HouseholdPlanPut(Versioned):
    """The household's type and causes; `version` is the household's."""

    poverty_type: ShortText | None = None
    causes: list[ShortText] = Field(max_length=10)


class HouseholdPlanOut(Output):
    household_id: Id
    version: int
    poverty_type: str | None
    causes: list[str]
    advised_kinds: list[str]
    measures: list[MeasureOut]


class ProjectIn(Input):
    name: ShortText
    expected_cents: PositiveCents
    achieved_cents: Cents | None = None


class IncomePlanIn(Input):
    year: Year
    projects: list[ProjectIn] = Field(min_length=1, max_length=MOST_PROJECTS)


class IncomePlanPut(Versioned):
    projects: list[ProjectIn] = Field(min_length=1, max_length=MOST_PROJECTS)


class ProjectOut(Output):
    name: str
    expected_cents: int
    achieved_cents: int | None


class IncomePlanOut(Output):
    household_id: Id
    year: int
    people: int
    projects: list[ProjectOut]
    expected_cents: int
    achieved_cents: int | None
    reaches_target: bool
    version: int


class IncomePlansOut(Output):
    items: list[IncomePlanOut]


class IncomePlanLineOut(IncomePlanOut):
    village_code: str
    head_name: str


class IncomePlanLinesOut(Output):
    items: list[IncomePlanLineOut]
    next_cursor: str | None
    has_more: bool


class IncomeSummaryOut(Output):
    """An asker who may not see the rows reads no money, and plans and share covered of figures rounded down to a
    multiple of five; null for fewer than five."""

    region: str
    year: int
    plans: int | None
    people: int | None
    expected_cents: int | None
    achieved_cents: int | None
    expected_per_household_cents: int | None = Field(description="over the households with a plan")
    expected_per_head_cents: int | None = Field(description="over the people of those households")
    covered: RateOut | None
    achieved: RateOut | None


class VillageProjectIn(Input):
    name: ShortText
    year: Year
    amount_cents: SomeCents
    owner: ShortText


class VillagePlanIn(Input):
    plan_id: Id | None = None
    first_year: Year
    aim: LongText
    projects: list[VillageProjectIn] = Field(min_length=1, max_length=MOST_PROJECTS)


class VillagePlanPut(Versioned):
    aim: LongText
    projects: list[VillageProjectIn] = Field(min_length=1, max_length=MOST_PROJECTS)


class VillageProjectOut(Output):
    name: str
    year: int
    amount_cents: int
    owner: str


class VillagePlanOut(Output):
    village_code: str
    plan_id: Id
    first_year: int
    last_year: int
    aim: str
    projects: list[VillageProjectOut]
    amount_cents: int
    state: Literal["draft", "adopted"]
    version: int


class VillagePlansOut(Output):
    items: list[VillagePlanOut]
