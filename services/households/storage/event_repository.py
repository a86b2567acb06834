"""The events of households."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select

from services.households.storage.change_repository import Author
from services.households.storage.tables import life
from shared.db import Connection

events = life.events


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as it stands with one of its households; `other_household_id` is where people came from or went."""

    event_id: UUID
    kind: str
    happened_on: date
    member_ids: tuple[UUID, ...]
    other_household_id: UUID | None
    at: datetime
    source: str
    actor_name: str


async def add_events(
    connection: Connection,
    event_id: UUID,
    kind: str,
    happened_on: date,
    member_ids: Sequence[UUID],
    household_ids: Sequence[UUID],
    author: Author,
) -> None:
    """The same event with each of its one or two households."""
    for household_id in household_ids:
        other = next((one for one in household_ids if one != household_id), None)
        await connection.execute(
            insert(events).values(
                household_id=household_id,
                event_id=event_id,
                kind=kind,
                happened_on=happened_on,
                member_ids=list(member_ids),
                other_household_id=other,
                source=author.source,
                actor=author.subject,
                actor_name=author.name,
            )
        )


async def events_of(
    connection: Connection, household_id: UUID, until: datetime | None = None, most: int = 200
) -> list[EventRecord]:
    """Latest first, by when they happened; those written down up to `until` when it is given."""
    statement = (
        select(events)
        .where(events.c.household_id == household_id)
        .order_by(events.c.happened_on.desc(), events.c.event_id.desc())
        .limit(most)
    )
    if until is not None:
        statement = statement.where(events.c.at <= until)
    return [
        EventRecord(
            row.event_id,
            row.kind,
            row.happened_on,
            tuple(row.member_ids),
            row.other_household_id,
            row.at,
            row.source,
            row.actor_name,
        )
        for row in await connection.execute(statement)
    ]
