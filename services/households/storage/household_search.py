"""Lists and searches of households: always within a place, masked, in a stable order."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Executable,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from services.households.storage.tables import helpers, households, members, persons
from shared.crypto import FieldCipher
from shared.db import Connection
from shared.regions import prefix_range


@dataclass(frozen=True, slots=True)
class Line:
    """A household in a list."""

    household_id: UUID
    village_code: str
    head_name: str
    people: int
    status: str
    monitoring_type: str | None
    register_number: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose rows the asker may see: everything under these places, or the households of this cadre, or this one."""

    scopes: tuple[str, ...] = ()
    cadre_id: UUID | None = None
    household_id: UUID | None = None


_LINE = (
    households.c.household_id,
    households.c.village_code,
    households.c.head_name,
    households.c.people,
    households.c.status,
    households.c.monitoring_type,
    households.c.register_number,
    households.c.version,
)
_FEW = 2_000
_OPEN = households.c.closed_on.is_(None)


async def list_households(
    connection: Connection,
    region: str,
    reach: Reach,
    *,
    status: str | None = None,
    after: tuple[str, UUID] | None = None,
    limit: int,
) -> list[Line]:
    """By village and id; `after` is the last line's key."""
    low, high = prefix_range(region)
    statement = (
        select(*_LINE)
        .where(_OPEN, households.c.village_code >= low, households.c.village_code < high, within(reach))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if status is not None:
        statement = statement.where(households.c.status == status)
    if after is not None:
        village, last = after
        statement = statement.where(
            households.c.village_code >= village,
            or_(households.c.village_code > village, households.c.household_id > last),
        )
    return [Line(**row._mapping) for row in await connection.execute(statement)]


async def search_by_name(
    connection: Connection, name: str, region: str, reach: Reach, *, after: tuple[str, UUID] | None, limit: int
) -> list[Line]:
    """Households with a living member whose name begins or ends so, within a place."""
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    low, high = prefix_range(region)
    begins = members.c.name.like(f"{escaped}%")
    ends = func.reverse(members.c.name).like(f"{_reversed(escaped)}%")
    called = [
        select(members.c.household_id).where(
            members.c.left_on.is_(None), members.c.village_code >= low, members.c.village_code < high, so
        )
        for so in (begins, ends)
    ]
    # The planner takes every name to be common. Rare ones are gone for by the index of names; of common ones the
    # villages in their order soon have a page full.
    few = await connection.execute(union_all(*(one.limit(_FEW) for one in called)))
    found = {row[0] for row in few}
    if len(found) < _FEW:
        return await _lines(connection, _among(found), region, reach, after, limit)
    return await _lines(connection, households.c.household_id.in_(union_all(*called)), region, reach, after, limit)


async def search_by_index(
    connection: Connection, cipher: FieldCipher, column: str, value: str, region: str, reach: Reach, *, limit: int
) -> list[Line]:
    """Households with this exact ID number or phone (of the household or a member), by blind index."""
    index = cipher.blind_index(column, value)
    found: Executable = select(persons.c.household_id).where(persons.c.id_number_index == index)
    if column == "phone":
        found = union(
            select(members.c.household_id).where(members.c.phone_index == index, members.c.left_on.is_(None)),
            select(households.c.household_id).where(households.c.phone_index == index),
        )
    ids = {row[0] for row in await connection.execute(found)}
    return await _lines(connection, _among(ids), region, reach, None, limit)


@dataclass(frozen=True, slots=True)
class FoundMember:
    household_id: UUID
    member_id: UUID
    name: str


async def member_by_numbers(
    connection: Connection, cipher: FieldCipher, id_number: str, phone: str
) -> FoundMember | None:
    """The living member with this ID number whose own or whose household's phone is this one."""
    phone_index = cipher.blind_index("phone", phone)
    found = await connection.execute(
        select(members.c.household_id, members.c.member_id, members.c.name)
        .join(
            persons, and_(persons.c.household_id == members.c.household_id, persons.c.member_id == members.c.member_id)
        )
        .join(households, households.c.household_id == members.c.household_id)
        .where(
            persons.c.id_number_index == cipher.blind_index("id_number", id_number),
            members.c.left_on.is_(None),
            or_(members.c.phone_index == phone_index, households.c.phone_index == phone_index),
        )
    )
    row = found.one_or_none()
    return None if row is None else FoundMember(row.household_id, row.member_id, row.name)


def _among(ids: Iterable[UUID]) -> ColumnElement[bool]:
    return households.c.household_id == func.any(bindparam("ids", list(ids), ARRAY(Uuid)))


async def _lines(
    connection: Connection,
    condition: ColumnElement[bool],
    region: str,
    reach: Reach,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[Line]:
    low, high = prefix_range(region)
    statement = (
        select(*_LINE)
        .where(_OPEN, condition, households.c.village_code >= low, households.c.village_code < high, within(reach))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if after is not None:
        village, last = after
        statement = statement.where(
            or_(
                households.c.village_code > village,
                and_(households.c.village_code == village, households.c.household_id > last),
            )
        )
    return [Line(**row._mapping) for row in await connection.execute(statement)]


def within(reach: Reach) -> ColumnElement[bool]:
    """The rows that the asker may see; nothing when the asker has no reach at all."""
    ways: list[ColumnElement[bool]] = []
    for scope in reach.scopes:
        low, high = prefix_range(scope)
        ways.append(and_(households.c.village_code >= low, households.c.village_code < high))
    if reach.cadre_id is not None:
        mine = select(helpers.c.household_id).where(helpers.c.cadre_id == reach.cadre_id)
        ways.append(households.c.household_id.in_(mine))
    if reach.household_id is not None:
        ways.append(households.c.household_id == reach.household_id)
    return or_(*ways) if ways else households.c.household_id.is_(None)


def _reversed(escaped: str) -> str:
    r"""Reverses a LIKE pattern part without tearing its escapes: `a\%b` becomes `b\%a`."""
    chars = iter(escaped)
    parts = [char + next(chars) if char == "\\" else char for char in chars]
    return "".join(reversed(parts))


async def helper_of(connection: Connection, household_id: UUID) -> UUID | None:
    """The cadre responsible for this household, as the cadres service last said."""
    found = await connection.execute(select(helpers.c.cadre_id).where(helpers.c.household_id == household_id))
    return found.scalar_one_or_none()


async def households_after(
    connection: Connection, region: str, after: tuple[str, UUID] | None, limit: int
) -> list[tuple[str, UUID]]:
    """Village and id of the next open households of a place, in that order."""
    low, high = prefix_range(region)
    statement = (
        select(households.c.village_code, households.c.household_id)
        .where(_OPEN, households.c.village_code >= low, households.c.village_code < high)
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if after is not None:
        key = tuple_(households.c.village_code, households.c.household_id)
        statement = statement.where(key > tuple_(*(literal(part) for part in after)))
    return [(row[0], row[1]) for row in await connection.execute(statement)]


async def villages_of(connection: Connection, household_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Household → its village's code, for those that are there."""
    wanted = households.c.household_id.in_(list(household_ids))
    rows = await connection.execute(select(households.c.household_id, households.c.village_code).where(wanted))
    return {row[0]: row[1] for row in rows}


async def helper_name_of(connection: Connection, household_id: UUID) -> str | None:
    found = await connection.execute(select(helpers.c.cadre_name).where(helpers.c.household_id == household_id))
    return found.scalar_one_or_none()
