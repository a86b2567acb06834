"""A cadre writes down what it did on a day, besides what its visits and tasks tell by themselves; who may read it."""

from datetime import date
from uuid import UUID

from services.cadres.domain.task_errors import WorkLogAhead
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.work_log_repository import LogEntry, LogLine, add_entry, log_of
from services.cadres.use_cases.see import own_cadre_id, require_known_cadre
from shared.auth import Principal
from shared.db import Connection


async def write_work_log(
    connection: Connection, who: Principal, entry_id: UUID, on_day: date, what: str, today: date
) -> LogEntry:
    """Any past day may be written late. Raises NotPermitted, WorkLogAhead, WorkLogIdTaken."""
    entry = LogEntry(own_cadre_id(who), entry_id, on_day, what)
    if on_day > today:
        raise WorkLogAhead
    await add_entry(connection, entry)
    return entry


async def read_work_log(
    connection: Connection, cadres: CadreRepository, who: Principal, cadre_id: UUID, day: date
) -> list[LogLine]:
    """For the cadre itself and the officials of its place. Raises CadreNotFound."""
    require_known_cadre(who, await cadres.get(connection, cadre_id))
    return await log_of(connection, cadre_id, day)
