"""May this measure stand in this household's plan? (一户一策: a measure answers the type and the causes)"""

from collections.abc import Iterable

from services.households.domain.household import Household
from services.households.domain.measure import OPEN, Measure, MeasureFacts
from services.households.domain.plan_errors import (
    MeasureCauseForeign,
    MeasureDatesWrong,
    MeasureKindUnknown,
    MeasureNotForType,
    MeasuresOfKindEnough,
    PlanNeedsRegister,
)
from services.households.domain.plan_policy import PlanPolicy
from shared.errors import Failure


def may_plan_measure(
    household: Household, measure: MeasureFacts, others: Iterable[Measure], policy: PlanPolicy
) -> Failure | None:
    """None when it may, else the reason why not. `others` are the household's other measures."""
    if measure.due_on < measure.starts_on:
        return MeasureDatesWrong()
    facts = household.facts
    monitored = facts.monitoring_type is not None and not facts.risk_removed
    if not (household.registered_poor or monitored):
        return PlanNeedsRegister()
    return _fits(household, measure, others, policy)


def _fits(household: Household, measure: MeasureFacts, others: Iterable[Measure], policy: PlanPolicy) -> Failure | None:
    facts = household.facts
    kind = policy.measure_kinds.get(measure.kind)
    if kind is None:
        return MeasureKindUnknown(allowed=list(policy.measure_kinds))
    if kind.types and facts.poverty_type not in kind.types:
        return MeasureNotForType(kinds=[one.code for one in policy.kinds_for(facts.poverty_type)])
    if measure.cause is not None and measure.cause not in facts.causes:
        return MeasureCauseForeign(causes=list(facts.causes))
    same = sum(one.facts.kind == measure.kind and one.state in OPEN for one in others)
    if kind.most is not None and same >= kind.most:
        return MeasuresOfKindEnough(most=kind.most)
    return None
