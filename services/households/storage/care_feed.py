"""What the cadres service may know of a household's wishes and needs: how many wait, which, and until when.

The fields are named here, one by one: no words, no kinds (a kind may tell of an illness), no donors, no amounts.
"""

from uuid import UUID

from sqlalchemy import select

from services.households.domain.need import OPEN
from services.households.domain.wish import CLAIMED, UNDER_WAY
from services.households.storage.tables import needs as need_tables
from services.households.storage.tables import wishes as wish_tables
from shared.change_log import Change
from shared.db import Connection

TOPIC = "care"
wishes, needs = wish_tables.wishes, need_tables.needs


async def care_change(connection: Connection, household_id: UUID, village_code: str) -> Change:
    """The household's present state, as the caller's transaction sees it; the caller holds its lock."""
    rows = await connection.execute(
        select(wishes.c.wish_id, wishes.c.state, wishes.c.held_until)
        .where(wishes.c.household_id == household_id, wishes.c.state.in_(sorted(UNDER_WAY)))
        .order_by(wishes.c.wish_id)
    )
    waiting = [
        {
            "id": str(row.wish_id),
            "state": row.state,
            "due": row.held_until.isoformat() if row.state == CLAIMED else None,
        }
        for row in rows
    ]
    found = await connection.execute(
        select(needs.c.need_id, needs.c.public)
        .where(needs.c.household_id == household_id, needs.c.state == OPEN)
        .order_by(needs.c.need_id)
    )
    wanted = [{"id": str(row.need_id), "public": row.public} for row in found]
    payload = {
        "village_code": village_code,
        "open_wishes": len(waiting),
        "wishes": waiting,
        "open_needs": len(wanted),
        "needs": wanted,
    }
    return Change(TOPIC, str(household_id), payload)
