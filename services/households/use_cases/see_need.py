"""Who reads a need: everybody while it is published, those near the household always, with a look."""

from uuid import UUID

from services.households.domain.need import CLOSED
from services.households.domain.need_errors import NeedNotFound
from services.households.storage.need_repository import PlacedNeed, get_need
from services.households.use_cases.see_household import look
from services.households.use_cases.write_need import near_need
from shared.auth import Principal
from shared.db import Connection


async def published_need(connection: Connection, need_id: UUID) -> PlacedNeed:
    """One that is met stays readable as long as the household's word stands. Raises NeedNotFound."""
    placed = await get_need(connection, need_id)
    if placed.need.consent is None or placed.need.state == CLOSED:
        raise NeedNotFound
    return placed


async def look_into_need(connection: Connection, who: Principal, need_id: UUID, what: str) -> PlacedNeed:
    """For the household, its helper and officials. Raises NeedNotFound."""
    placed = await get_need(connection, need_id)
    actor = await near_need(connection, who, placed)
    await look(connection, who, placed.need.household_id, actor.role, what)
    return placed
