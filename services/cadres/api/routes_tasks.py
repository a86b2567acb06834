"""Tasks, duties and problems (三张清单), and the working log (日志)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.cadres.api.convert_tasks import problem_line_out, task_file_out, task_of, task_out, work_log_line_out
from services.cadres.api.deps import Day, Repositories
from services.cadres.api.schemas_tasks import (
    ProblemLinesOut,
    TaskFileOut,
    TaskIn,
    TaskOut,
    TasksOut,
    TaskStepIn,
    ThreeListsOut,
    WorkLogEntryOut,
    WorkLogIn,
    WorkLogOut,
)
from services.cadres.domain.task import TaskKind, TaskState
from services.cadres.storage.duty_repository import problems_of_region
from services.cadres.storage.task_repository import TaskLine, TasksAsked, tasks_of_region
from services.cadres.use_cases.give_task import give_task
from services.cadres.use_cases.keep_work_log import read_work_log, write_work_log
from services.cadres.use_cases.move_task import AskedTaskStep, move_task
from services.cadres.use_cases.see_tasks import see_own_lists, see_task
from shared.pagination import Cursors
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["tasks"])


@router.post("/v1/tasks", status_code=201)
async def create_task(
    body: TaskIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> TaskOut:
    now = with_.clock.now()
    line = await give_task(connection, rooms.cadres, who, task_of(body, now), now)
    response.headers["Location"] = f"/v1/tasks/{line.task.task_id}"
    return _with_version(line, with_.clock.today(), response)


@router.get("/v1/tasks")
async def list_tasks_of_region(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    cadre_id: Annotated[Id | None, Query()] = None,
    kind: Annotated[TaskKind | None, Query()] = None,
    state: Annotated[TaskState | None, Query()] = None,
    overdue: bool = False,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> TasksOut:
    who.require_official(region)
    today = with_.clock.today()
    asked = TasksAsked(region, cadre_id, kind, state, today if overdue else None)
    scope = f"tasks:{region}:{cadre_id}:{kind}:{state}:{overdue}"
    found = await tasks_of_region(connection, asked, _after(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda one: with_.cursors.write(scope, [one.task.due_on.isoformat(), str(one.task.task_id)])
    )
    return TasksOut(
        items=[task_out(one, today) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/tasks/problems")
async def list_households_with_problems(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    overdue: bool = False,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> ProblemLinesOut:
    who.require_official(region)
    scope = f"household-problems:{region}:{overdue}"
    before = with_.clock.today() if overdue else None
    found = await problems_of_region(connection, region, before, _after(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page_of(
        found,
        limit,
        lambda one: with_.cursors.write(scope, [(one.problem_due_on or date.max).isoformat(), str(one.household_id)]),
    )
    return ProblemLinesOut(
        items=[problem_line_out(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/me/tasks")
async def list_own_tasks(who: Who, connection: Connection, with_: Mechanisms) -> ThreeListsOut:
    lists, today = await see_own_lists(connection, who), with_.clock.today()
    return ThreeListsOut(
        tasks=[task_out(one, today) for one in lists.tasks],
        duties=[task_out(one, today) for one in lists.duties],
        problems=[problem_line_out(one) for one in lists.problems],
    )


@router.get("/v1/tasks/{task_id}")
async def read_task(
    task_id: Id, who: Who, connection: Connection, with_: Mechanisms, response: Response
) -> TaskFileOut:
    line, allowed, steps = await see_task(connection, who, task_id)
    response.headers["ETag"] = etag(line.task.version)
    return task_file_out(line, allowed, steps, with_.clock.today())


@router.post("/v1/tasks/{task_id}/transitions")
async def move_task_on(
    task_id: Id,
    body: TaskStepIn,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    response: Response,
) -> TaskOut:
    now, today = with_.clock.now(), with_.clock.today()
    asked = AskedTaskStep(body.to, body.note, version, body.cadre_id, body.due_on)
    line = await move_task(
        connection, rooms.cadres, who, task_id, asked, now, lambda one: task_out(one, today).model_dump(mode="json")
    )
    return _with_version(line, today, response)


@router.post("/v1/me/work-log", status_code=201)
async def write_own_work_log(body: WorkLogIn, who: Who, connection: Connection, with_: Mechanisms) -> WorkLogEntryOut:
    entry = await write_work_log(connection, who, body.entry_id, body.on, body.what, with_.clock.today())
    return WorkLogEntryOut(entry_id=entry.entry_id, cadre_id=entry.cadre_id, on=entry.on_day, what=entry.what)


@router.get("/v1/cadres/{cadre_id}/work-log")
async def read_work_log_of_day(
    cadre_id: Id, day: Day, who: Who, connection: Connection, rooms: Repositories
) -> WorkLogOut:
    lines = await read_work_log(connection, rooms.cadres, who, cadre_id, day)
    return WorkLogOut(cadre_id=cadre_id, day=day, items=[work_log_line_out(one) for one in lines])


def _after(cursors: Cursors, scope: str, cursor: str | None) -> tuple[date, UUID] | None:
    if not cursor:
        return None
    day, last_id = cursors.read(scope, cursor)
    return date.fromisoformat(day), UUID(last_id)


def _with_version(line: TaskLine, today: date, response: Response) -> TaskOut:
    response.headers["ETag"] = etag(line.task.version)
    return task_out(line, today)
