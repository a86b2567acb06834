"""The six guarantees of a household: the sheet that holds, and those before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError

from services.households.domain.guarantees import GUARANTEES, UNCHECKED, Guarantee, GuaranteeSheet
from services.households.domain.monitoring_errors import GuaranteesStale
from services.households.storage.change_repository import Author
from services.households.storage.tables import monitoring
from shared.db import Connection

sheets = monitoring.sheets


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """One sheet, who wrote it and from what source, and which guarantees it changed."""

    sheet: GuaranteeSheet
    at: datetime
    source: str
    actor_name: str
    changed: tuple[str, ...]


async def guarantees_of(connection: Connection, household_id: UUID) -> GuaranteeSheet:
    """The sheet that holds; of a household that nobody has checked, one that knows nothing."""
    found = await history_of(connection, household_id, most=1)
    return found[0].sheet if found else UNCHECKED


async def guarantees_of_many(connection: Connection, household_ids: Sequence[UUID]) -> Mapping[UUID, GuaranteeSheet]:
    """The sheet that holds, by household; whoever nobody has checked is left out."""
    rows = await connection.execute(
        select(sheets)
        .where(sheets.c.household_id.in_(household_ids))
        .order_by(sheets.c.household_id, sheets.c.version.desc())
        .ext(distinct_on(sheets.c.household_id))
    )
    return {row.household_id: _sheet(row) for row in rows}


async def history_of(connection: Connection, household_id: UUID, most: int = 200) -> list[SheetRecord]:
    """Newest first."""
    rows = await connection.execute(
        select(sheets).where(sheets.c.household_id == household_id).order_by(sheets.c.version.desc()).limit(most)
    )
    return [
        SheetRecord(
            _sheet(row),
            row.at,
            row.source,
            row.actor_name,
            tuple(row.changed),
        )
        for row in rows
    ]


async def add_sheet(
    connection: Connection, household_id: UUID, sheet: GuaranteeSheet, changed: tuple[str, ...], author: Author
) -> None:
    """Raises GuaranteesStale when another has written this version."""
    try:
        async with connection.begin_nested():
            await connection.execute(
                insert(sheets).values(
                    household_id=household_id,
                    version=sheet.version,
                    source=author.source,
                    actor=author.subject,
                    actor_name=author.name,
                    changed=list(changed),
                    guarantees={name: _plain(sheet.guarantees[name]) for name in GUARANTEES},
                )
            )
    except IntegrityError:
        raise GuaranteesStale from None


def _sheet(row: Row[Any]) -> GuaranteeSheet:
    return GuaranteeSheet({name: _guarantee(row.guarantees[name]) for name in GUARANTEES}, row.version)


def _plain(guarantee: Guarantee) -> dict[str, Any]:
    day = guarantee.checked_on
    return {
        "state": guarantee.state,
        "checked_on": day.isoformat() if day else None,
        "evidence": guarantee.evidence,
    }


def _guarantee(stored: dict[str, Any]) -> Guarantee:
    day = stored["checked_on"]
    return Guarantee(stored["state"], date.fromisoformat(day) if day else None, stored["evidence"])
