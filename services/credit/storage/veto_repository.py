"""The end of a veto."""

from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from services.credit.domain.course_errors import VetoNotFound
from services.credit.storage.tables import vetoes
from shared.db import Connection


async def opener_of(connection: Connection, household_id: UUID, veto_id: UUID) -> str:
    """Raises VetoNotFound."""
    found = await connection.execute(
        select(vetoes.c.entered_by).where(vetoes.c.household_id == household_id, vetoes.c.veto_id == veto_id)
    )
    opener: str | None = found.scalar_one_or_none()
    if opener is None:
        raise VetoNotFound
    return opener


async def close_veto(connection: Connection, household_id: UUID, veto_id: UUID, on: date) -> None:
    """It stood until the day before. One that is closed already keeps its day."""
    await connection.execute(
        update(vetoes)
        .where(vetoes.c.household_id == household_id, vetoes.c.veto_id == veto_id, vetoes.c.cleared_on.is_(None))
        .values(cleared_on=on)
    )
