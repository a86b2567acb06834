"""Pairings: rows in, domain objects out; who answers for whom, now and before."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from services.cadres.domain.errors import HouseholdAlreadyPaired, PairingNotFound, PairingStale
from services.cadres.domain.pairing import Pairing
from services.cadres.storage.coverage_repository import note_pairings_begun, note_pairings_ended
from services.cadres.storage.queries import after_key, on_day, under
from services.cadres.storage.tables import cadres, households, pairings
from shared.change_log import Change
from shared.db import Connection, violated_constraint

Key = tuple[str, UUID]
HELPER = "pairing"


@dataclass(frozen=True, slots=True)
class PairingLine:
    """A pairing with the names that its readers need; `head` is masked."""

    pairing: Pairing
    village_code: str | None
    head: str | None
    cadre_name: str


_NAMES = tuple(f.name for f in fields(Pairing))
_COLUMNS = tuple(pairings.c[name] for name in _NAMES)


async def get_pairing(connection: Connection, pairing_id: UUID) -> PairingLine:
    """Raises PairingNotFound."""
    row = (await connection.execute(_lines().where(pairings.c.pairing_id == pairing_id))).one_or_none()
    if row is None:
        raise PairingNotFound
    return _line(row)


async def pairings_of_household(connection: Connection, household_id: UUID) -> list[PairingLine]:
    """All that this household had, the youngest first."""
    statement = (
        _lines()
        .where(pairings.c.household_id == household_id)
        .order_by(pairings.c.started_on.desc(), pairings.c.pairing_id.desc())
        .limit(100)
    )
    return [_line(row) for row in await connection.execute(statement)]


async def pairings_of_region(
    connection: Connection, region: str, day: date, *, cadre_id: UUID | None, after: Key | None, limit: int
) -> list[PairingLine]:
    """Those of a place that hold on a day, by village and household."""
    statement = (
        _lines()
        .where(under(households.c.village_code, region), on_day(pairings, day))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if cadre_id is not None:
        statement = statement.where(pairings.c.cadre_id == cadre_id)
    if after is not None:
        statement = statement.where(after_key(households.c.village_code, households.c.household_id, after))
    return [_line(row) for row in await connection.execute(statement)]


async def households_now(connection: Connection, cadre_id: UUID) -> int:
    """How many households the cadre answers for."""
    statement = select(func.count()).where(pairings.c.cadre_id == cadre_id, pairings.c.ended_on.is_(None))
    return (await connection.execute(statement)).scalar_one()


async def helper_of(connection: Connection, household_id: UUID) -> UUID | None:
    """The cadre who answers for this household."""
    statement = select(pairings.c.cadre_id).where(
        pairings.c.household_id == household_id, pairings.c.ended_on.is_(None)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def add_pairing(connection: Connection, pairing: Pairing, author: str) -> None:
    """Raises HouseholdAlreadyPaired: the database lets a household have one cadre at a time."""
    try:
        await connection.execute(insert(pairings).values(**pairing_row(pairing, author)))
        await note_pairings_begun(connection, _this(pairing))
    except IntegrityError as failure:
        if violated_constraint(failure) == "one_cadre_per_household":
            raise HouseholdAlreadyPaired from None
        raise


async def save_end(connection: Connection, pairing: Pairing, expected_version: int, author: str) -> None:
    """Writes the end of a pairing. Raises PairingStale."""
    written = await connection.execute(
        update(pairings)
        .where(_this(pairing), pairings.c.version == expected_version)
        .values(
            ended_on=pairing.ended_on,
            end_reason=pairing.end_reason,
            end_note=pairing.end_note,
            ended_by=author,
            version=pairing.version,
        )
    )
    if written.rowcount != 1:
        raise PairingStale
    await note_pairings_ended(connection, _this(pairing))


def _this(pairing: Pairing) -> ColumnElement[bool]:
    return and_(pairings.c.household_id == pairing.household_id, pairings.c.pairing_id == pairing.pairing_id)


async def open_pairing_of(connection: Connection, household_id: UUID) -> Pairing | None:
    """The pairing that the household has now."""
    statement = select(*_COLUMNS).where(pairings.c.household_id == household_id, pairings.c.ended_on.is_(None))
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Pairing(**row._mapping)


async def open_pairings_of(connection: Connection, cadre_id: UUID) -> list[PairingLine]:
    """What the cadre answers for now, by village and household."""
    statement = _lines().where(pairings.c.cadre_id == cadre_id, pairings.c.ended_on.is_(None))
    rows = await connection.execute(statement.order_by(households.c.village_code, pairings.c.household_id))
    return [_line(row) for row in rows]


async def open_households_of(connection: Connection, cadre_id: UUID) -> list[UUID]:
    statement = select(pairings.c.household_id).where(pairings.c.cadre_id == cadre_id, pairings.c.ended_on.is_(None))
    return list((await connection.execute(statement)).scalars())


def pairing_row(pairing: Pairing, author: str) -> dict[str, Any]:
    """The row as stored, also used by bulk loading."""
    return {**{name: getattr(pairing, name) for name in _NAMES}, "paired_by": author}


def helper_change(household_id: UUID, cadre_id: UUID | None, cadre_name: str | None) -> Change:
    """What households and credit may know: who answers for a household now, or that nobody does."""
    payload = {"cadre_id": str(cadre_id) if cadre_id else None, "cadre_name": cadre_name}
    return Change(HELPER, str(household_id), payload)


def helper_told(household_id: Any, cadre_id: Any, cadre_name: Any) -> tuple[Any, Any, Any]:
    """The same as columns of a statement: topic, key, payload."""
    payload = func.jsonb_build_object("cadre_id", cast(cadre_id, Text), "cadre_name", cadre_name)
    return literal(HELPER), cast(household_id, Text), payload


def helper_changes(household_ids: Iterable[UUID], cadre_id: UUID, cadre_name: str) -> list[Change]:
    return [helper_change(household_id, cadre_id, cadre_name) for household_id in household_ids]


def _lines() -> Select[Any]:
    return (
        select(*_COLUMNS, households.c.village_code, households.c.head, cadres.c.name.label("cadre_name"))
        .select_from(pairings)
        .join(cadres, cadres.c.cadre_id == pairings.c.cadre_id)
        .outerjoin(households, households.c.household_id == pairings.c.household_id)
    )


def _line(row: Row[Any]) -> PairingLine:
    values = dict(row._mapping)
    names = {name: values.pop(name) for name in ("village_code", "head", "cadre_name")}
    return PairingLine(Pairing(**values), **names)
