"""Who looked at a household's credit record: banks' queries and officials' looks, in one list for the household."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, insert, literal, null, select, union_all

from services.credit.storage.tables import looks, query_log
from shared.clock import SHANGHAI
from shared.db import Connection
from shared.ids import new_id

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Look:
    """`kind` is `bank_query` or `look`; `status` (ok, refused) and `purpose` belong to a bank's query."""

    look_id: UUID
    at: datetime
    kind: str
    who: str
    what: str
    status: str | None
    reference: str | None


async def add_look(
    connection: Connection, household_id: UUID, *, actor: str, actor_name: str, role: str, what: str
) -> None:
    await connection.execute(
        insert(looks).values(
            household_id=household_id, look_id=new_id(), actor=actor, actor_name=actor_name, role=role, what=what
        )
    )


async def add_looks_of_bank(
    connection: Connection, household_ids: Collection[UUID], partner_id: str, partner_name: str, what: str
) -> None:
    """One for each of the households."""
    look = {"actor": partner_id, "actor_name": partner_name, "role": "bank", "what": what}
    if household_ids:
        await connection.execute(
            insert(looks), [{"household_id": one, "look_id": new_id(), **look} for one in household_ids]
        )


async def looks_at(connection: Connection, household_id: UUID, after: UUID | None, limit: int) -> list[Look]:
    """Newest first; `after` is the last one of the page before."""
    asked = select(
        query_log.c.query_id.label("look_id"),
        query_log.c.at,
        literal("bank_query", Text).label("kind"),
        query_log.c.partner_name.label("who"),
        query_log.c.purpose.label("what"),
        query_log.c.status,
        query_log.c.reference,
    ).where(query_log.c.household_id == household_id)
    looked = select(
        looks.c.look_id,
        looks.c.at,
        literal("look", Text).label("kind"),
        looks.c.actor_name.label("who"),
        looks.c.what,
        null().label("status"),
        null().label("reference"),
    ).where(looks.c.household_id == household_id)
    both = union_all(asked, looked).subquery("both_kinds")
    statement = select(both).order_by(both.c.look_id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(both.c.look_id < after)
    return [Look(**row._mapping) for row in await connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class LoggedQuery:
    """What a partner reads of its own queries of a day."""

    query_id: UUID
    at: datetime
    reference: str
    purpose: str
    status: str


async def queries_of_partner(
    connection: Connection, partner_id: str, day: date, after: UUID | None, limit: int
) -> Sequence[LoggedQuery]:
    """A partner's queries of one day in Asia/Shanghai, oldest first.

    A query's id begins with its time in milliseconds (UUIDv7), so that the day is a range of the index.
    """
    begin = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    statement = (
        select(
            query_log.c.query_id,
            query_log.c.at,
            query_log.c.reference,
            query_log.c.purpose,
            query_log.c.status,
        )
        .where(
            query_log.c.partner_id == partner_id,
            query_log.c.query_id >= _first_id_at(begin),
            query_log.c.query_id < _first_id_at(begin + timedelta(days=1)),
        )
        .order_by(query_log.c.query_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(query_log.c.query_id > after)
    return [LoggedQuery(**row._mapping) for row in await connection.execute(statement)]


def _first_id_at(at: datetime) -> UUID:
    return UUID(int=max(0, int(at.timestamp() * 1000)) << 80)
