"""More is said about a case, or something is done about it (帮扶措施)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.households.domain.case_steps import to_be_checked
from services.households.domain.monitoring_case import MonitoringCase
from services.households.domain.monitoring_errors import CaseStepRefused, MeasureDayToCome, MeasureDone
from services.households.domain.opens_case import Finding
from services.households.storage.case_repository import Measure, add_finding, get_measure, save_case, save_measure
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.see_case import hold_case
from shared.auth import Principal
from shared.ids import new_id


async def add_news(desk: Desk, who: Principal, case_id: UUID, what: str) -> MonitoringCase:
    """The household has to be visited for it in time. Raises CaseNotFound, CaseStepRefused when it is not open."""
    case, _, actor = await hold_case(desk, who, case_id)
    if not case.open:
        raise CaseStepRefused(allowed=list(case.allowed))
    after = to_be_checked(replace(case, version=case.version + 1), desk.check_due)
    await save_case(desk.connection, after)
    origin = "own_call" if actor.role == "household" else "finding"
    await add_finding(desk.connection, after, Finding(origin, f"said/{new_id()}", what), actor.name)
    await desk.written(after, actor, what)
    return after


async def add_measure(desk: Desk, who: Principal, measure: Measure) -> Measure:
    """What shall be done, by whom, until when. `household_id` is the case's. Raises CaseNotFound, CaseStepRefused."""
    case, _, _ = await hold_case(desk, who, measure.case_id)
    if not case.open:
        raise CaseStepRefused(allowed=list(case.allowed))
    kept = replace(measure, household_id=case.household_id)
    await save_measure(desk.connection, kept)
    return kept


async def finish_measure(
    desk: Desk, who: Principal, case_id: UUID, measure_id: UUID, done_on: date, result: str
) -> Measure:
    """Raises CaseNotFound, MeasureNotFound, MeasureDone, MeasureDayToCome."""
    if done_on > desk.today:
        raise MeasureDayToCome
    case, _, _ = await hold_case(desk, who, case_id)
    measure = await get_measure(desk.connection, case, measure_id)
    if measure.done_on is not None:
        raise MeasureDone
    done = replace(measure, done_on=done_on, result=result)
    await save_measure(desk.connection, done)
    return done
