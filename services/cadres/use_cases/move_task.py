"""A task takes a step: done by its cadre; confirmed, sent back, given to another or cancelled by an official."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.cadres.domain.task import TaskState, TaskStep, task_after
from services.cadres.domain.task_errors import TaskDuePast, TaskStale
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.task_repository import TaskLine, add_task_step, get_task, save_task
from services.cadres.use_cases.give_task import require_able
from services.cadres.use_cases.see_tasks import role_towards_task
from shared.auth import Principal
from shared.clock import day_of
from shared.db import Connection


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
    line = await get_task(connection, task_id, lock=True)
    role = role_towards_task(who, line.task)
    if line.task.version != asked.version:
        raise TaskStale(current=show(line))
    after = task_after(line.task, TaskStep(asked.to, who.subject, role, asked.cadre_id, asked.due_on))
    if asked.cadre_id is not None:
        await require_able(connection, cadres, who, asked.cadre_id, after.village_code, now)
    if asked.due_on is not None and asked.due_on < day_of(now):
        raise TaskDuePast
    await save_task(connection, after)
    await add_task_step(connection, after, actor=who.subject, actor_name=who.name, at=now, note=asked.note)
    return await get_task(connection, task_id)
