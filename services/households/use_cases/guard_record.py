"""Whoever writes a record may change status, danger and village only in the ways that the rules leave open."""

from services.households.domain.household import Household, HouseholdFacts
from services.households.domain.may_change_by_form import may_change_by_form, may_set_monitoring
from services.households.domain.may_set_status import TAKES_OVER, may_set_status
from services.households.storage.case_repository import open_cases
from services.households.storage.identification_repository import on_course
from services.households.use_cases.hold_office import holds_office
from shared.auth import Principal
from shared.db import Connection

NEW = HouseholdFacts("")
"""What the record says of every household before anybody says otherwise: not poor, not in danger."""


async def guard_changed(
    connection: Connection, who: Principal, before: Household, after: HouseholdFacts, source: str
) -> None:
    """The household is held. Raises VillageByEvent and what `_guard_courses` raises."""
    if (refusal := may_change_by_form(before.facts, after)) is not None:
        raise refusal
    await _guard_courses(connection, who, before, before.facts, after, source)


async def guard_registered(connection: Connection, who: Principal, household: Household) -> None:
    """A county that registers a household as poor or as in danger takes that over. Raises as `_guard_courses`."""
    (source,) = TAKES_OVER
    await _guard_courses(connection, who, household, NEW, household.facts, source)


async def _guard_courses(
    connection: Connection,
    who: Principal,
    household: Household,
    before: HouseholdFacts,
    after: HouseholdFacts,
    source: str,
) -> None:
    """Raises StatusByCourse, StatusOnCourse, MonitoringByCourse, MonitoringOnCase."""
    county_office = holds_office(who, after.village_code, "county_official", "city_official")
    course, case_open = False, False
    if before is not NEW:
        course = await on_course(connection, household.household_id)
        case_open = bool(await open_cases(connection, household.household_id))
    status = may_set_status(before.status, after.status, source=source, county_office=county_office, on_course=course)
    monitoring = may_set_monitoring(before, after, source=source, county_office=county_office, case_open=case_open)
    if (refusal := status or monitoring) is not None:
        raise refusal
