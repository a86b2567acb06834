"""What happened to a household's record, and what the siblings may know of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from services.households.domain.household import Household, record_of
from services.households.domain.masking import mask_name
from services.households.storage.region_repository import Region
from services.households.storage.tables import household_changes
from shared.change_log import Change
from shared.crypto import FieldCipher
from shared.db import Connection

SPOUSE = "配偶"


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One change: who, when, from what source, which fields, and the record as it stood after it."""

    version: int
    at: datetime
    kind: str
    source: str
    actor_name: str
    changed: tuple[str, ...]
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, and from what source: form, import, department, phone."""

    subject: str
    name: str
    source: str


def change_row(household: Household, author: Author, kind: str, changed: Sequence[str]) -> dict[str, Any]:
    return {
        "household_id": household.household_id,
        "version": household.version,
        "kind": kind,
        "source": author.source,
        "actor": author.subject,
        "actor_name": author.name,
        "changed": list(changed),
        "record": record_of(household),
    }


async def add_changes(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    await connection.execute(insert(household_changes), list(rows))


async def changes_of(connection: Connection, household_id: UUID, until: datetime | None = None) -> list[ChangeRecord]:
    """Newest first; only those up to `until` when it is given."""
    statement = (
        select(household_changes)
        .where(household_changes.c.household_id == household_id)
        .order_by(household_changes.c.version.desc())
        .limit(200)
    )
    if until is not None:
        statement = statement.where(household_changes.c.at <= until)
    return [
        ChangeRecord(row.version, row.at, row.kind, row.source, row.actor_name, tuple(row.changed), row.record)
        for row in await connection.execute(statement)
    ]


def household_change(household: Household, cipher: FieldCipher) -> Change:
    """What cadres and credit may know of a household: its place, its head's masked name, whether it is on the register.

    The fields are named here, one by one. Health, ethnicity and any other banned field never leave this service.
    `identities` are keyed indexes by which credit recognises the ID number of head or spouse in a bank's query.
    """
    known = [member for member in household.members if member.is_head or member.relation == SPOUSE]
    return Change(
        "household",
        str(household.household_id),
        {
            "village_code": household.facts.village_code,
            "head": mask_name(household.head.name) if household.members else "",
            "people": len(household.members),
            "identities": [cipher.blind_index("identity", member.id_number).hex() for member in known],
            "registered_poor": household.registered_poor,
            "monitored": household.is_open
            and household.facts.monitoring_type is not None
            and not household.facts.risk_removed,
            "closed": not household.is_open,
            "demonstration": household.facts.demonstration,
        },
    )


def region_change(region: Region) -> Change:
    """An ended village is nobody's poor village any more: what is owed to one (five posts) ends with it."""
    return Change(
        "region",
        region.code,
        {
            "name": region.name,
            "level": region.level,
            "kind": region.kind,
            "parent": region.parent,
            "poor_village": region.poor_village and region.ended_on is None,
            "ended_on": region.ended_on.isoformat() if region.ended_on else None,
            "successor": region.successor,
        },
    )
