"""The end of a veto."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from services.credit.domain.course_errors import VetoNotFound
from services.credit.storage.tables import vetoes
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Opening:
    """Which veto it is, and who opened it."""

    code: str
    by: str


async def opening_of(connection: Connection, household_id: UUID, veto_id: UUID) -> Opening:
    """Raises VetoNotFound."""
    found = await connection.execute(
        select(vetoes.c.code, vetoes.c.entered_by).where(
            vetoes.c.household_id == household_id, vetoes.c.veto_id == veto_id
        )
    )
    row = found.one_or_none()
    if row is None:
        raise VetoNotFound
    return Opening(row.code, row.entered_by)


async def close_veto(connection: Connection, household_id: UUID, veto_id: UUID, on: date) -> None:
    """It stood until the day before. One that is closed already keeps its day."""
    await connection.execute(
        update(vetoes)
        .where(vetoes.c.household_id == household_id, vetoes.c.veto_id == veto_id, vetoes.c.cleared_on.is_(None))
        .values(cleared_on=on)
    )
