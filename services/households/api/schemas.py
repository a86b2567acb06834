"""Shapes of the households API. Personal numbers come in plain, go out masked."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.web.fields import (
    Cents,
    Id,
    Input,
    IsoDate,
    LongText,
    Output,
    RegionCode,
    ShortText,
    Timestamp,
    VillageCode,
    YesNo,
)
from shared.web.versions import Versioned

HousingKind = Literal["frame", "brick_concrete", "brick_wood", "earth_wood", "none"]
HousingGrade = Literal["A", "B", "C", "D"]
RelocationState = Literal["none", "planned", "under_construction", "moved_in", "old_house_removed"]
WaterSource = Literal["tap", "well", "spring", "surface", "other"]
Road = Literal["hardened", "gravel", "earth", "none"]
Status = Literal["general", "poor", "out_of_poverty"]
PovertyType = Literal["harsh_environment", "backward_conditions", "lacking_skills", "lagging_industry"]
MonitoringType = Literal["unstable", "marginal", "sudden"]
Number = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=32)]
Months = Annotated[int, Field(strict=True, ge=0, le=12)]


class MemberIn(Input):
    member_id: Id | None = None
    name: ShortText
    id_number: Number = Field(description="居民身份证号码，18 位")
    relation: ShortText = Field(examples=["户主", "配偶", "之子"])
    person_number: Number | None = None
    ethnicity: ShortText | None = None
    education: ShortText | None = None
    schooling: ShortText | None = None
    health: ShortText | None = None
    work_capacity: ShortText | None = None
    skill: ShortText | None = None
    work_months: Months | None = None
    serious_illness_insurance: YesNo | None = None
    medical_insurance: YesNo | None = None
    pension: YesNo | None = None
    phone: Number | None = None
    identified_on: IsoDate | None = None
    training: ShortText | None = None


class MemberAdd(MemberIn, Versioned):
    """A further person; `version` is the household's."""


class MemberPut(MemberIn, Versioned):
    """What is said of a member. Who dies, marries or moves away leaves by an event; these two fields only say so."""

    left_on: IsoDate | None = None
    left_reason: Literal["died", "married_out", "moved", "split", "other"] | None = None


class FactsIn(Input):
    """The household's own fields; a change sends only those that change (JSON merge patch)."""

    village_code: VillageCode
    status: Status = "general"
    group_name: ShortText | None = None
    address: LongText | None = None
    phone: Number | None = None
    register_number: Number | None = None
    handbook_number: Number | None = None
    first_identified_on: IsoDate | None = None
    poverty_type: PovertyType | None = None
    causes: list[ShortText] = Field(default=[], max_length=10)
    monitoring_type: MonitoringType | None = None
    risk_removed: YesNo | None = None
    risk_found_on: IsoDate | None = None
    risk_removed_on: IsoDate | None = None
    housing_dangerous: YesNo | None = None
    safe_water: YesNo | None = None
    net_income_per_head_cents: Cents | None = None
    housing_kind: HousingKind | None = None
    housing_grade: HousingGrade | None = Field(default=None, description="住房安全等级，C、D 为危房")
    relocation_state: RelocationState | None = None
    water_source: WaterSource | None = None
    electricity: YesNo | None = None
    road: Road | None = Field(default=None, description="入户路")


class FactsPut(FactsIn, Versioned):
    """All of the household's own fields. A status or a word on danger that is left out stays; others come
    by their course, another village by an event."""


class HouseholdIn(FactsIn):
    household_id: Id | None = None
    members: list[MemberIn] = Field(min_length=1, max_length=30)


class ChangesIn(Versioned):
    """A JSON merge patch of the household's own fields, bare or under `changes`, and where the news comes from."""

    model_config = ConfigDict(extra="allow", frozen=True)

    changes: dict[str, Any] | None = Field(default=None, max_length=30)
    source: Literal["form", "department", "phone"] = "form"

    @model_validator(mode="after")
    def one_patch(self) -> Self:
        """Nothing to change, or two places that say what to change, is a mistake of the client."""
        if bool(self.changes) == bool(self.model_extra):
            raise ValueError("changes")
        return self

    @property
    def patch(self) -> dict[str, Any]:
        return self.changes or self.model_extra or {}

    @property
    def at(self) -> tuple[str, ...]:
        """Where in the body the patch stands, for the pointers of what does not hold."""
        return ("body", "changes") if self.changes else ("body",)


class MemberOut(Output):
    member_id: Id
    name: str
    id_number: str = Field(examples=["5119**********1234"])
    sex: str
    birth_date: IsoDate
    relation: str
    is_head: bool
    person_number: str | None
    ethnicity: str | None
    education: str | None
    schooling: str | None
    health: str | None
    work_capacity: str | None
    skill: str | None
    work_months: int | None
    serious_illness_insurance: bool | None
    medical_insurance: bool | None
    pension: bool | None
    phone: str | None = Field(examples=["138****0001"])
    identified_on: IsoDate | None
    training: str | None
    joined_on: IsoDate | None


class HouseholdOut(Output):
    household_id: Id
    version: int
    village_code: str
    status: str
    group_name: str | None
    address: str | None
    phone: str | None
    register_number: str | None
    handbook_number: str | None
    first_identified_on: IsoDate | None
    poverty_type: str | None
    causes: list[str]
    monitoring_type: str | None
    risk_removed: bool | None
    risk_found_on: IsoDate | None
    risk_removed_on: IsoDate | None
    housing_dangerous: bool | None
    safe_water: bool | None
    net_income_per_head_cents: int | None
    housing_kind: str | None
    housing_grade: str | None
    relocation_state: str | None
    water_source: str | None
    electricity: bool | None
    road: str | None
    closed_on: IsoDate | None
    closed_reason: str | None
    demonstration: bool
    members: list[MemberOut]
    likely_duplicates: int | None = Field(
        default=None, description="told when somebody is registered: with how many people of the township one is alike"
    )


class MembersOut(Output):
    items: list[MemberOut]
    version: int
    likely_duplicates: int | None = None


class LineOut(Output):
    household_id: Id
    village_code: str
    head_name: str
    people: int
    status: str
    monitoring_type: str | None
    register_number: str | None
    version: int


class LinesOut(Output):
    items: list[LineOut]
    next_cursor: str | None
    has_more: bool


class SearchIn(Input):
    region: RegionCode
    name: ShortText | None = None
    id_number: Number | None = None
    phone: Number | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=100)] = 20
    cursor: Annotated[str, StringConstraints(strict=True, max_length=500)] | None = None


class UnmaskIn(Input):
    fields: list[Literal["id_number", "phone"]] = Field(min_length=1, max_length=2)
    reason: ShortText


class UnmaskedMember(Output):
    member_id: Id
    name: str
    id_number: str | None
    phone: str | None


class UnmaskedOut(Output):
    household_id: Id
    phone: str | None
    members: list[UnmaskedMember]


class LookOut(Output):
    look_id: Id
    at: Timestamp
    actor_name: str
    role: str
    what: str
    reason: str | None


class LooksOut(Output):
    items: list[LookOut]
    next_cursor: str | None
    has_more: bool


class CountOut(Output):
    value: str | None
    households: int | None = Field(description="null when fewer than 5 and the asker may not see the rows")


class SummaryOut(Output):
    region: str
    households: int | None
    registered_poor: int | None
    exact: bool = Field(description="false: the asker may not see the rows, so figures are rounded down to fives")
    by_status: list[CountOut]
    by_poverty_type: list[CountOut]
    by_monitoring_type: list[CountOut]
    by_cause: list[CountOut]
    by_year: list[CountOut]
    by_place: list[CountOut]


class JobOut(Output):
    job_id: Id
    kind: str
    state: Literal["queued", "running", "succeeded", "failed"]
    done: int
    total: int
    accepted: int
    refused: int
    errors_url: str | None
    failure: str | None
    result: dict[str, Any]
