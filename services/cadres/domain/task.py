"""Where does a task (任务) or a duty (责任) of a cadre stand, and which step may be taken with it now?

    open ──► done ──► confirmed
     ▲ │       │
     │ └──► cancelled
     └─(sent back, or given to another)

Whoever has it says that it is done, an official too; whoever said so does not confirm it. Problems, the third of the
three lists (三张清单), stand in the ledger of the households service.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.task_errors import TaskNeedsSecondPerson, TaskNotYours, TaskStepNotAllowed

TaskKind = Literal["task", "duty"]
TaskState = Literal["open", "done", "confirmed", "cancelled"]
TaskRole = Literal["cadre", "official"]
_NEXT: Final[dict[TaskState, tuple[TaskState, ...]]] = {
    "open": ("done", "open", "cancelled"),
    "done": ("confirmed", "open"),
    "confirmed": (),
    "cancelled": (),
}
_STEPS_OF: Final[dict[TaskRole, tuple[TaskState, ...]]] = {
    "cadre": ("done",),
    "official": ("open", "confirmed", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """Given to `cadre_id` by an official for a village, perhaps for one of its households, to be done by `due_on`."""

    village_code: str
    task_id: UUID
    kind: TaskKind
    household_id: UUID | None
    cadre_id: UUID
    what: str
    due_on: date
    given_by: str
    given_by_name: str
    given_at: datetime
    state: TaskState = "open"
    done_by: str | None = None
    version: int = 1

    def allowed(self, roles: Collection[TaskRole], person: str) -> tuple[TaskState, ...]:
        """The states to which this person may bring it; an open one is given anew by bringing it to open."""
        own = {state for role in roles for state in _STEPS_OF[role]}
        if person == self.done_by:
            own.discard("confirmed")
        return tuple(state for state in _NEXT[self.state] if state in own)

    def overdue(self, today: date) -> bool:
        return self.state == "open" and self.due_on < today


@dataclass(frozen=True, slots=True)
class TaskStep:
    """What is asked, by whom: `roles` are all that the person has towards the task. `cadre_id` gives the task to
    another, `due_on` sets another day.
    """

    to: TaskState
    actor: str
    roles: frozenset[TaskRole]
    cadre_id: UUID | None = None
    due_on: date | None = None


def task_after(task: Task, step: TaskStep) -> Task:
    """Raises TaskStepNotAllowed, TaskNotYours, TaskNeedsSecondPerson."""
    allowed = task.allowed(step.roles, step.actor)
    if step.to not in _NEXT[task.state]:
        raise TaskStepNotAllowed(allowed=list(allowed))
    if step.to == "confirmed" and step.actor == task.done_by:
        raise TaskNeedsSecondPerson(allowed=list(allowed))
    if step.to not in allowed:
        raise TaskNotYours
    moved = step.cadre_id is not None or step.due_on is not None
    if (moved and step.to != "open") or (step.to == task.state and not moved):
        raise TaskStepNotAllowed(allowed=list(allowed))
    return replace(
        task,
        state=step.to,
        cadre_id=step.cadre_id or task.cadre_id,
        due_on=step.due_on or task.due_on,
        done_by=step.actor if step.to == "done" else None if step.to == "open" else task.done_by,
        version=task.version + 1,
    )
