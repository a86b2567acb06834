"""Tasks and duties: rows in, domain objects out; who took which step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, tuple_, update

from services.cadres.domain.task import Task
from services.cadres.domain.task_errors import TaskIdTaken, TaskNotFound
from services.cadres.storage.queries import under
from services.cadres.storage.tables import cadres, households, working
from shared.db import Connection

tasks, steps = working.tasks, working.steps
_TASK = tuple(Task.__slots__)
STILL = ("open", "done")
Key = tuple[date, UUID]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with the names that its readers need; `head` is masked."""

    task: Task
    cadre_name: str
    head: str | None


@dataclass(frozen=True, slots=True)
class TaskStepRecord:
    version: int
    at: datetime
    state: str
    actor_name: str
    cadre_id: UUID
    note: str | None


@dataclass(frozen=True, slots=True)
class TasksAsked:
    """`overdue_on`: those still open that should have been done before this day."""

    region: str
    cadre_id: UUID | None = None
    kind: str | None = None
    state: str | None = None
    overdue_on: date | None = None


async def add_task(connection: Connection, task: Task) -> None:
    """The caller holds the id's guard: ids are minted on phones, and one is used once whatever the village.

    Raises TaskIdTaken.
    """
    if (await connection.execute(select(tasks.c.task_id).where(tasks.c.task_id == task.task_id))).first() is not None:
        raise TaskIdTaken
    await connection.execute(insert(tasks).values(**_values(task)))


async def get_task(connection: Connection, task_id: UUID, *, lock: bool = False) -> TaskLine:
    """Raises TaskNotFound."""
    statement = _lines().where(tasks.c.task_id == task_id)
    held = statement.with_for_update(of=tasks) if lock else statement
    row = (await connection.execute(held)).one_or_none()
    if row is None:
        raise TaskNotFound
    return _line(row)


async def save_task(connection: Connection, task: Task) -> None:
    """The caller holds it."""
    own = (tasks.c.village_code == task.village_code, tasks.c.task_id == task.task_id)
    await connection.execute(update(tasks).where(*own).values(**_values(task)))


async def add_task_step(
    connection: Connection, task: Task, *, actor: str, actor_name: str, at: datetime, note: str | None
) -> None:
    """The step that brought the task to its version."""
    own = {name: getattr(task, name) for name in ("village_code", "task_id", "version", "state", "cadre_id")}
    await connection.execute(insert(steps).values(**own, actor=actor, actor_name=actor_name, at=at, note=note))


async def steps_of_task(connection: Connection, task: Task) -> list[TaskStepRecord]:
    """Oldest first."""
    shown = tuple(steps.c[name] for name in TaskStepRecord.__slots__)
    own = (steps.c.village_code == task.village_code, steps.c.task_id == task.task_id)
    rows = await connection.execute(select(*shown).where(*own).order_by(steps.c.version))
    return [TaskStepRecord(**row._mapping) for row in rows]


async def tasks_of_region(connection: Connection, asked: TasksAsked, after: Key | None, limit: int) -> list[TaskLine]:
    """By the day on which they are due."""
    statement = _lines().where(under(tasks.c.village_code, asked.region))
    for column, wanted in (
        (tasks.c.cadre_id, asked.cadre_id),
        (tasks.c.kind, asked.kind),
        (tasks.c.state, asked.state),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if asked.overdue_on is not None:
        statement = statement.where(tasks.c.state == "open", tasks.c.due_on < asked.overdue_on)
    if after is not None:
        statement = statement.where(tuple_(tasks.c.due_on, tasks.c.task_id) > tuple_(*after))
    rows = await connection.execute(statement.order_by(tasks.c.due_on, tasks.c.task_id).limit(limit))
    return [_line(row) for row in rows]


async def tasks_of_cadre(connection: Connection, cadre_id: UUID, most: int) -> Sequence[TaskLine]:
    """What is still to be done or to be confirmed, by the day on which it is due."""
    statement = _lines().where(tasks.c.cadre_id == cadre_id, tasks.c.state.in_(STILL))
    rows = await connection.execute(statement.order_by(tasks.c.due_on, tasks.c.task_id).limit(most))
    return [_line(row) for row in rows]


async def open_tasks_of_household(connection: Connection, household_id: UUID, cadre_id: UUID) -> list[Task]:
    """What the cadre still has to do for this household, held."""
    statement = select(*(tasks.c[name] for name in _TASK)).where(
        tasks.c.cadre_id == cadre_id, tasks.c.state == "open", tasks.c.household_id == household_id
    )
    return [Task(**row._mapping) for row in await connection.execute(statement.with_for_update())]


def _lines() -> Select[Any]:
    return (
        select(tasks, cadres.c.name.label("cadre_name"), households.c.head)
        .join(cadres, cadres.c.cadre_id == tasks.c.cadre_id)
        .outerjoin(households, households.c.household_id == tasks.c.household_id)
    )


def _line(row: Any) -> TaskLine:
    return TaskLine(Task(**{name: row._mapping[name] for name in _TASK}), row.cadre_name, row.head)


def _values(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in _TASK}
