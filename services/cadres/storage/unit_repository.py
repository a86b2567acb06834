"""Units: rows in, domain objects out."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.errors import UnitIdTaken, UnitNotFound, UnitStale
from services.cadres.domain.unit import Unit
from services.cadres.storage.queries import after_key, under
from services.cadres.storage.tables import units
from shared.db import Connection, violated_constraint

Key = tuple[str, UUID]


async def get_unit(connection: Connection, unit_id: UUID, *, lock: bool = False) -> Unit:
    """Raises UnitNotFound."""
    statement = select(units).where(units.c.unit_id == unit_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise UnitNotFound
    return _unit(row)


async def list_units(
    connection: Connection, region: str, *, kind: str | None, after: Key | None, limit: int
) -> list[Unit]:
    """Units of a place and of the places under it, by place and id."""
    statement = (
        select(units)
        .where(under(units.c.region_code, region))
        .order_by(units.c.region_code, units.c.unit_id)
        .limit(limit)
    )
    if kind is not None:
        statement = statement.where(units.c.kind == kind)
    if after is not None:
        statement = statement.where(after_key(units.c.region_code, units.c.unit_id, after))
    return [_unit(row) for row in await connection.execute(statement)]


async def add_unit(connection: Connection, unit: Unit) -> None:
    """Raises UnitIdTaken."""
    try:
        await connection.execute(insert(units).values(**asdict(unit)))
    except IntegrityError as failure:
        if violated_constraint(failure) == "units_pkey":
            raise UnitIdTaken from None
        raise


async def save_unit(connection: Connection, unit: Unit, expected_version: int) -> None:
    """Raises UnitStale."""
    written = await connection.execute(
        update(units).where(units.c.unit_id == unit.unit_id, units.c.version == expected_version).values(**asdict(unit))
    )
    if written.rowcount != 1:
        raise UnitStale


def _unit(row: Row[Any]) -> Unit:
    return Unit(**row._mapping)
