"""What is due at households, as the households service tells it: counts and days, never what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.cadres.storage.queries import under
from services.cadres.storage.tables import cadres, households, pairings, working
from shared.change_log import Change
from shared.db import Connection

TOPIC = "household_duty"
duties = working.household_duties
_COUNTS, _DAYS = ("open_cases", "open_problems"), ("check_due_on", "watch_due_on", "problem_due_on")
Key = tuple[date, UUID]


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A household with open problems of the ledger; `problem_due_on` is the first day, None when all are fixed and wait
    for a second person. `head` is masked.
    """

    household_id: UUID
    village_code: str
    head: str
    open_problems: int
    problem_due_on: date | None
    cadre_id: UUID | None
    cadre_name: str | None


async def keep_duties(connection: Connection, changes: Sequence[Change]) -> None:
    """The last of a page counts, so a replay gives the same."""
    known = {c.key: _row(c) for c in changes if c.topic == TOPIC}
    if known:
        statement = insert(duties)
        kept = {name: statement.excluded[name] for name in (*_COUNTS, *_DAYS)}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["household_id"], set_=kept), list(known.values())
        )


async def problems_of_region(
    connection: Connection, region: str, overdue_on: date | None, after: Key | None, limit: int
) -> list[ProblemLine]:
    """By the first day on which one is due, those without a day last. `overdue_on`: due before this day."""
    statement = _lines().where(under(households.c.village_code, region))
    if overdue_on is not None:
        statement = statement.where(duties.c.problem_due_on < overdue_on)
    day = duties.c.problem_due_on
    if after is not None:
        first, last_id = after
        later = tuple_(day, duties.c.household_id) > tuple_(first, last_id)
        endless = and_(day.is_(None), duties.c.household_id > last_id) if first == date.max else day.is_(None)
        statement = statement.where(or_(later, endless))
    rows = await connection.execute(statement.order_by(day, duties.c.household_id).limit(limit))
    return [ProblemLine(**row._mapping) for row in rows]


async def problems_of_cadre(connection: Connection, cadre_id: UUID) -> list[ProblemLine]:
    """Of the households that the cadre answers for; whole, since a cadre's bound keeps them few."""
    rows = await connection.execute(
        _lines().where(pairings.c.cadre_id == cadre_id).order_by(duties.c.problem_due_on, duties.c.household_id)
    )
    return [ProblemLine(**row._mapping) for row in rows]


def _lines() -> Any:
    held = and_(pairings.c.household_id == duties.c.household_id, pairings.c.ended_on.is_(None))
    return (
        select(
            duties.c.household_id,
            households.c.village_code,
            households.c.head,
            duties.c.open_problems,
            duties.c.problem_due_on,
            pairings.c.cadre_id,
            cadres.c.name.label("cadre_name"),
        )
        .join(households, households.c.household_id == duties.c.household_id)
        .outerjoin(pairings, held)
        .outerjoin(cadres, cadres.c.cadre_id == pairings.c.cadre_id)
        .where(duties.c.open_problems > 0)
    )


def _row(change: Change) -> dict[str, Any]:
    days = {name: change.payload[name] and date.fromisoformat(change.payload[name]) for name in _DAYS}
    return {"household_id": UUID(change.key), **{name: change.payload[name] for name in _COUNTS}, **days}
