"""The six guarantees of a household: the sheet that holds, and those before it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
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


async def history_of(connection: Connection, household_id: UUID, most: int = 200) -> list[SheetRecord]:
    """Newest first."""
    rows = await connection.execute(
        select(sheets).where(sheets.c.household_id == household_id).order_by(sheets.c.version.desc()).limit(most)
    )
    return [
        SheetRecord(
            GuaranteeSheet({name: _guarantee(row.guarantees[name]) for name in GUARANTEES}, row.version),
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
