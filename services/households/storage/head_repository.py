"""Sex and day of birth of heads, for counts only."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.households.storage.tables import members
from shared.db import Connection


async def heads_of(connection: Connection, household_ids: Sequence[UUID]) -> list[tuple[str, date]]:
    """Of these households, those that have a living head, without their names and ids."""
    rows = await connection.execute(
        select(members.c.sex, members.c.birth_date).where(
            members.c.household_id.in_(list(household_ids)), members.c.is_head, members.c.left_on.is_(None)
        )
    )
    return [(row.sex, row.birth_date) for row in rows]
