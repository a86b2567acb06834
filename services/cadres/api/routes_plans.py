"""Pairing plans: proposed for a whole place or unit, applied by a second person, taken back; and the jobs of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.cadres.api.deps import Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_plans import (
    CadresJobOut,
    PairingPlanIn,
    PairingPlanOut,
    PairingPlansOut,
    PlanLineOut,
    PlanLinesOut,
)
from services.cadres.domain.plan_steps import ALLOWED, PlanStep
from services.cadres.storage.plan_repository import StoredPlan, lines_of, plans_of
from services.cadres.use_cases.move_plan import order_step, see_plan
from services.cadres.use_cases.order_plan import order_plan
from services.cadres.use_cases.order_staff_import import IMPORT_JOBS, see_own_job
from shared.ids import new_id
from shared.jobs import Job
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.service_app import strict_router

router = strict_router(tags=["pairing plans"])


@router.post("/v1/pairing-plans", status_code=202)
async def create_pairing_plan(
    body: PairingPlanIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> PairingPlanOut:
    plan_id, today = new_id(), with_.clock.today()
    plan = await order_plan(
        connection, rooms.jobs, who, plan_id=plan_id, region=body.region, unit_id=body.unit_id, today=today
    )
    response.headers["Location"] = f"/v1/cadres/jobs/{plan_id}"
    return plan_out(plan)


@router.get("/v1/pairing-plans")
async def list_pairing_plans(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PairingPlansOut:
    who.require_official(region)
    scope = f"plans:{region}"
    before = UUID(with_.cursors.read(scope, cursor)[0]) if cursor else None
    found = await plans_of(connection, region, before, limit + 1)
    items, next_cursor = page_of(found, limit, lambda plan: with_.cursors.write(scope, [str(plan.plan_id)]))
    return PairingPlansOut(
        items=[plan_out(plan) for plan in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/pairing-plans/{plan_id}")
async def read_pairing_plan(plan_id: Id, who: Who, connection: Connection) -> PairingPlanOut:
    return plan_out(await see_plan(connection, who, plan_id))


@router.get("/v1/pairing-plans/{plan_id}/lines")
async def list_pairing_plan_lines(
    plan_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    left_out: Annotated[bool | None, Query(description="only households that the plan cannot cover, or can")] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PlanLinesOut:
    await see_plan(connection, who, plan_id)
    scope = f"plan-lines:{plan_id}:{left_out}"
    after = after_of(with_.cursors, scope, cursor)
    found = await lines_of(connection, plan_id, left_out=left_out, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda line: (line.village_code, line.household_id))
    return PlanLinesOut(
        items=[PlanLineOut.model_validate(line, from_attributes=True) for line in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


@router.post("/v1/pairing-plans/{plan_id}/apply", status_code=202)
async def apply_pairing_plan(
    plan_id: Id, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> PairingPlanOut:
    return await _step("apply", plan_id, who, connection, with_, rooms, response)


@router.post("/v1/pairing-plans/{plan_id}/undo", status_code=202)
async def undo_pairing_plan(
    plan_id: Id, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> PairingPlanOut:
    return await _step("undo", plan_id, who, connection, with_, rooms, response)


@router.get("/v1/cadres/jobs/{job_id}")
async def get_cadres_job(job_id: Id, who: Who, connection: Connection, rooms: Repositories) -> CadresJobOut:
    return job_out(await see_own_job(connection, rooms.jobs, who, job_id))


async def _step(
    step: PlanStep,
    plan_id: UUID,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    response: Response,
) -> PairingPlanOut:
    job_id = new_id()
    plan = await order_step(
        connection,
        rooms.jobs,
        with_.audit,
        with_.clock,
        rooms.policies,
        who,
        plan_id=plan_id,
        step=step,
        job_id=job_id,
    )
    response.headers["Location"] = f"/v1/cadres/jobs/{job_id}"
    return plan_out(plan)


def plan_out(plan: StoredPlan) -> PairingPlanOut:
    names = [name for name in PairingPlanOut.model_fields if name != "allowed"]
    values = {name: getattr(plan, name) for name in names}
    return PairingPlanOut.model_validate(values | {"allowed": list(ALLOWED.get(plan.state, ()))})


def job_out(job: Job) -> CadresJobOut:
    """`errors_url` stands from the moment the report of an import can be had."""
    progress = job.progress
    reported = job.state == "succeeded" and job.kind in IMPORT_JOBS.values()
    errors_url = f"/v1/cadres/jobs/{job.job_id}/report" if reported else None
    counted = {name: getattr(progress, name) for name in ("done", "total", "accepted", "refused", "result")}
    return CadresJobOut(
        job_id=job.job_id, kind=job.kind, state=job.state, errors_url=errors_url, failure=job.failure, **counted
    )
