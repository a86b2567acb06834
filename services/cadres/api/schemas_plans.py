"""Shapes of pairing plans and of this service's jobs."""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.cadres.domain.plan_steps import PlanState
from shared.web.fields import Id, Input, IsoDate, Output, RegionCode, Timestamp


class PairingPlanIn(Input):
    """Without a unit: the poor households of the place and its cadres. With one: the villages it helps and its own."""

    region: RegionCode
    unit_id: Id | None = None


class PlanFiguresOut(Output):
    """`households` = `kept` + `new` + `moved` + `left_out`; `loads`: how many cadres end with how many households."""

    households: int
    kept: int
    new: int
    moved: int
    left_out: int
    left_out_reason: str | None = Field(examples=["bounds_reached", "no_cadre"])
    cadres: int
    room: int
    own_township: int
    own_county: int
    elsewhere: int
    loads: Annotated[dict[str, int], Field(examples=[{"2": 8578, "3": 2671}])]


class PairingPlanOut(Output):
    plan_id: Id
    region: str
    unit_id: Id | None
    as_of: IsoDate
    state: PlanState
    allowed: list[str] = Field(description="the steps that a second person may take now")
    figures: PlanFiguresOut | None
    ordered_at: Timestamp
    applied_on: IsoDate | None
    undone_on: IsoDate | None


class PairingPlansOut(Output):
    items: list[PairingPlanOut]
    next_cursor: str | None
    has_more: bool


class PlanLineOut(Output):
    """Without a cadre: the plan cannot cover this household (its figures say why)."""

    household_id: Id
    village_code: str
    head: str | None = Field(description="masked", examples=["李**"])
    cadre_id: Id | None
    cadre_name: str | None
    previous_cadre_id: Id | None


class PlanLinesOut(Output):
    items: list[PlanLineOut]
    next_cursor: str | None
    has_more: bool


class CadresJobOut(Output):
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
