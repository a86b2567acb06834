"""An official drafts a village's three-year plan; a second person declares it adopted. (因村规划)"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.households.domain.plan_errors import VillagePlanAdopted, VillagePlanStale
from services.households.domain.plan_policy import PlanPolicy
from services.households.domain.second_person import second_person
from services.households.domain.village_plan import VillagePlan, VillageProject, projects_within
from services.households.storage.region_repository import require_village
from services.households.storage.village_plan_repository import (
    add_village_plan,
    get_village_plan,
    save_village_plan,
    village_plans_of,
)
from shared.auth import Principal
from shared.db import Connection

Show = Callable[[VillagePlan], dict[str, Any]]


async def read_village_plans(connection: Connection, who: Principal, village_code: str) -> list[VillagePlan]:
    """Raises OutsideScope, VillageUnknown."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    return await village_plans_of(connection, village_code)


async def draft_village_plan(
    connection: Connection,
    policy: PlanPolicy,
    who: Principal,
    village_code: str,
    *,
    plan_id: UUID,
    first_year: int,
    aim: str,
    projects: tuple[VillageProject, ...],
) -> VillagePlan:
    """Raises OutsideScope, VillageUnknown, VillagePlanYearOutside, VillagePlanOverlaps, VillagePlanIdTaken."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    last_year = first_year + policy.village_plan_years - 1
    if (refusal := projects_within(first_year, last_year, projects)) is not None:
        raise refusal
    plan = VillagePlan(village_code, plan_id, first_year, last_year, aim, projects, who.subject)
    await add_village_plan(connection, plan)
    return plan


async def change_village_plan(
    connection: Connection,
    who: Principal,
    village_code: str,
    plan_id: UUID,
    *,
    aim: str,
    projects: tuple[VillageProject, ...],
    version: int,
    show: Show,
) -> VillagePlan:
    """Raises OutsideScope, VillagePlanNotFound, VillagePlanStale, VillagePlanAdopted, VillagePlanYearOutside."""
    before = await _draft(connection, who, village_code, plan_id, version, show)
    if (refusal := projects_within(before.first_year, before.last_year, projects)) is not None:
        raise refusal
    plan = replace(before, aim=aim, projects=projects, drafted_by=who.subject, version=before.version + 1)
    await save_village_plan(connection, plan)
    return plan


async def adopt_village_plan(
    connection: Connection, who: Principal, village_code: str, plan_id: UUID, *, version: int, show: Show
) -> VillagePlan:
    """Raises OutsideScope, VillagePlanNotFound, VillagePlanStale, VillagePlanAdopted, SecondPersonNeeded."""
    before = await _draft(connection, who, village_code, plan_id, version, show)
    if (refusal := second_person(who.subject, before.drafted_by)) is not None:
        raise refusal
    plan = replace(before, adopted_by=who.subject, version=before.version + 1)
    await save_village_plan(connection, plan)
    return plan


async def _draft(
    connection: Connection, who: Principal, village_code: str, plan_id: UUID, version: int, show: Show
) -> VillagePlan:
    who.require_official(village_code)
    plan = await get_village_plan(connection, village_code, plan_id)
    if plan.version != version:
        raise VillagePlanStale(current=show(plan))
    if plan.adopted_by is not None:
        raise VillagePlanAdopted
    return plan
