"""A task takes a step: done by its cadre; confirmed, sent back, given to another or cancelled by an official; passed on
with the household that it is for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.cadres.domain.handover import Handover
from services.cadres.domain.task import TaskState, TaskStep, task_after
from services.cadres.domain.task_errors import TaskDuePast, TaskStale
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.guards import guard_cadres
from services.cadres.storage.task_repository import (
    TaskLine,
    add_task_step,
    get_task,
    open_tasks_of_household,
    save_task,
)
from services.cadres.use_cases.give_task import require_able
from services.cadres.use_cases.see_tasks import roles_towards_task
from shared.auth import Principal
from shared.clock import day_of
from shared.db import Connection

WITH_HOUSEHOLD = "随结对户交接"


@dataclass(frozen=True, slots=True)
class AskedTaskStep:
    """`cadre_id` and `due_on` go with a task that is given anew."""

    to: TaskState
    note: str | None
    version: int
    cadre_id: UUID | None = None
    due_on: date | None = None


async def move_task(
    connection: Connection,
    cadres: CadreRepository,
    who: Principal,
    task_id: UUID,
    asked: AskedTaskStep,
    now: datetime,
    show: Callable[[TaskLine], Mapping[str, Any]],
) -> TaskLine:
    """`show` is how whoever moved an older one is shown what stands.

    Raises TaskNotFound, TaskStale, TaskNotYours, TaskStepNotAllowed, TaskNeedsSecondPerson, TaskDuePast, CadreNotFound,
    CadreNotInOffice.
    """
    if asked.cadre_id is not None:  # Before the task itself, in the order in which hand-overs take them.
        await guard_cadres(connection, [asked.cadre_id])
    line = await get_task(connection, task_id, lock=True)
    roles = roles_towards_task(who, line.task)
    if line.task.version != asked.version:
        raise TaskStale(current=show(line))
    after = task_after(line.task, TaskStep(asked.to, who.subject, roles, asked.cadre_id, asked.due_on))
    if asked.cadre_id is not None:
        await require_able(connection, cadres, who, asked.cadre_id, after.village_code, now)
    if asked.due_on is not None and asked.due_on < day_of(now):
        raise TaskDuePast
    await save_task(connection, after)
    await add_task_step(connection, after, actor=who.subject, actor_name=who.name, at=now, note=asked.note)
    return await get_task(connection, task_id)


async def pass_on_tasks(connection: Connection, who: Principal, handover: Handover, now: datetime) -> None:
    """Whoever takes a household on has what its former cadre still had to do for it. The caller holds both cadres."""
    given_on = TaskStep("open", who.subject, frozenset({"official"}), handover.to_cadre_id)
    for task in await open_tasks_of_household(connection, handover.household_id, handover.from_cadre_id):
        after = task_after(task, given_on)
        await save_task(connection, after)
        await add_task_step(connection, after, actor=who.subject, actor_name=who.name, at=now, note=WITH_HOUSEHOLD)
