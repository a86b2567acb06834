"""Places and households as the households service last said, and the households that nobody helps."""

from datetime import date
from uuid import UUID

from sqlalchemy import Join, and_, select

from services.cadres.domain.errors import HelpedHouseholdNotFound, VillageNotFound
from services.cadres.domain.pairing import HelpedHousehold
from services.cadres.storage.queries import VILLAGE, after_key, on_day, under
from services.cadres.storage.tables import households, pairings, regions
from shared.db import Connection


async def require_village(connection: Connection, code: str) -> None:
    """Raises VillageNotFound when no village or community has this code."""
    found = await connection.execute(select(regions.c.code).where(regions.c.code == code, regions.c.level == VILLAGE))
    if found.one_or_none() is None:
        raise VillageNotFound


async def places_below(connection: Connection, code: str) -> list[str]:
    """Codes of the places next below, in order; none below a village."""
    found = await connection.execute(select(regions.c.code).where(regions.c.parent == code).order_by(regions.c.code))
    return list(found.scalars())


async def get_household(connection: Connection, household_id: UUID) -> HelpedHousehold:
    """Raises HelpedHouseholdNotFound."""
    row = (await connection.execute(select(households).where(households.c.household_id == household_id))).one_or_none()
    if row is None:
        raise HelpedHouseholdNotFound
    return HelpedHousehold(**row._mapping)


async def unpaired_of(
    connection: Connection, region: str, day: date, *, after: tuple[str, UUID] | None, limit: int
) -> list[HelpedHousehold]:
    """Poor households on the register without a responsible cadre on a day, by village and id."""
    statement = (
        select(households)
        .select_from(_poor_with_helper(day))
        .where(households.c.registered_poor, under(households.c.village_code, region), pairings.c.pairing_id.is_(None))
        .order_by(households.c.village_code, households.c.household_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(after_key(households.c.village_code, households.c.household_id, after))
    return [HelpedHousehold(**row._mapping) for row in await connection.execute(statement)]


def _poor_with_helper(day: date) -> Join:
    return households.outerjoin(
        pairings, and_(pairings.c.household_id == households.c.household_id, on_day(pairings, day))
    )
