"""May this step be taken with a pairing plan now, by this person? (bulk reassignment needs a second person)"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.cadres.domain.plan_errors import PlanNeedsSecondPerson, PlanStepNotAllowed
from shared.errors import Failure

PlanState = Literal["computing", "ready", "applying", "applied", "undoing", "undone"]
PlanStep = Literal["apply", "undo"]
ALLOWED: Mapping[str, tuple[PlanStep, ...]] = {"ready": ("apply",), "applied": ("undo",)}
_NAMES: Mapping[PlanState, str] = {
    "computing": "正在生成",
    "ready": "待执行",
    "applying": "正在执行",
    "applied": "已执行",
    "undoing": "正在撤销",
    "undone": "已撤销",
}
_ON_THE_WAY: Mapping[PlanStep, PlanState] = {"apply": "applying", "undo": "undoing"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands and who brought it there."""

    state: PlanState
    ordered_by: str
    applied_by: str | None = None


def may_take_step(plan: Standing, step: PlanStep, person: str) -> Failure | None:
    """None when it may, else the reason. Whoever ordered a plan does not apply it, whoever applied it not undo it."""
    allowed = ALLOWED.get(plan.state, ())
    if step not in allowed:
        return PlanStepNotAllowed(state=plan.state, named=_NAMES[plan.state], allowed=list(allowed))
    if person == (plan.ordered_by if step == "apply" else plan.applied_by):
        return PlanNeedsSecondPerson()
    return None


def on_the_way(step: PlanStep) -> PlanState:
    """The state of a plan while its step is being carried out."""
    return _ON_THE_WAY[step]
