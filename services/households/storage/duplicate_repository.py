"""People who may be in the record twice: same name, same birth date, same township, two ID numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, bindparam, case, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from services.households.domain.duplicate_errors import DuplicateNotFound
from services.households.storage.change_repository import Author
from services.households.storage.tables import households, likely_duplicates, members
from shared.db import Connection
from shared.regions import prefix_range

pairs = likely_duplicates
TOWNSHIP_DIGITS = 9
MOST_EACH = 20
"""So many namesakes born on one day in one township are a village's custom and not so many mistakes."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two; `id_number` is still sealed."""

    household_id: UUID
    member_id: UUID
    village_code: str
    relation: str
    register_number: str | None
    id_number: bytes


@dataclass(frozen=True, slots=True)
class Pair:
    pair_id: UUID
    state: str
    name: str
    birth_date: date
    found_at: datetime
    sides: tuple[Side, Side]


async def flag_likely_duplicates(connection: Connection, household_ids: Sequence[UUID]) -> int:
    """Compares those who live in these households with their township; how many pairs are new."""
    mine, theirs = members.alias("mine"), members.alias("theirs")
    township = func.left(mine.c.village_code, TOWNSHIP_DIGITS)
    twins = (
        select(theirs.c.household_id, theirs.c.member_id)
        .where(
            theirs.c.left_on.is_(None),
            theirs.c.name == mine.c.name,
            theirs.c.birth_date == mine.c.birth_date,
            theirs.c.village_code.between(township + "000", township + "999"),
            theirs.c.member_id != mine.c.member_id,
        )
        .limit(MOST_EACH)
        .lateral("twins")
    )
    first = mine.c.member_id < twins.c.member_id
    found = (
        select(
            case((first, mine.c.household_id), else_=twins.c.household_id),
            func.least(mine.c.member_id, twins.c.member_id),
            case((first, twins.c.household_id), else_=mine.c.household_id),
            func.greatest(mine.c.member_id, twins.c.member_id),
        )
        .select_from(mine.join(twins, true()))
        .where(
            mine.c.household_id == func.any(bindparam("ids", list(household_ids), ARRAY(Uuid))),
            mine.c.left_on.is_(None),
        )
        .distinct()
    )
    columns = ["household_id", "member_id", "other_household_id", "other_member_id"]
    done = await connection.execute(insert(pairs).from_select(columns, found).on_conflict_do_nothing())
    return done.rowcount


async def open_pairs(connection: Connection, region: str, after: UUID | None, limit: int) -> list[Pair]:
    """Pairs with somebody in this place, both of whom still live where they were found."""
    low, high = prefix_range(region)
    mine, theirs = households.alias("mine_home"), households.alias("their_home")
    statement = (
        _pairs(mine, theirs)
        .where(
            pairs.c.state == literal("open", literal_execute=True),
            or_(
                and_(mine.c.village_code >= low, mine.c.village_code < high),
                and_(theirs.c.village_code >= low, theirs.c.village_code < high),
            ),
        )
        .order_by(pairs.c.pair_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(pairs.c.pair_id > after)
    return [_pair(row) for row in await connection.execute(statement)]


async def count_open_pairs(connection: Connection, household_id: UUID) -> int:
    """How many open pairs this household is in."""
    counted = await connection.execute(
        select(func.count())
        .select_from(pairs)
        .where(
            pairs.c.state == literal("open", literal_execute=True),
            or_(pairs.c.household_id == household_id, pairs.c.other_household_id == household_id),
        )
    )
    return counted.scalar_one()


async def get_pair(connection: Connection, pair_id: UUID) -> Pair:
    """Locked until the transaction ends. Raises DuplicateNotFound."""
    mine, theirs = households.alias("mine_home"), households.alias("their_home")
    statement = _pairs(mine, theirs).where(pairs.c.pair_id == pair_id).with_for_update(of=pairs)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise DuplicateNotFound
    return _pair(row)


async def decide(
    connection: Connection, pair_id: UUID, state: str, kept: UUID | None, on: date, author: Author, reason: str
) -> None:
    await connection.execute(
        update(pairs)
        .where(pairs.c.pair_id == pair_id)
        .values(
            state=state,
            kept_member_id=kept,
            decided_on=on,
            decided_by=author.subject,
            decided_by_name=author.name,
            reason=reason,
        )
    )


async def merged_into(connection: Connection, member_id: UUID) -> list[UUID]:
    """The other registrations of this person, as far as it was decided."""
    rows = await connection.execute(
        select(pairs.c.member_id, pairs.c.other_member_id).where(pairs.c.kept_member_id == member_id)
    )
    return [one for row in rows for one in (row[0], row[1]) if one != member_id]


def _pairs(mine: Any, theirs: Any) -> Any:
    one, other = members.alias("one"), members.alias("other")
    return (
        select(
            pairs.c.pair_id,
            pairs.c.state,
            pairs.c.found_at,
            one.c.name,
            one.c.birth_date,
            *_side(pairs.c.household_id, one, mine, "one"),
            *_side(pairs.c.other_household_id, other, theirs, "other"),
        )
        .join(one, and_(one.c.household_id == pairs.c.household_id, one.c.member_id == pairs.c.member_id))
        .join(
            other,
            and_(other.c.household_id == pairs.c.other_household_id, other.c.member_id == pairs.c.other_member_id),
        )
        .join(mine, mine.c.household_id == pairs.c.household_id)
        .join(theirs, theirs.c.household_id == pairs.c.other_household_id)
        .where(or_(pairs.c.state != "open", and_(one.c.left_on.is_(None), other.c.left_on.is_(None))))
    )


def _side(household_id: Any, member: Any, home: Any, prefix: str) -> tuple[Any, ...]:
    return (
        household_id.label(f"{prefix}_household_id"),
        member.c.member_id.label(f"{prefix}_member_id"),
        home.c.village_code.label(f"{prefix}_village_code"),
        member.c.relation.label(f"{prefix}_relation"),
        home.c.register_number.label(f"{prefix}_register_number"),
        member.c.id_number.label(f"{prefix}_id_number"),
    )


def _pair(row: Any) -> Pair:
    def side(prefix: str) -> Side:
        return Side(**{name: getattr(row, f"{prefix}_{name}") for name in Side.__slots__})

    return Pair(row.pair_id, row.state, row.name, row.birth_date, row.found_at, (side("one"), side("other")))
