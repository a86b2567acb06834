"""Lists and searches of households: always within a place, masked, in a stable order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Executable,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
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
_LAST_CHARACTER = "\U0010ffff"
"""Names are in the order of their code points (C.UTF-8), so what begins with a word comes before the word and this."""
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
    statement = _page(region, reach, after, limit)
    if status is not None:
        statement = statement.where(households.c.status == status)
    return [Line(*row) for row in await connection.execute(statement)]


async def search_by_name(
    connection: Connection, name: str, region: str, reach: Reach, *, after: tuple[str, UUID] | None, limit: int
) -> list[Line]:
    """Households with a living member whose name begins or ends so, within a place.

    Rare names are gone for by the index of names; of common ones the villages in their order soon have a page full."""
    many, lines = await _of_few_called(connection, name, region, reach, after, limit)
    return await _of_many_called(connection, name, region, reach, after, limit) if many else lines


async def _of_few_called(
    connection: Connection, name: str, region: str, reach: Reach, after: tuple[str, UUID] | None, limit: int
) -> tuple[bool, list[Line]]:
    """Are so called too many to go through all of them? If not, the lines of those that are asked for."""
    low, high = prefix_range(region)
    few = union_all(
        *(
            select(members.c.household_id)
            .where(members.c.left_on.is_(None), members.c.village_code >= low, members.c.village_code < high, so)
            .limit(_FEW)
            for so in _called(name)
        )
    ).cte("few")
    ids = select(few.c.household_id).distinct().subquery("ids")
    lines = (
        _page(region, reach, after, limit).join(ids, ids.c.household_id == households.c.household_id).subquery("lines")
    )
    counted = select(func.count().label("found")).select_from(few).subquery("counted")
    rows = await connection.execute(
        select(counted, lines)
        .select_from(counted.outerjoin(lines, true()))
        .order_by(lines.c.village_code, lines.c.household_id)
    )
    found = rows.all()
    if found[0].found >= _FEW:
        return True, []
    return False, [Line(*row[1:]) for row in found if row.household_id is not None]


async def _of_many_called(
    connection: Connection, name: str, region: str, reach: Reach, after: tuple[str, UUID] | None, limit: int
) -> list[Line]:
    someone = (
        select(literal(1))
        .where(members.c.household_id == households.c.household_id, members.c.left_on.is_(None), or_(*_called(name)))
        .limit(1)
        .lateral("someone")
    )
    rows = await connection.execute(_page(region, reach, after, limit).join(someone, true()))
    return [Line(*row) for row in rows]


def _called(name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Names that begin so, and names that end so: as ranges, which an index serves whatever the name is. A LIKE is
    planned anew for a name or else, as soon as the statement is kept prepared, without the index."""
    begin, end = members.c.name, func.reverse(members.c.name)
    backwards = name[::-1]
    return (
        and_(begin >= name, begin < name + _LAST_CHARACTER),
        and_(end >= backwards, end < backwards + _LAST_CHARACTER),
    )


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
    return await _lines(connection, _among(ids), region, reach, limit)


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
    connection: Connection, condition: ColumnElement[bool], region: str, reach: Reach, limit: int
) -> list[Line]:
    rows = await connection.execute(_page(region, reach, None, limit).where(condition))
    return [Line(*row) for row in rows]


def _page(region: str, reach: Reach, after: tuple[str, UUID] | None, limit: int) -> Select[Any]:
    """Open households of a place that the asker may see, by village and id; `after` is the last line's key."""
    low, high = prefix_range(region)
    statement = (
        select(*_LINE)
        .where(_OPEN, households.c.village_code >= low, households.c.village_code < high, within(reach))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if after is None:
        return statement
    village, last = after
    return statement.where(
        households.c.village_code >= village,
        or_(households.c.village_code > village, households.c.household_id > last),
    )


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
