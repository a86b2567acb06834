"""A household calls for help, or its helper or an official finds it in danger: a monitoring case is opened."""

from uuid import UUID

from services.households.domain.case_steps import to_be_checked
from services.households.domain.monitoring_case import UNCLASSIFIED, MonitoringCase
from services.households.domain.monitoring_errors import CaseAlreadyOpen, RuleClosed
from services.households.domain.opens_case import Finding
from services.households.storage.case_repository import add_case, add_finding, open_cases
from services.households.use_cases.monitoring_desk import Actor, Desk
from shared.auth import Principal


async def open_monitoring_case(
    desk: Desk, who: Principal, household_id: UUID, case_id: UUID, what: str
) -> MonitoringCase:
    """As what the asker speaks, the system knows; its word for it is not asked.

    Raises HouseholdNotFound, CaseAlreadyOpen (naming the case), CaseIdTaken, RuleClosed.
    """
    _, actor = await desk.hold(who, household_id)
    origin = "own_call" if actor.role == "household" else "finding"
    if origin not in desk.policy.opening_rules:
        raise RuleClosed
    for standing in await open_cases(desk.connection, household_id):
        if standing.danger == UNCLASSIFIED:
            raise CaseAlreadyOpen(case_id=str(standing.case_id))
    case = to_be_checked(MonitoringCase(household_id, case_id, origin, desk.today), desk.check_due)
    await add_case(desk.connection, case)
    await _say(desk, case, actor, what)
    return case


async def _say(desk: Desk, case: MonitoringCase, actor: Actor, what: str) -> None:
    await add_finding(desk.connection, case, Finding(case.origin, f"said/{case.case_id}", what), actor.name)
    await desk.written(case, actor, what)
