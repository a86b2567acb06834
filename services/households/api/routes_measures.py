"""A household's plan and its measures (一户一策), and what is open in a place."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.households.api.convert_plans import household_plan_out, measure_facts, measure_out, measure_values
from services.households.api.deps import Change, PolicyToday, Repositories
from services.households.api.schemas_plans import (
    CatalogueOut,
    HouseholdPlanOut,
    HouseholdPlanPut,
    MeasureIn,
    MeasureKindOut,
    MeasureLineOut,
    MeasureLinesOut,
    MeasureMove,
    MeasureOut,
    MeasurePut,
    MeasuresOut,
    MeasureStepOut,
    NamedOut,
    State,
    StepsOut,
)
from services.households.storage.measure_repository import measures_in, measures_of, steps_of
from services.households.use_cases.move_measure import Show, begin_measure, change_measure, move_measure
from services.households.use_cases.plan_household import classify_household, plan_of, read_plan
from services.households.use_cases.plan_measure import plan_measure
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import reach_in
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["plans"])


@router.get("/v1/plan-catalogue")
async def read_plan_catalogue(policy: PolicyToday) -> CatalogueOut:
    return CatalogueOut(
        poverty_types=[NamedOut(code=code, name=name) for code, name in policy.poverty_types.items()],
        causes=list(policy.causes),
        measure_kinds=[
            MeasureKindOut(code=kind.code, name=kind.name, poverty_types=list(kind.types), most=kind.most)
            for kind in policy.measure_kinds.values()
        ],
        reserve_cents_per_household=policy.reserve_cents_per_household,
        income_target_cents=policy.income_target_cents,
    )


@router.get("/v1/households/{household_id}/plan")
async def read_household_plan(
    household_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    policy: PolicyToday,
    response: Response,
) -> HouseholdPlanOut:
    plan = await read_plan(connection, rooms.households, policy, who, household_id)
    response.headers["ETag"] = etag(plan.household.version)
    return household_plan_out(plan, with_.clock.today())


@router.put("/v1/households/{household_id}/plan")
async def classify_household_for_plan(
    household_id: Id,
    body: HouseholdPlanPut,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    policy: PolicyToday,
    change: Change,
    response: Response,
) -> HouseholdPlanOut:
    who.require_role(*OFFICIALS)
    causes = tuple(body.causes)
    household = await classify_household(
        change, policy, household_id, poverty_type=body.poverty_type, causes=causes, version=version
    )
    response.headers["ETag"] = etag(household.version)
    return household_plan_out(await plan_of(connection, household, policy), with_.clock.today())


@router.get("/v1/households/{household_id}/measures")
async def list_measures(
    household_id: Id, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> MeasuresOut:
    await read_household(connection, rooms.households, who, household_id, "measures")
    found = await measures_of(connection, household_id)
    today = with_.clock.today()
    return MeasuresOut(
        items=[measure_out(measure, today) for measure in found],
        amount_cents=sum(one.facts.amount_cents for one in found if one.state != "cancelled"),
        spent_cents=sum(one.spent_cents or 0 for one in found),
    )


@router.post("/v1/households/{household_id}/measures", status_code=201)
async def create_measure(
    household_id: Id,
    body: MeasureIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    policy: PolicyToday,
    response: Response,
) -> MeasureOut:
    facts, measure_id = measure_facts(body), body.measure_id or new_id()
    measure = await plan_measure(connection, rooms.households, policy, who, household_id, measure_id, facts)
    response.headers["ETag"] = etag(measure.version)
    return measure_out(measure, with_.clock.today())


@router.put("/v1/households/{household_id}/measures/{measure_id}")
async def replace_measure(
    household_id: Id,
    measure_id: Id,
    body: MeasurePut,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    policy: PolicyToday,
    response: Response,
) -> MeasureOut:
    today = with_.clock.today()
    begun = await begin_measure(
        connection,
        rooms.households,
        who,
        household_id,
        measure_id,
        version,
        _shown_on(today),
    )
    measure = await change_measure(connection, policy, who, begun, measure_facts(body))
    response.headers["ETag"] = etag(measure.version)
    return measure_out(measure, today)


@router.post("/v1/households/{household_id}/measures/{measure_id}/transitions")
async def move_household_measure(
    household_id: Id,
    measure_id: Id,
    body: MeasureMove,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    response: Response,
) -> MeasureOut:
    today = with_.clock.today()
    _, before = await begin_measure(
        connection,
        rooms.households,
        who,
        household_id,
        measure_id,
        version,
        _shown_on(today),
    )
    measure = await move_measure(connection, who, before, body.to, spent_cents=body.spent_cents, note=body.note)
    response.headers["ETag"] = etag(measure.version)
    return measure_out(measure, today)


@router.get("/v1/households/{household_id}/measures/{measure_id}/steps")
async def list_measure_steps(
    household_id: Id, measure_id: Id, who: Who, connection: Connection, rooms: Repositories
) -> StepsOut:
    await read_household(connection, rooms.households, who, household_id, "measures")
    steps = await steps_of(connection, household_id, measure_id)
    return StepsOut(items=[MeasureStepOut.model_validate(step, from_attributes=True) for step in steps])


@router.get("/v1/measures")
async def list_measures_of_region(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[State | None, Query()] = None,
    overdue: Annotated[bool, Query()] = False,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> MeasureLinesOut:
    scope, today = f"measures:{region}:{state}:{overdue}:{who.subject}", with_.clock.today()
    found = await measures_in(
        connection,
        region,
        reach_in(who, region),
        state=state,
        overdue_on=today if overdue else None,
        after=_after(with_.cursors.read(scope, cursor)) if cursor else None,
        limit=limit + 1,
    )
    items, next_cursor = page_of(
        found,
        limit,
        lambda line: with_.cursors.write(
            scope, [line.village_code, str(line.measure.household_id), str(line.measure.measure_id)]
        ),
    )
    lines = [
        MeasureLineOut(**measure_values(line.measure, today), village_code=line.village_code, head_name=line.head_name)
        for line in items
    ]
    return MeasureLinesOut(items=lines, next_cursor=next_cursor, has_more=next_cursor is not None)


def _after(keyset: list[str]) -> tuple[str, UUID, UUID]:
    village, household_id, measure_id = keyset
    return village, UUID(household_id), UUID(measure_id)


def _shown_on(today: date) -> Show:
    return lambda measure: measure_out(measure, today).model_dump(mode="json")
