"""An official gives a cadre a task or a duty for a village, perhaps for one of its households."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.cadres.domain.errors import CadreNotInOffice
from services.cadres.domain.task import Task
from services.cadres.domain.task_errors import TaskDuePast, TaskHouseholdElsewhere
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.guards import guard_cadres, guard_task
from services.cadres.storage.place_repository import get_household, require_village
from services.cadres.storage.task_repository import TaskLine, add_task, add_task_step, get_task
from services.cadres.use_cases.see import require_official_for_household, require_serving_cadre
from shared.auth import Principal
from shared.clock import day_of
from shared.db import Connection


async def give_task(
    connection: Connection, cadres: CadreRepository, who: Principal, told: Task, now: datetime
) -> TaskLine:
    """`told` is without who gives it.

    Raises OutsideScope, VillageNotFound, HelpedHouseholdNotFound, TaskHouseholdElsewhere, CadreNotFound,
    CadreNotInOffice, TaskDuePast, TaskIdTaken.
    """
    who.require_official(told.village_code)
    await require_village(connection, told.village_code)
    if told.household_id is not None:
        home = await get_household(connection, told.household_id)
        require_official_for_household(who, home.village_code)
        if home.village_code != told.village_code:
            raise TaskHouseholdElsewhere
    await require_able(connection, cadres, who, told.cadre_id, told.village_code, now)
    if told.due_on < day_of(now):
        raise TaskDuePast
    task = replace(told, given_by=who.subject, given_by_name=who.name, given_at=now)
    await guard_task(connection, task.task_id)
    await add_task(connection, task)
    await add_task_step(connection, task, actor=who.subject, actor_name=who.name, at=now, note=None)
    return await get_task(connection, task.task_id)


async def require_able(
    connection: Connection, cadres: CadreRepository, who: Principal, cadre_id: UUID, village_code: str, now: datetime
) -> None:
    """May this official give this cadre something to do in this village? Raises CadreNotFound, CadreNotInOffice."""
    await guard_cadres(connection, [cadre_id])
    cadre = await cadres.get(connection, cadre_id)
    require_serving_cadre(who, cadre, village_code)
    if not cadre.in_office(day_of(now)):
        raise CadreNotInOffice
