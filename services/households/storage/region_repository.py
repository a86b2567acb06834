"""Places: every level from the province to the village unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.households.domain.household_errors import RegionNotFound, VillageUnknown
from services.households.domain.place_errors import VillageEnded
from services.households.storage.tables import households, regions
from shared.db import Connection
from shared.regions import prefix_range


@dataclass(frozen=True, slots=True)
class Region:
    """One place. `kind`: village or community for units; street, town, township; county; prefecture; province."""

    code: str
    name: str
    level: str
    kind: str
    parent: str | None
    poor_village: bool
    ended_on: date | None = None
    successor: str | None = None


async def get_region(connection: Connection, code: str, *, lock: bool = False) -> Region:
    """Raises RegionNotFound."""
    place = await find_region(connection, code, lock=lock)
    if place is None:
        raise RegionNotFound
    return place


async def find_region(connection: Connection, code: str, *, lock: bool = False) -> Region | None:
    statement = select(regions).where(regions.c.code == code)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return Region(**row._mapping) if row is not None else None


async def children_of(connection: Connection, code: str) -> list[Region]:
    """The places directly below that there are today, by code. Raises RegionNotFound for an unknown parent."""
    await get_region(connection, code)
    rows = await connection.execute(
        select(regions).where(regions.c.parent == code, regions.c.ended_on.is_(None)).order_by(regions.c.code)
    )
    return [Region(**row._mapping) for row in rows]


async def all_regions(connection: Connection) -> list[Region]:
    return [Region(**row._mapping) for row in await connection.execute(select(regions).order_by(regions.c.code))]


async def count_regions(connection: Connection) -> int:
    return (await connection.execute(select(func.count()).select_from(regions))).scalar_one()


async def save_regions(connection: Connection, places: Sequence[Region]) -> None:
    """Adds places and renames those that are there; never deletes one."""
    rows: list[dict[str, Any]] = [
        {f: getattr(place, f) for f in ("code", "name", "level", "kind", "parent", "poor_village")} for place in places
    ]
    for start in range(0, len(rows), 1000):
        statement = insert(regions).values(rows[start : start + 1000])
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["code"],
                set_={name: statement.excluded[name] for name in ("name", "level", "kind", "parent", "poor_village")},
            )
        )


async def require_village(connection: Connection, code: str) -> Region:
    """The village stays what it is until the transaction ends: nobody is registered in one that is just being merged.

    Raises VillageUnknown when no village or community has this code, VillageEnded when it was merged."""
    village = select(regions).where(regions.c.code == code, regions.c.level == "village")
    row = (await connection.execute(village.with_for_update(read=True))).one_or_none()
    if row is None:
        raise VillageUnknown
    if row.successor is not None:
        raise VillageEnded(successor=row.successor)
    return Region(**row._mapping)


async def place_name(connection: Connection, code: str) -> str:
    """The whole name of a place below the province: 巴中市通江县龙凤场镇龙凤村. Raises RegionNotFound."""
    place = await get_region(connection, code)
    names = [place.name]
    while place.parent is not None and place.level != "prefecture":
        place = await get_region(connection, place.parent)
        names.append(place.name)
    return "".join(reversed(names))


async def households_in(connection: Connection, region: str) -> int:
    """How many households a place has."""
    low, high = prefix_range(region)
    counted = await connection.execute(
        select(func.count())
        .select_from(households)
        .where(households.c.village_code >= low, households.c.village_code < high)
    )
    return counted.scalar_one()
