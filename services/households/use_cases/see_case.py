"""May this person see this monitoring case? As they may see its household."""

from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.household_errors import HouseholdNotFound
from services.households.domain.monitoring_case import MonitoringCase
from services.households.domain.monitoring_errors import CaseNotFound
from services.households.storage.case_repository import CaseFile, case_file, get_case, household_of_case
from services.households.storage.household_repository import HouseholdRepository
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.read_household import read_household
from shared.auth import Principal
from shared.db import Connection


async def read_case(connection: Connection, households: HouseholdRepository, who: Principal, case_id: UUID) -> CaseFile:
    """Another's look is kept where the household sees it. Raises CaseNotFound."""
    household_id = await household_of_case(connection, case_id)
    try:
        await read_household(connection, households, who, household_id, "monitoring_case")
    except HouseholdNotFound:
        raise CaseNotFound from None
    return await case_file(connection, await get_case(connection, household_id, case_id))


async def hold_case(desk: Desk, who: Principal, case_id: UUID) -> tuple[MonitoringCase, Household, Actor]:
    """The case with its household, locked for a change. Raises CaseNotFound."""
    household_id = await household_of_case(desk.connection, case_id)
    try:
        household, actor = await desk.hold(who, household_id)
    except HouseholdNotFound:
        raise CaseNotFound from None
    return await get_case(desk.connection, household_id, case_id), household, actor
