"""A cadre's working log (日志) of a day: what it wrote down, and by themselves its visits and steps of tasks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import insert

from services.cadres.domain.task_errors import WorkLogIdTaken
from services.cadres.storage.tables import visiting, working
from shared.clock import SHANGHAI
from shared.db import Connection

entries, steps, tasks, visits = working.work_log, working.steps, working.tasks, visiting.visits


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Written by the cadre itself for a day."""

    cadre_id: UUID
    entry_id: UUID
    on_day: date
    what: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """`kind` is note, visit or task; `thing_id` the entry, visit or task. A visit's words are read at the visit."""

    at: datetime
    kind: str
    thing_id: UUID
    village_code: str | None
    household_id: UUID | None
    state: str | None
    what: str | None


async def add_entry(connection: Connection, entry: LogEntry) -> None:
    """Once; told again it changes nothing. Raises WorkLogIdTaken."""
    values = {name: getattr(entry, name) for name in LogEntry.__slots__}
    written = await connection.execute(
        insert(entries).values(**values).on_conflict_do_nothing().returning(entries.c.entry_id)
    )
    if written.one_or_none() is not None:
        return
    own = and_(entries.c.cadre_id == entry.cadre_id, entries.c.entry_id == entry.entry_id)
    standing = (await connection.execute(select(entries.c.on_day, entries.c.what).where(own))).one()
    if tuple(standing) != (entry.on_day, entry.what):
        raise WorkLogIdTaken


async def log_of(connection: Connection, cadre_id: UUID, day: date) -> list[LogLine]:
    """Whole, by time: one person's day."""
    no_text, no_id = cast(null(), Text), cast(null(), entries.c.entry_id.type)
    notes = select(
        entries.c.written_at.label("at"),
        literal("note").label("kind"),
        entries.c.entry_id.label("thing_id"),
        no_text.label("village_code"),
        no_id.label("household_id"),
        no_text.label("state"),
        entries.c.what,
    ).where(entries.c.cadre_id == cadre_id, entries.c.on_day == day)
    made = select(
        visits.c.visited_at, literal("visit"), visits.c.visit_id, visits.c.village_code, visits.c.household_id,
        visits.c.kind, no_text,
    ).where(visits.c.cadre_id == cadre_id, visits.c.void_at.is_(None), _within(visits.c.visited_at, day))  # fmt: skip
    of_task = and_(tasks.c.village_code == steps.c.village_code, tasks.c.task_id == steps.c.task_id)
    taken = (
        select(
            steps.c.at, literal("task"), steps.c.task_id, steps.c.village_code, tasks.c.household_id, steps.c.state,
            tasks.c.what,
        )
        .join(tasks, of_task)
        .where(steps.c.cadre_id == cadre_id, _within(steps.c.at, day))
    )  # fmt: skip
    every = union_all(notes, made, taken).subquery()
    rows = await connection.execute(select(every).order_by(every.c.at, every.c.thing_id))
    return [LogLine(**row._mapping) for row in rows]


def _within(at: Any, day: date) -> ColumnElement[bool]:
    begins = datetime.combine(day, time.min, SHANGHAI)
    return and_(at >= begins, at < begins + timedelta(days=1))
