"""The credit files of many households at once."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.credit.storage.fact_repository import CreditFile, read_facts, vetoes_in_force
from services.credit.storage.tables import facts
from shared.db import Connection


async def files_of(connection: Connection, of: Collection[UUID], as_of: date) -> Mapping[UUID, CreditFile]:
    """By household, held for a change; whoever has no file is left out."""
    rows = await connection.execute(
        select(facts, vetoes_in_force(facts.c.household_id, as_of).label("standing"))
        .where(facts.c.household_id.in_(list(of)))
        .order_by(facts.c.household_id)
        .with_for_update(of=facts)
    )
    return {
        row.household_id: CreditFile(
            row.household_id,
            row.village_code,
            read_facts(dict(row._mapping)),
            tuple(row.standing),
            row.version,
            row.source,
            row.entered_at,
        )
        for row in rows
    }
