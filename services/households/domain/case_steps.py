"""What becomes of a monitoring case by this step, or why may it not be taken?"""

from dataclasses import dataclass, replace
from datetime import date

from services.households.domain.may_remove_risk import (
    Bearing,
    reasons_against_confirming,
    reasons_against_proposing,
)
from services.households.domain.monitoring_case import (
    FOUND,
    IN_DANGER,
    REMOVAL_PROPOSED,
    REMOVED,
    UNCLASSIFIED,
    MonitoringCase,
)
from services.households.domain.monitoring_errors import CaseStepRefused, DangerMissing, not_removed
from services.households.domain.working_days import DueDay


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked: the state, by whom, on which day; the class of the danger where one was found at home.

    `check_due`: by when a home check would have to be made if this step brings one about.
    """

    to: str
    actor: str
    today: date
    check_due: DueDay
    danger: str | None = None


def moved(case: MonitoringCase, step: Step, bearing: Bearing) -> MonitoringCase:
    """The case after the step. Raises CaseStepRefused, DangerMissing, RiskNotRemoved."""
    if step.to not in case.allowed:
        raise CaseStepRefused(allowed=list(case.allowed))
    after = replace(case, state=step.to, version=case.version + 1)
    if step.to == IN_DANGER and case.state != REMOVAL_PROPOSED:
        if step.danger is None:
            raise DangerMissing
        return _checked(replace(after, danger=step.danger), step)
    if step.to == REMOVAL_PROPOSED:
        _refuse(reasons_against_proposing(case, bearing))
        proposed = replace(after, proposed_by=step.actor)
        return _checked(proposed, step) if case.state == FOUND else proposed
    if step.to == REMOVED:
        _refuse(reasons_against_confirming(case, bearing, step.actor))
        removed = replace(after, removed_on=step.today, proposed_by=None)
        return _checked(removed, step) if case.state == FOUND else removed
    if step.to == FOUND:
        after = replace(after, danger=UNCLASSIFIED)
        return to_be_checked(replace(after, proposed_by=None, removed_on=None), step.check_due)
    return replace(after, proposed_by=None)


def to_be_checked(case: MonitoringCase, due: DueDay) -> MonitoringCase:
    """Somebody has to go there by then; a check that is due earlier stays so."""
    if case.check_due_on is not None and case.check_due_on <= due.on:
        return case
    return replace(case, check_due_on=due.on, due_provisional=due.provisional)


def _checked(case: MonitoringCase, step: Step) -> MonitoringCase:
    return replace(case, check_due_on=None, due_provisional=False, checked_on=step.today)


def _refuse(reasons: tuple[str, ...]) -> None:
    if reasons:
        raise not_removed(reasons)
