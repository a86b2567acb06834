"""Between the shapes of tasks and the domain's."""

from collections.abc import Sequence
from datetime import date, datetime

from services.cadres.api.schemas_tasks import (
    ProblemLineOut,
    TaskFileOut,
    TaskIn,
    TaskOut,
    TaskStepOut,
    WorkLogLineOut,
)
from services.cadres.domain.task import Task, TaskState
from services.cadres.storage.duty_repository import ProblemLine
from services.cadres.storage.task_repository import TaskLine, TaskStepRecord
from services.cadres.storage.work_log_repository import LogLine
from shared.ids import new_id


def task_of(body: TaskIn, now: datetime) -> Task:
    """Without who gives it, which the use case knows."""
    return Task(
        village_code=body.village_code,
        task_id=body.task_id or new_id(),
        kind=body.kind,
        household_id=body.household_id,
        cadre_id=body.cadre_id,
        what=body.what,
        due_on=body.due_on,
        given_by="",
        given_by_name="",
        given_at=now,
    )


def task_out(line: TaskLine, today: date) -> TaskOut:
    return TaskOut.model_validate(_values(line, today))


def task_file_out(
    line: TaskLine, allowed: Sequence[TaskState], steps: list[TaskStepRecord], today: date
) -> TaskFileOut:
    taken = [TaskStepOut.model_validate(one, from_attributes=True) for one in steps]
    return TaskFileOut.model_validate(_values(line, today) | {"allowed": list(allowed), "steps": taken})


def problem_line_out(line: ProblemLine) -> ProblemLineOut:
    return ProblemLineOut.model_validate(line, from_attributes=True)


def work_log_line_out(line: LogLine) -> WorkLogLineOut:
    return WorkLogLineOut.model_validate(line, from_attributes=True)


def _values(line: TaskLine, today: date) -> dict[str, object]:
    derived = {"cadre_name": line.cadre_name, "head": line.head, "overdue": line.task.overdue(today)}
    return {name: getattr(line.task, name) for name in TaskOut.model_fields if name not in derived} | derived
