"""A village's three-year plan (因村规划)."""

from typing import Any

from fastapi import Response

from services.households.api.convert_plans import village_plan_out, village_projects_of
from services.households.api.deps import PolicyToday
from services.households.api.schemas_plans import VillagePlanIn, VillagePlanOut, VillagePlanPut, VillagePlansOut
from services.households.domain.village_plan import VillagePlan
from services.households.use_cases.plan_village import (
    adopt_village_plan,
    change_village_plan,
    draft_village_plan,
    read_village_plans,
)
from shared.ids import new_id
from shared.web.context import Connection, Who
from shared.web.fields import Id, VillageCode
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["plans"])


@router.get("/v1/villages/{code}/plans")
async def list_village_plans(code: VillageCode, who: Who, connection: Connection) -> VillagePlansOut:
    return VillagePlansOut(items=[village_plan_out(plan) for plan in await read_village_plans(connection, who, code)])


@router.post("/v1/villages/{code}/plans", status_code=201)
async def create_village_plan(
    code: VillageCode, body: VillagePlanIn, who: Who, connection: Connection, policy: PolicyToday, response: Response
) -> VillagePlanOut:
    plan = await draft_village_plan(
        connection,
        policy,
        who,
        code,
        plan_id=body.plan_id or new_id(),
        first_year=body.first_year,
        aim=body.aim,
        projects=village_projects_of(body.projects),
    )
    return _with_version(plan, response)


@router.put("/v1/villages/{code}/plans/{plan_id}")
async def replace_village_plan(
    code: VillageCode,
    plan_id: Id,
    body: VillagePlanPut,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    response: Response,
) -> VillagePlanOut:
    projects = village_projects_of(body.projects)
    plan = await change_village_plan(
        connection, who, code, plan_id, aim=body.aim, projects=projects, version=version, show=_shown
    )
    return _with_version(plan, response)


@router.post("/v1/villages/{code}/plans/{plan_id}/adoption")
async def adopt_plan_of_village(
    code: VillageCode, plan_id: Id, version: ExpectedVersion, who: Who, connection: Connection, response: Response
) -> VillagePlanOut:
    plan = await adopt_village_plan(connection, who, code, plan_id, version=version, show=_shown)
    return _with_version(plan, response)


def _with_version(plan: VillagePlan, response: Response) -> VillagePlanOut:
    response.headers["ETag"] = etag(plan.version)
    return village_plan_out(plan)


def _shown(plan: VillagePlan) -> dict[str, Any]:
    return village_plan_out(plan).model_dump(mode="json")
