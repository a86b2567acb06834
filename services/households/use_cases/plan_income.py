"""A helper or an official makes a household's ten-thousand-yuan plan, and later says what came of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.income_plan import IncomePlan, Project
from services.households.domain.plan_errors import IncomePlanNeedsPoor, IncomePlanStale
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.income_plan_repository import add_income_plan, get_income_plan, save_income_plan
from services.households.use_cases.see_household import role_towards, showing
from shared.auth import OFFICIALS, Principal
from shared.db import Connection


async def make_income_plan(
    connection: Connection,
    households: HouseholdRepository,
    who: Principal,
    household_id: UUID,
    year: int,
    projects: tuple[Project, ...],
) -> IncomePlan:
    """Raises HouseholdNotFound, IncomePlanNeedsPoor, IncomePlanExists."""
    household, _ = await _seen(connection, households, who, household_id)
    if not household.registered_poor:
        raise IncomePlanNeedsPoor
    plan = IncomePlan(household_id, year, len(household.members), projects)
    await add_income_plan(connection, plan, who.subject)
    return plan


async def change_income_plan(
    connection: Connection,
    households: HouseholdRepository,
    who: Principal,
    household_id: UUID,
    year: int,
    projects: tuple[Project, ...],
    *,
    version: int,
    show: Callable[[IncomePlan], dict[str, Any]],
) -> IncomePlan:
    """Raises HouseholdNotFound, IncomePlanNotFound, IncomePlanStale."""
    _, role = await _seen(connection, households, who, household_id)
    before = await get_income_plan(connection, household_id, year)
    if before.version != version:
        raise showing(IncomePlanStale(current=show(before)), who, household_id, role, "income_plans")
    plan = replace(before, projects=projects, version=before.version + 1)
    await save_income_plan(connection, plan, who.subject)
    return plan


async def _seen(
    connection: Connection, households: HouseholdRepository, who: Principal, household_id: UUID
) -> tuple[Household, str]:
    """The household and the asker's role towards it."""
    who.require_role(*OFFICIALS, "cadre")
    household = await households.get(connection, household_id)
    return household, await role_towards(connection, who, household_id, household.facts.village_code)
