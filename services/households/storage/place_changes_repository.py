"""Renamed and merged places: what a place was called, what it consists of, and where its households went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update

from services.households.storage.change_repository import Author
from services.households.storage.region_repository import Region
from services.households.storage.tables import households, members, place_changes, regions
from shared.db import Connection
from shared.ids import new_id

RENAMED, MERGED = "renamed", "merged"
MOST_HOPS = 10
"""So often a village can have been merged onwards; more would be a circle."""


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """`code` was called `old_name` until `happened_on`; `into` is what a merged one belongs to since."""

    code: str
    kind: str
    happened_on: date
    old_name: str
    name: str
    into: str | None
    document: str


async def current_code(connection: Connection, code: str) -> str:
    """The code under which a place is found today: its own, or its last successor's."""
    for _ in range(MOST_HOPS):
        found = await connection.execute(select(regions.c.successor).where(regions.c.code == code))
        successor = found.scalar_one_or_none()
        if successor is None:
            return code
        code = successor
    return code


async def changes_of_place(connection: Connection, code: str) -> list[PlaceChange]:
    """What happened to this place and to those that were merged into it, latest first."""
    rows = await connection.execute(
        select(place_changes)
        .where(or_(place_changes.c.code == code, place_changes.c.into == code))
        .order_by(place_changes.c.happened_on.desc(), place_changes.c.change_id.desc())
    )
    return [
        PlaceChange(row.code, row.kind, row.happened_on, row.old_name, row.name, row.into, row.document) for row in rows
    ]


async def former_names(connection: Connection) -> dict[str, list[str]]:
    """Code → what it was called before."""
    found: dict[str, list[str]] = {}
    for row in await connection.execute(select(place_changes.c.code, place_changes.c.old_name)):
        found.setdefault(row[0], []).append(row[1])
    return found


async def revised_codes(connection: Connection) -> frozenset[str]:
    """Places of which officials know better than what the product ships."""
    rows = await connection.execute(select(place_changes.c.code, place_changes.c.into))
    return frozenset(code for row in rows for code in row if code is not None)


async def find_places(connection: Connection, name: str, limit: int) -> list[Region]:
    """Places whose present or former name begins so; a merged one stands with its successor."""
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    once = select(place_changes.c.code).where(place_changes.c.old_name.like(escaped))
    rows = await connection.execute(
        select(regions)
        .where(or_(regions.c.name.like(escaped), regions.c.code.in_(once)))
        .order_by(regions.c.code)
        .limit(limit)
    )
    return [Region(**row._mapping) for row in rows]


async def add_place_change(connection: Connection, change: PlaceChange, author: Author) -> None:
    await connection.execute(
        insert(place_changes).values(
            code=change.code,
            change_id=new_id(),
            kind=change.kind,
            happened_on=change.happened_on,
            old_name=change.old_name,
            name=change.name,
            into=change.into,
            document=change.document,
            actor=author.subject,
            actor_name=author.name,
        )
    )


async def end_place(connection: Connection, code: str, into: str, on: date) -> None:
    """The place stays, with the day of its end and its successor."""
    await connection.execute(update(regions).where(regions.c.code == code).values(ended_on=on, successor=into))


async def open_households_in(connection: Connection, village_code: str) -> list[UUID]:
    """Locked until the transaction ends, in one order."""
    rows = await connection.execute(
        select(households.c.household_id)
        .where(households.c.village_code == village_code, households.c.closed_on.is_(None))
        .order_by(households.c.household_id)
        .with_for_update()
    )
    return list(rows.scalars())


async def move_households(connection: Connection, household_ids: Sequence[UUID], into: str) -> None:
    """All of them live in the other village from now on, each as its next version."""
    wanted = households.c.household_id.in_(household_ids)
    await connection.execute(
        update(households)
        .where(wanted)
        .values(village_code=into, version=households.c.version + 1, updated_at=func.now())
    )
    await connection.execute(
        update(members)
        .where(members.c.household_id.in_(household_ids), members.c.left_on.is_(None))
        .values(village_code=into)
    )
