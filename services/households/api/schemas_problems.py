"""Shapes of the problem ledger (问题清单)."""

from typing import Literal

from pydantic import Field

from services.households.domain.problem import Problem
from services.households.storage.problem_repository import ProblemStepRecord
from shared.web.fields import Id, Input, IsoDate, LongText, Output, Reference, ShortText, Timestamp, VillageCode
from shared.web.versions import Versioned

ProblemState = Literal["found", "assigned", "fixed", "looked_again", "closed"]


class ProblemIn(Input):
    """Of a household or of a village. `source_id`: the source's own mark; told twice, the first one stands."""

    what: LongText = Field(examples=["入户路雨天不通"])
    household_id: Id | None = None
    village_code: VillageCode | None = None
    source: Literal["visit", "inspection", "household", "department"] = "visit"
    source_id: Reference | None = None
    due_on: IsoDate | None = None
    problem_id: Id | None = None


class ProblemStepIn(Versioned):
    to: ProblemState
    note: LongText
    assignee: Reference | None = Field(default=None, description="a cadre's id, or a login")
    assignee_name: ShortText | None = None
    due_on: IsoDate | None = None


class ProblemOut(Output):
    problem_id: Id
    village_code: str
    household_id: Id | None
    source: str
    what: str
    found_by_name: str
    found_on: IsoDate
    due_on: IsoDate
    due_provisional: bool
    state: str
    assignee: str | None
    assignee_name: str | None
    fixed_on: IsoDate | None
    closed_on: IsoDate | None
    allowed: list[str]
    version: int


class ProblemsOut(Output):
    items: list[ProblemOut]
    next_cursor: str | None
    has_more: bool


class ProblemStepOut(Output):
    version: int
    at: Timestamp
    state: str
    actor_name: str
    role: str
    assignee_name: str | None
    note: str | None


class ProblemFileOut(ProblemOut):
    steps: list[ProblemStepOut]


def problem_out(problem: Problem) -> ProblemOut:
    return ProblemOut.model_validate(_values(problem))


def problem_file_out(problem: Problem, steps: list[ProblemStepRecord]) -> ProblemFileOut:
    taken = [ProblemStepOut.model_validate(one, from_attributes=True) for one in steps]
    return ProblemFileOut.model_validate({**_values(problem), "steps": taken})


def _values(problem: Problem) -> dict[str, object]:
    values = {name: getattr(problem, name) for name in ProblemOut.model_fields}
    return {**values, "allowed": list(problem.allowed)}
