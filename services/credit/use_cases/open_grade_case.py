"""A household begins its way to a grade, and those who may see it see where it stands."""

from uuid import UUID

from services.credit.domain.course_errors import CaseNotFound
from services.credit.domain.grade_case import GradeCase
from services.credit.domain.grade_offices import grade_offices
from services.credit.domain.grade_state import State
from services.credit.domain.record_errors import GradeNotFound, HouseholdNotFound
from services.credit.storage.case_repository import add_case, get_case
from services.credit.storage.course_log import grade_log
from services.credit.storage.grade_repository import get_grade
from services.credit.use_cases.adopt_first_grades import adopt_first_grades
from services.credit.use_cases.hold_office import office_held, require_office
from services.credit.use_cases.see_household import look_at, role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection


async def open_case(
    connection: Connection, clock: Clock, who: Principal, household_id: UUID, case_id: UUID
) -> GradeCase:
    """In DRAFT. Raises HouseholdNotFound, NotPermitted, OutsideScope, CaseExists."""
    _, village = await role_towards(connection, who, household_id)
    require_office(who, village, *grade_offices(State.COLLECTED))
    case = GradeCase(household_id, case_id, village, State.DRAFT, version=1)
    facts = {"role": office_held(who, village, *grade_offices(State.COLLECTED))}
    # First the case, which says what is taken; its log would only break.
    await add_case(connection, case, who.subject)
    await grade_log.append(connection, [Taken(case, who.subject, clock.now(), facts)])
    return case


async def case_of_grade(connection: Connection, clock: Clock, who: Principal, household_id: UUID) -> GradeCase:
    """The case of the grade that the household has; one that was first set is given its case now.

    For the officials of the place. Raises HouseholdNotFound, OutsideScope, GradeNotFound.
    """
    _, village = await role_towards(connection, who, household_id)
    who.require_official(village)
    await look_at(connection, who, household_id, "grade_case")
    await adopt_first_grades(connection, [household_id], clock.now())
    grade = await get_grade(connection, household_id)
    if grade is None or grade.case_id is None:
        raise GradeNotFound
    return await get_case(connection, grade.case_id)


async def see_case(connection: Connection, who: Principal, case_id: UUID) -> GradeCase:
    """The household, its helper and the officials of its place. Raises CaseNotFound for everyone else."""
    case = await get_case(connection, case_id)
    try:
        await look_at(connection, who, case.household_id, "grade_case")
    except HouseholdNotFound:
        raise CaseNotFound from None
    return case
