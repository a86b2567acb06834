"""The events of households, and a person's path through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select

from services.households.domain.household_errors import MemberNotFound
from services.households.storage.change_repository import Author
from services.households.storage.tables import households, life, members
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


@dataclass(frozen=True, slots=True)
class Stay:
    """A person's last time in one household; `joined_on` is None where the record begins with it."""

    household_id: UUID
    village_code: str
    relation: str
    joined_on: date | None
    left_on: date | None
    left_reason: str | None


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


async def stays_of(connection: Connection, member_ids: Sequence[UUID], through: UUID) -> list[Stay]:
    """The households that this person lives or lived in, oldest first, under all member ids that the person has had.
    `through` is one of them.

    Raises MemberNotFound for someone who never was of that household."""
    rows = await connection.execute(
        select(
            members.c.household_id,
            households.c.village_code,
            members.c.relation,
            members.c.joined_on,
            members.c.left_on,
            members.c.left_reason,
        )
        .join(households, households.c.household_id == members.c.household_id)
        .where(members.c.member_id.in_(member_ids))
        .order_by(members.c.joined_on.nulls_first(), members.c.left_on.nulls_last())
    )
    stays = [Stay(**row._mapping) for row in rows]
    if all(stay.household_id != through for stay in stays):
        raise MemberNotFound
    return stays
