"""What brought a wish or a need to each of its versions, by whom, and in which role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from services.households.domain.need import Need
from services.households.domain.wish import Actor, Wish
from services.households.storage.tables import needs, wishes
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class CareEvent:
    """`state`: where a wish stood afterwards; what happens to a need moves no state and names none."""

    version: int
    at: datetime
    event: str
    actor_name: str
    role: str
    note: str | None
    state: str | None = None


async def add_care_event(
    connection: Connection, of: Wish | Need, event: str, actor: Actor, at: datetime, note: str | None = None
) -> None:
    """What brought it to its present version."""
    table, key = _history(of)
    state = {"state": of.state} if "state" in table.c else {}
    by = {"actor": actor.subject, "actor_name": actor.name, "role": actor.role}
    row = {**key, **state, **by, "version": of.version, "at": at, "event": event, "note": note}
    await connection.execute(insert(table).values(**row))


async def care_events_of(connection: Connection, of: Wish | Need) -> list[CareEvent]:
    """Oldest first."""
    table, key = _history(of)
    kept = [column for column in table.c if column.name in CareEvent.__slots__]
    rows = await connection.execute(
        select(*kept).where(*(table.c[name] == value for name, value in key.items())).order_by(table.c.version)
    )
    return [CareEvent(**row._mapping) for row in rows]


def _history(of: Wish | Need) -> tuple[Table, Mapping[str, Any]]:
    if isinstance(of, Wish):
        return wishes.events, {"household_id": of.household_id, "wish_id": of.wish_id}
    return needs.events, {"household_id": of.household_id, "need_id": of.need_id}
