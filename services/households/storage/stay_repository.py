"""A person's path: in which households they live and lived, from when to when.

The row of a member says the last stay in a household. When somebody comes back, the stay before is kept beside it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, Uuid, and_, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert

from services.households.domain.household_errors import MemberNotFound
from services.households.storage.tables import households, life, members
from shared.db import Connection

former = life.former_stays
_NAMES = ("household_id", "member_id", "relation", "joined_on", "left_on", "left_reason")


@dataclass(frozen=True, slots=True)
class Stay:
    """A person's time in one household; `joined_on` is None where the record begins with it."""

    household_id: UUID
    village_code: str
    relation: str
    joined_on: date | None
    left_on: date | None
    left_reason: str | None


async def keep_former_stays(connection: Connection, returning: Collection[tuple[UUID, UUID]]) -> None:
    """Before the rows of these members (household id, member id) are written as living there again."""
    columns = (literal([pair[place] for pair in returning], ARRAY(Uuid)) for place in (0, 1))
    asked = func.unnest(*columns).table_valued("household_id", "member_id").render_derived()
    there = and_(members.c.household_id == asked.c.household_id, members.c.member_id == asked.c.member_id)
    gone = select(*(members.c[name] for name in _NAMES)).join(asked, there).where(members.c.left_on.is_not(None))
    await connection.execute(insert(former).from_select(_NAMES, gone).on_conflict_do_nothing())


async def stays_of(connection: Connection, member_ids: Sequence[UUID], through: UUID) -> list[Stay]:
    """Where this person lives or lived, oldest first, under all member ids that the person has had.
    `through` is one of the households.

    Raises MemberNotFound for someone who never was of that household."""
    every = union_all(_stays(members, member_ids), _stays(former, member_ids)).subquery()
    rows = await connection.execute(
        select(every).order_by(every.c.joined_on.nulls_first(), every.c.left_on.nulls_last())
    )
    stays = [Stay(**row._mapping) for row in rows]
    if all(stay.household_id != through for stay in stays):
        raise MemberNotFound
    return stays


def _stays(table: Table, member_ids: Sequence[UUID]) -> Select[tuple[UUID, str, str, date, date, str]]:
    said = (table.c[name] for name in ("relation", "joined_on", "left_on", "left_reason"))
    return (
        select(table.c.household_id, households.c.village_code, *said)
        .join(households, households.c.household_id == table.c.household_id)
        .where(table.c.member_id.in_(member_ids))
    )
