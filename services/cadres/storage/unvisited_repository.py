"""Households that nobody went to see since a day: the list of a place, and how many each place under it has."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import cadres, households, pairings, regions, visiting
from shared.clock import SHANGHAI
from shared.db import Connection

last = visiting.last
Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class UnvisitedLine:
    """A household on the register or monitored; `head` is masked, `visited_at` its last visit."""

    household_id: UUID
    village_code: str
    head: str
    people: int
    monitored: bool
    cadre_id: UUID | None
    cadre_name: str | None
    visited_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaceOfVisits:
    """Of the households on the register or monitored: how many, without a visit since the day, without any."""

    code: str
    name: str | None
    households: int
    unvisited: int
    never: int


async def unvisited_of(
    connection: Connection, region: str, since: date, after: Key | None, limit: int
) -> list[UnvisitedLine]:
    """By village and id."""
    held = and_(pairings.c.household_id == households.c.household_id, pairings.c.ended_on.is_(None))
    own = tuple(households.c[name] for name in UnvisitedLine.__slots__ if name in households.c)
    statement = (
        select(*own, pairings.c.cadre_id, cadres.c.name.label("cadre_name"), last.c.visited_at)
        .outerjoin(last, last.c.household_id == households.c.household_id)
        .outerjoin(pairings, held)
        .outerjoin(cadres, cadres.c.cadre_id == pairings.c.cadre_id)
        .where(under(households.c.village_code, region), _in_care(), _unvisited(since))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(after_key(households.c.village_code, households.c.household_id, after))
    return [UnvisitedLine(**row._mapping) for row in await connection.execute(statement)]


async def unvisited_by_place(connection: Connection, region: str, digits: int, since: date) -> list[PlaceOfVisits]:
    """By code: every place of that many digits under `region` that has such households."""
    code = func.left(households.c.village_code, digits)
    counted = (
        select(
            code.label("code"),
            func.count().label("households"),
            func.count().filter(_unvisited(since)).label("unvisited"),
            func.count().filter(last.c.visited_at.is_(None)).label("never"),
        )
        .select_from(households.outerjoin(last, last.c.household_id == households.c.household_id))
        .where(under(households.c.village_code, region), _in_care())
        .group_by(code)
        .subquery()
    )
    named = counted.outerjoin(regions, regions.c.code == counted.c.code)
    rows = await connection.execute(select(counted, regions.c.name).select_from(named).order_by(counted.c.code))
    return [PlaceOfVisits(**row._mapping) for row in rows]


def _in_care() -> ColumnElement[bool]:
    return or_(households.c.registered_poor, households.c.monitored)


def _unvisited(since: date) -> Any:
    return or_(last.c.visited_at.is_(None), last.c.visited_at < datetime.combine(since, time.min, SHANGHAI))
