"""Pairings of organisations with villages, and their activities: rows in, domain objects out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.village_pairing import Activity, VillagePairing, VillagePairingKind
from services.cadres.domain.village_pairing_errors import (
    VillagePairingExists,
    VillagePairingNotFound,
    VillagePairingStale,
)
from services.cadres.storage.queries import after_key, on_day, under
from services.cadres.storage.tables import organisations, regions, units
from shared.db import Connection, violated_constraint

pairings, activities = organisations.pairings, organisations.activities
Key = tuple[str, UUID]
_NAMES = tuple(f.name for f in fields(VillagePairing))


@dataclass(frozen=True, slots=True)
class VillagePairingLine:
    pairing: VillagePairing
    unit_name: str
    village: str | None


async def add_village_pairing(connection: Connection, pairing: VillagePairing, author: str) -> None:
    """Raises VillagePairingExists: the database lets a unit and a village have one pairing of a kind at a time."""
    try:
        await connection.execute(insert(pairings).values(**asdict(pairing), paired_by=author))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_pairing_of_unit_and_village":
            raise VillagePairingExists from None
        raise


async def get_village_pairing(connection: Connection, pairing_id: UUID) -> VillagePairingLine:
    """Raises VillagePairingNotFound."""
    row = (await connection.execute(_lines().where(pairings.c.village_pairing_id == pairing_id))).one_or_none()
    if row is None:
        raise VillagePairingNotFound
    return _line(row)


async def village_pairings_of(
    connection: Connection,
    region: str,
    day: date,
    *,
    kind: VillagePairingKind | None,
    unit_id: UUID | None,
    after: Key | None,
    limit: int,
) -> list[VillagePairingLine]:
    """Those of a place that hold on a day, by village and id."""
    statement = _lines().where(under(pairings.c.village_code, region), on_day(pairings, day))
    if kind is not None:
        statement = statement.where(pairings.c.kind == kind)
    if unit_id is not None:
        statement = statement.where(pairings.c.unit_id == unit_id)
    if after is not None:
        statement = statement.where(after_key(pairings.c.village_code, pairings.c.village_pairing_id, after))
    ordered = statement.order_by(pairings.c.village_code, pairings.c.village_pairing_id).limit(limit)
    return [_line(row) for row in await connection.execute(ordered)]


async def branch_pairings_in_year(
    connection: Connection, region: str, year: int, after: Key | None, limit: int
) -> list[VillagePairingLine]:
    """Branch pairings of a place that held on some day of a year, by village and id."""
    seen = or_(pairings.c.ended_on.is_(None), pairings.c.ended_on > date(year, 1, 1))
    statement = _lines().where(
        under(pairings.c.village_code, region), pairings.c.kind == "branch", seen,
        pairings.c.started_on <= date(year, 12, 31),
    )  # fmt: skip
    if after is not None:
        statement = statement.where(after_key(pairings.c.village_code, pairings.c.village_pairing_id, after))
    ordered = statement.order_by(pairings.c.village_code, pairings.c.village_pairing_id).limit(limit)
    return [_line(row) for row in await connection.execute(ordered)]


async def save_village_pairing_end(
    connection: Connection, pairing: VillagePairing, expected_version: int, author: str
) -> None:
    """Raises VillagePairingStale."""
    written = await connection.execute(
        update(pairings)
        .where(
            pairings.c.village_code == pairing.village_code,
            pairings.c.village_pairing_id == pairing.village_pairing_id,
            pairings.c.version == expected_version,
        )
        .values(ended_on=pairing.ended_on, end_note=pairing.end_note, ended_by=author, version=pairing.version)
    )
    if written.rowcount != 1:
        raise VillagePairingStale


async def add_activity(connection: Connection, activity: Activity, author: str) -> None:
    await connection.execute(insert(activities).values(**asdict(activity), recorded_by=author))


async def activities_of(
    connection: Connection, found: Sequence[VillagePairing], year: int
) -> Mapping[UUID, Sequence[Activity]]:
    """The activities of these pairings in a year, by pairing, the oldest first."""
    rows = await connection.execute(
        select(*(activities.c[f.name] for f in fields(Activity)))
        .where(
            activities.c.village_code.in_({one.village_code for one in found}),
            activities.c.village_pairing_id.in_([one.village_pairing_id for one in found]),
            activities.c.held_on >= date(year, 1, 1),
            activities.c.held_on <= date(year, 12, 31),
        )
        .order_by(activities.c.held_on, activities.c.activity_id)
    )
    by_pairing: dict[UUID, list[Activity]] = defaultdict(list)
    for row in rows:
        by_pairing[row.village_pairing_id].append(Activity(**row._mapping))
    return by_pairing


def _lines() -> Select[Any]:
    return select(
        *(pairings.c[name] for name in _NAMES), units.c.name.label("unit_name"), regions.c.name.label("village")
    ).select_from(
        pairings.join(units, units.c.unit_id == pairings.c.unit_id).outerjoin(
            regions, regions.c.code == pairings.c.village_code
        )
    )


def _line(row: Row[Any]) -> VillagePairingLine:
    values = dict(row._mapping)
    pairing = VillagePairing(**{name: values.pop(name) for name in _NAMES})
    return VillagePairingLine(pairing, **values)
