"""The problem ledger (问题清单): found, given to somebody, fixed, looked at again, closed by a second person."""

from typing import Annotated

from fastapi import Query, Response

from services.households.api.deps import MonitoringDesk, Repositories
from services.households.api.schemas_problems import (
    ProblemFileOut,
    ProblemIn,
    ProblemOut,
    ProblemsOut,
    ProblemState,
    ProblemStepIn,
    problem_file_out,
    problem_out,
)
from services.households.domain.problem import Problem
from services.households.storage.problem_repository import ProblemsAsked, steps_of_problem
from services.households.use_cases.find_problem import NewProblem, find_problem
from services.households.use_cases.list_ledger import list_ledger
from services.households.use_cases.move_problem import AskedStep, move_problem
from services.households.use_cases.see_problem import read_problem
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, Reference, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["problems"])


@router.post("/v1/problems", status_code=201)
async def report_problem(body: ProblemIn, who: Who, desk: MonitoringDesk, response: Response) -> ProblemOut:
    said = {name: getattr(body, name) for name in ProblemIn.model_fields}
    said["problem_id"] = body.problem_id or new_id()
    problem = await find_problem(desk, who, NewProblem(**said))
    response.headers["Location"] = f"/v1/problems/{problem.problem_id}"
    return _with_version(problem, response)


@router.get("/v1/problems")
async def list_problems_of_ledger(
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    region: RegionCode | None = None,
    household_id: Id | None = None,
    assignee: Reference | None = None,
    state: Annotated[ProblemState | None, Query()] = None,
    overdue: bool = False,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> ProblemsOut:
    asked = ProblemsAsked(region, household_id, assignee, state, with_.clock.today() if overdue else None)
    scope = f"problems:{region}:{household_id}:{assignee}:{state}:{overdue}:{who.subject}"
    after = with_.cursors.read(scope, cursor) if cursor else None
    found = await list_ledger(connection, rooms.households, who, asked, after, limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda last: with_.cursors.write(scope, [last.due_on.isoformat(), str(last.problem_id)])
    )
    return ProblemsOut(
        items=[problem_out(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/problems/{problem_id}")
async def get_problem_file(problem_id: Id, who: Who, connection: Connection, response: Response) -> ProblemFileOut:
    problem = await read_problem(connection, who, problem_id)
    response.headers["ETag"] = etag(problem.version)
    return problem_file_out(problem, await steps_of_problem(connection, problem))


@router.post("/v1/problems/{problem_id}/transitions")
async def move_problem_on(
    problem_id: Id,
    body: ProblemStepIn,
    version: ExpectedVersion,
    who: Who,
    desk: MonitoringDesk,
    with_: Mechanisms,
    response: Response,
) -> ProblemOut:
    who.require_role(*OFFICIALS, "cadre")
    asked = AskedStep(body.to, body.note, version, body.assignee, body.assignee_name, body.due_on)
    after = await move_problem(
        desk,
        with_.audit,
        who,
        problem_id,
        asked,
        with_.clock.now(),
        lambda standing: problem_out(standing).model_dump(mode="json"),
    )
    return _with_version(after, response)


def _with_version(problem: Problem, response: Response) -> ProblemOut:
    response.headers["ETag"] = etag(problem.version)
    return problem_out(problem)
