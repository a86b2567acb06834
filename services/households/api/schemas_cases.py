"""Shapes of monitoring cases (监测对象): opened, moved, listed."""

from typing import Literal

from pydantic import Field

from services.households.domain.monitoring_case import MonitoringCase
from services.households.domain.opens_case import WATCH
from services.households.storage.case_lists import CaseLine
from services.households.storage.case_repository import CaseFile, Measure
from shared.web.fields import Id, Input, IsoDate, LongText, Output, PositiveCents, RegionCode, ShortText, Timestamp
from shared.web.versions import Versioned

CaseState = Literal["found", "in_danger", "removal_proposed", "removed"]
Danger = Literal["unstable", "marginal", "sudden"]
MeasureKind = Literal[
    "industry", "employment", "finance", "subsistence_allowance", "medical", "schooling", "housing", "water", "other"
]


class CaseIn(Input):
    """Who asks is known: the household's own call, the helper's or an official's finding."""

    household_id: Id
    what: LongText = Field(examples=["户主住院，家里没有收入"])
    case_id: Id | None = None


class NewsIn(Input):
    what: LongText


class CaseStepIn(Versioned):
    """`monitoring_type` when danger was found at home: 脱贫不稳定, 边缘易致贫, 突发严重困难."""

    to: CaseState
    note: LongText
    monitoring_type: Danger | None = None


class CaseMeasureIn(Input):
    kind: MeasureKind
    what: LongText
    responsible: ShortText
    due_on: IsoDate | None = None
    amount_cents: PositiveCents | None = None
    measure_id: Id | None = None


class MeasureDoneIn(Input):
    done_on: IsoDate
    result: LongText


class RoundIn(Input):
    region: RegionCode


class CaseOut(Output):
    case_id: Id
    household_id: Id
    origin: str = Field(examples=["own_call"])
    watch: bool = Field(description="a yearly round at a household that has left poverty, and no danger known")
    state: str
    monitoring_type: str | None
    opened_on: IsoDate
    check_due_on: IsoDate | None
    due_provisional: bool
    checked_on: IsoDate | None
    removed_on: IsoDate | None
    allowed: list[str]
    version: int


class CaseLineOut(CaseOut):
    village_code: str
    head_name: str
    cadre_id: Id | None
    cadre_name: str | None


class CaseLinesOut(Output):
    items: list[CaseLineOut]
    next_cursor: str | None
    has_more: bool


class FindingOut(Output):
    origin: str
    detail: str
    at: Timestamp
    actor_name: str


class CaseStepOut(Output):
    version: int
    at: Timestamp
    state: str
    danger: str
    actor_name: str
    role: str
    note: str | None


class CaseMeasureOut(Output):
    measure_id: Id
    kind: str
    what: str
    responsible: str
    due_on: IsoDate | None
    amount_cents: int | None
    recorded_on: IsoDate
    done_on: IsoDate | None
    result: str | None


class CaseFileOut(CaseOut):
    findings: list[FindingOut]
    steps: list[CaseStepOut]
    measures: list[CaseMeasureOut]


def case_out(case: MonitoringCase) -> CaseOut:
    return CaseOut.model_validate(_values(case))


def line_out(line: CaseLine) -> CaseLineOut:
    own = {name: getattr(line, name) for name in ("village_code", "head_name", "cadre_id", "cadre_name")}
    return CaseLineOut.model_validate(_values(line.case) | own)


def file_out(file: CaseFile) -> CaseFileOut:
    return CaseFileOut(
        **_values(file.case),
        findings=[FindingOut.model_validate(one, from_attributes=True) for one in file.findings],
        steps=[CaseStepOut.model_validate(one, from_attributes=True) for one in file.steps],
        measures=[measure_out(one) for one in file.measures],
    )


def measure_out(measure: Measure) -> CaseMeasureOut:
    return CaseMeasureOut.model_validate(measure, from_attributes=True)


def _values(case: MonitoringCase) -> dict[str, object]:
    """The class of a danger is shown once somebody has found it."""
    values = {name: getattr(case, name) for name in CaseOut.model_fields if hasattr(case, name)}
    return {
        **values,
        "watch": case.danger == WATCH,
        "monitoring_type": case.danger if case.classified else None,
        "allowed": list(case.allowed),
    }
