"""Tasks, duties and problems (三张清单): for the officials of the place, and of each cadre for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cadres.domain.task import Task, TaskRole, TaskState
from services.cadres.domain.task_errors import TaskNotFound
from services.cadres.storage.duty_repository import ProblemLine, problems_of_cadre
from services.cadres.storage.task_repository import TaskLine, TaskStepRecord, get_task, steps_of_task, tasks_of_cadre
from services.cadres.use_cases.see import own_cadre_id
from shared.auth import Principal
from shared.db import Connection

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ThreeLists:
    """The earliest due first; at most 500 tasks and duties together."""

    tasks: Sequence[TaskLine]
    duties: Sequence[TaskLine]
    problems: Sequence[ProblemLine]


async def see_own_lists(connection: Connection, who: Principal) -> ThreeLists:
    """Raises NotPermitted."""
    cadre_id = own_cadre_id(who)
    given = await tasks_of_cadre(connection, cadre_id, MOST_SHOWN)
    return ThreeLists(
        tasks=[line for line in given if line.task.kind == "task"],
        duties=[line for line in given if line.task.kind == "duty"],
        problems=await problems_of_cadre(connection, cadre_id),
    )


async def see_task(
    connection: Connection, who: Principal, task_id: UUID
) -> tuple[TaskLine, Sequence[TaskState], list[TaskStepRecord]]:
    """The task, the states to which the asker may bring it, and its steps. Raises TaskNotFound."""
    line = await get_task(connection, task_id)
    allowed = line.task.allowed(roles_towards_task(who, line.task), who.subject)
    return line, allowed, await steps_of_task(connection, line.task)


def roles_towards_task(who: Principal, task: Task) -> frozenset[TaskRole]:
    """An official of the village, the cadre whose task it is, or both: a village official may have tasks too.

    A task is the cadre's as a person, whatever roles the login carries besides: what is not to be theirs any more is
    handed over. Raises TaskNotFound.
    """
    roles: set[TaskRole] = set()
    if who.official_for(task.village_code):
        roles.add("official")
    if who.cadre_id == str(task.cadre_id):
        roles.add("cadre")
    if not roles:
        raise TaskNotFound
    return frozenset(roles)
