"""How evenly are households spread: by place, by unit, by cadre?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, case, exists, func, literal, or_, select, true

from services.cadres.storage.coverage_repository import UNCOVERED, coverage_below
from services.cadres.storage.queries import VILLAGE, after_key, on_day, under
from services.cadres.storage.tables import cadres, pairings, regions, units
from shared.db import Connection

Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class PlaceCoverage:
    """As `Coverage`, of a place one level under the one asked for."""

    code: str
    name: str | None
    poor_villages: int
    posts_filled: int
    posts_vacant: int
    poor_households: int
    paired: int
    unpaired: int


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """Of the cadres in office: how many, how many without a household, households in all, the least and most a head."""

    unit_id: UUID
    name: str
    region_code: str
    cadres: int
    idle: int
    households: int
    least: int
    most: int
    above_bound: int


@dataclass(frozen=True, slots=True)
class CadreLoad:
    """`bound` is the most that the rank may have."""

    cadre_id: UUID
    name: str
    unit_id: UUID
    rank: str
    region_code: str
    households: int
    bound: int


async def coverage_by_place(connection: Connection, region: str, digits: int, day: date) -> list[PlaceCoverage]:
    """By code: every place of that many digits under `region` that has villages."""
    below = (
        select(func.left(regions.c.code, digits))
        .where(regions.c.level == VILLAGE, under(regions.c.code, region))
        .distinct()
    )
    codes = sorted((await connection.execute(below)).scalars())
    covered = await coverage_below(connection, codes, region, day)
    names = await connection.execute(select(regions.c.code, regions.c.name).where(regions.c.code.in_(codes)))
    named = {row.code: row.name for row in names}
    return [PlaceCoverage(one, named.get(one), **asdict(covered.get(one, UNCOVERED))) for one in codes]


async def loads_by_unit(
    connection: Connection, region: str, bounds: Mapping[str, int], day: date, after: Key | None, limit: int
) -> list[UnitLoad]:
    """The units that have cadres in office in a place, by the unit's place and id; the cadres of that place count."""
    shown = _units_with_cadres(region, day, after, limit).subquery()
    people = _people(region, bounds, day).where(cadres.c.unit_id.in_(select(shown.c.unit_id))).subquery()
    statement = (
        select(
            shown,
            func.count(),
            func.count().filter(people.c.households == 0),
            func.sum(people.c.households).cast(Integer),
            func.min(people.c.households),
            func.max(people.c.households),
            func.count().filter(people.c.households > people.c.bound),
        )
        .select_from(people.join(shown, shown.c.unit_id == people.c.unit_id))
        .group_by(*shown.c)
        .order_by(shown.c.region_code, shown.c.unit_id)
    )
    return [UnitLoad(*row) for row in await connection.execute(statement)]


async def loads_by_cadre(
    connection: Connection,
    region: str,
    bounds: Mapping[str, int],
    day: date,
    *,
    unit_id: UUID | None,
    after: Key | None,
    limit: int,
) -> list[CadreLoad]:
    """The cadres in office in a place, by place and id."""
    statement = _people(region, bounds, day)
    if unit_id is not None:
        statement = statement.where(cadres.c.unit_id == unit_id)
    if after is not None:
        statement = statement.where(after_key(cadres.c.region_code, cadres.c.cadre_id, after))
    ordered = statement.order_by(cadres.c.region_code, cadres.c.cadre_id).limit(limit)
    return [CadreLoad(**row._mapping) for row in await connection.execute(ordered)]


def _people(region: str, bounds: Mapping[str, int], day: date) -> Select[Any]:
    """Each cadre's households are counted by themselves: only those of the page are, not everybody's."""
    load = (
        select(func.count().label("households"))
        .where(pairings.c.cadre_id == cadres.c.cadre_id, on_day(pairings, day))
        .lateral("load")
    )
    bound = case(*((cadres.c.rank == rank, most) for rank, most in bounds.items()), else_=literal(0))
    named = (cadres.c.cadre_id, cadres.c.name, cadres.c.unit_id, cadres.c.rank, cadres.c.region_code)
    return (
        select(*named, load.c.households, bound.label("bound"))
        .select_from(cadres.join(load, true()))
        .where(_in_office(region, day))
    )


def _units_with_cadres(region: str, day: date, after: Key | None, limit: int) -> Select[Any]:
    statement = (
        select(units.c.unit_id, units.c.name, units.c.region_code)
        .where(exists().where(cadres.c.unit_id == units.c.unit_id, _in_office(region, day)))
        .order_by(units.c.region_code, units.c.unit_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(after_key(units.c.region_code, units.c.unit_id, after))
    return statement


def _in_office(region: str, day: date) -> ColumnElement[bool]:
    return and_(
        under(cadres.c.region_code, region),
        cadres.c.valid_from <= day,
        or_(cadres.c.valid_to.is_(None), cadres.c.valid_to > day),
    )
