"""Ten-thousand-yuan plans (万元增收): a household's, a place's, and what they come to."""

from uuid import UUID

from fastapi import Response

from services.households.api.convert_plans import income_plan_out, income_plan_values, income_summary_out, projects_of
from services.households.api.deps import PolicyToday, Repositories
from services.households.api.schemas_plans import (
    IncomePlanIn,
    IncomePlanLineOut,
    IncomePlanLinesOut,
    IncomePlanOut,
    IncomePlanPut,
    IncomePlansOut,
    IncomeSummaryOut,
    YearAsked,
    YearOfPath,
)
from services.households.storage.income_plan_repository import income_plans_in, income_plans_of
from services.households.use_cases.plan_income import change_income_plan, make_income_plan
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import reach_in
from services.households.use_cases.total_income_plans import total_income_plans
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["plans"])


@router.get("/v1/households/{household_id}/income-plans")
async def list_income_plans(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories, policy: PolicyToday
) -> IncomePlansOut:
    await read_household(connection, rooms.households, who, household_id, "income_plans")
    found = await income_plans_of(connection, household_id)
    return IncomePlansOut(items=[income_plan_out(plan, policy) for plan in found])


@router.post("/v1/households/{household_id}/income-plans", status_code=201)
async def create_income_plan(
    household_id: Id,
    body: IncomePlanIn,
    who: Who,
    connection: Connection,
    rooms: Repositories,
    policy: PolicyToday,
    response: Response,
) -> IncomePlanOut:
    projects = projects_of(body.projects)
    plan = await make_income_plan(connection, rooms.households, who, household_id, body.year, projects)
    response.headers["ETag"] = etag(plan.version)
    return income_plan_out(plan, policy)


@router.put("/v1/households/{household_id}/income-plans/{year}")
async def replace_income_plan(
    household_id: Id,
    year: YearOfPath,
    body: IncomePlanPut,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    rooms: Repositories,
    policy: PolicyToday,
    response: Response,
) -> IncomePlanOut:
    plan = await change_income_plan(
        connection,
        rooms.households,
        who,
        household_id,
        year,
        projects_of(body.projects),
        version=version,
        show=lambda one: income_plan_out(one, policy).model_dump(mode="json"),
    )
    response.headers["ETag"] = etag(plan.version)
    return income_plan_out(plan, policy)


@router.get("/v1/income-plans")
async def list_income_plans_of_region(
    region: RegionCode,
    year: YearAsked,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    policy: PolicyToday,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> IncomePlanLinesOut:
    scope = f"income-plans:{region}:{year}:{who.subject}"
    after = _after(with_.cursors.read(scope, cursor)) if cursor else None
    found = await income_plans_in(connection, region, reach_in(who, region), year, after=after, limit=limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda line: with_.cursors.write(scope, [line.village_code, str(line.plan.household_id)])
    )
    lines = [
        IncomePlanLineOut(
            **income_plan_values(line.plan, policy), village_code=line.village_code, head_name=line.head_name
        )
        for line in items
    ]
    return IncomePlanLinesOut(items=lines, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/income-plans/summary")
async def summarise_income_plans(
    region: RegionCode, year: YearAsked, who: Who, connection: Connection
) -> IncomeSummaryOut:
    return income_summary_out(region, year, await total_income_plans(connection, who, region, year))


def _after(keyset: list[str]) -> tuple[str, UUID]:
    village, household_id = keyset
    return village, UUID(household_id)
