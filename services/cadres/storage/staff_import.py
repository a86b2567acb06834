"""What an import of units or cadres looks up and leaves behind."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.cadres.domain.staff_table import RowRefusal
from services.cadres.domain.unit import Unit
from services.cadres.storage.queries import under
from services.cadres.storage.tables import cadres, import_refusals, jobs, units
from shared.db import Connection


async def units_by_name(connection: Connection, names: Collection[str]) -> dict[str, list[Unit]]:
    """All units of these names, wherever they are."""
    wanted = bindparam("names", list(names), ARRAY(Text))
    found: dict[str, list[Unit]] = defaultdict(list)
    for row in await connection.execute(select(units).where(units.c.name == func.any(wanted))):
        found[row.name].append(Unit(**row._mapping))
    return found


async def cadre_ids_by_name(connection: Connection, names: Collection[str]) -> dict[tuple[UUID, str], list[UUID]]:
    """The cadres of these names by unit and name."""
    wanted = bindparam("names", list(names), ARRAY(Text))
    rows = await connection.execute(
        select(cadres.c.unit_id, cadres.c.name, cadres.c.cadre_id).where(cadres.c.name == func.any(wanted))
    )
    found: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for unit_id, name, cadre_id in rows:
        found[unit_id, name].append(cadre_id)
    return found


async def keep_refusals(connection: Connection, job_id: UUID, refusals: Sequence[RowRefusal]) -> None:
    if refusals:
        await connection.execute(insert(import_refusals), [{"job_id": job_id, **asdict(one)} for one in refusals])


async def forget_refusals(connection: Connection, job_id: UUID) -> None:
    """What an attempt before left."""
    await connection.execute(delete(import_refusals).where(import_refusals.c.job_id == job_id))


async def refusals_of(connection: Connection, job_id: UUID) -> list[RowRefusal]:
    """By row."""
    rows = await connection.execute(
        select(import_refusals.c.row, import_refusals.c.column, import_refusals.c.code, import_refusals.c.sentence)
        .where(import_refusals.c.job_id == job_id)
        .order_by(import_refusals.c.row)
    )
    return [RowRefusal(*row) for row in rows]


async def units_of_cadres(connection: Connection, region: str) -> dict[UUID, Unit]:
    """The units of a place and those of its cadres."""
    theirs = select(cadres.c.unit_id).where(under(cadres.c.region_code, region))
    rows = await connection.execute(
        select(units).where(or_(under(units.c.region_code, region), units.c.unit_id.in_(theirs)))
    )
    return {row.unit_id: Unit(**row._mapping) for row in rows}


async def jobs_not_ended(connection: Connection) -> list[UUID]:
    """Jobs of whatever kind whose files may still be wanted."""
    rows = await connection.execute(select(jobs.c.job_id).where(jobs.c.ended_at.is_(None)))
    return list(rows.scalars())
