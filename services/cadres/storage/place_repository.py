"""Places and households as the households service last said, and how well they are covered."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Join, and_, func, select

from services.cadres.domain.errors import HelpedHouseholdNotFound, VillageNotFound
from services.cadres.domain.pairing import HelpedHousehold
from services.cadres.domain.posting import POST_KINDS
from services.cadres.storage.queries import after_key, on_day, under
from services.cadres.storage.tables import households, pairings, posts, regions
from shared.db import Connection

VILLAGE = "village"
_POOR_VILLAGE = and_(regions.c.level == VILLAGE, regions.c.poor_village)


@dataclass(frozen=True, slots=True)
class Coverage:
    """`posts_filled` counts held posts, those beyond their term too; with `posts_vacant` it makes five a poor village.

    `paired` and `unpaired` are poor households on the register, with and without a responsible cadre.
    """

    poor_villages: int
    posts_filled: int
    posts_vacant: int
    poor_households: int
    paired: int
    unpaired: int


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


async def coverage_of(connection: Connection, region: str, day: date) -> Coverage:
    """The numbers of a place on a day."""
    villages = await connection.execute(
        select(func.count()).select_from(regions).where(_POOR_VILLAGE, under(regions.c.code, region))
    )
    filled = await connection.execute(
        select(func.count())
        .select_from(posts.join(regions, regions.c.code == posts.c.village_code))
        .where(_POOR_VILLAGE, under(posts.c.village_code, region), on_day(posts, day))
    )
    poor = await connection.execute(
        select(func.count(), func.count(pairings.c.pairing_id))
        .select_from(_poor_with_helper(day))
        .where(households.c.registered_poor, under(households.c.village_code, region))
    )
    poor_villages, posts_filled = villages.scalar_one(), filled.scalar_one()
    poor_households, paired = poor.one()
    return Coverage(
        poor_villages=poor_villages,
        posts_filled=posts_filled,
        posts_vacant=len(POST_KINDS) * poor_villages - posts_filled,
        poor_households=poor_households,
        paired=paired,
        unpaired=poor_households - paired,
    )


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
