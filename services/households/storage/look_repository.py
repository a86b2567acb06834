"""Who looked at a household's record: written with the look, read by the household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, tuple_

from services.households.storage.tables import looks
from shared.db import Connection
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Look:
    look_id: UUID
    at: datetime
    actor_name: str
    role: str
    what: str
    reason: str | None


async def add_look(
    connection: Connection,
    household_id: UUID,
    *,
    actor: str,
    actor_name: str,
    role: str,
    what: str,
    reason: str | None = None,
) -> None:
    await connection.execute(
        insert(looks).values(
            household_id=household_id,
            look_id=new_id(),
            actor=actor,
            actor_name=actor_name,
            role=role,
            what=what,
            reason=reason,
        )
    )


async def add_looks(
    connection: Connection,
    household_ids: Sequence[UUID],
    *,
    actor: str,
    actor_name: str,
    role: str,
    what: str,
    reason: str | None,
) -> None:
    """The same look at each of these households."""
    shared = {"actor": actor, "actor_name": actor_name, "role": role, "what": what, "reason": reason}
    rows = [{"household_id": household_id, "look_id": new_id(), **shared} for household_id in household_ids]
    await connection.execute(insert(looks), rows)


async def looks_at(connection: Connection, household_id: UUID, after: UUID | None, limit: int) -> list[Look]:
    """Newest first; `after` is the last look of the page before."""
    statement = select(looks).where(looks.c.household_id == household_id).order_by(looks.c.look_id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(looks.c.look_id) < tuple_(after))
    return [
        Look(row.look_id, row.at, row.actor_name, row.role, row.what, row.reason)
        for row in await connection.execute(statement)
    ]
