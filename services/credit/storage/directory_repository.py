"""Where a household is, who helps it, and which places there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from services.credit.domain.record_errors import HouseholdNotFound, PlaceNotFound
from services.credit.storage.tables import directory, helpers, identities, regions
from shared.db import Connection
from shared.regions import prefix_range


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    name: str
    level: str
    kind: str


async def village_of(connection: Connection, household_id: UUID) -> str:
    """Raises HouseholdNotFound."""
    found = await connection.execute(select(directory.c.village_code).where(directory.c.household_id == household_id))
    village: str | None = found.scalar_one_or_none()
    if village is None:
        raise HouseholdNotFound
    return village


async def people_of(connection: Connection, household_id: UUID) -> int | None:
    """How many people the household's record has; None for an unknown household."""
    found = await connection.execute(select(directory.c.people).where(directory.c.household_id == household_id))
    people: int | None = found.scalar_one_or_none()
    return people


async def villages_of_households(connection: Connection, household_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Unknown ones are left out."""
    rows = await connection.execute(
        select(directory.c.household_id, directory.c.village_code).where(
            directory.c.household_id.in_(list(household_ids))
        )
    )
    return {row.household_id: row.village_code for row in rows}


async def helper_of(connection: Connection, household_id: UUID) -> UUID | None:
    found = await connection.execute(select(helpers.c.cadre_id).where(helpers.c.household_id == household_id))
    return found.scalar_one_or_none()


async def households_of_identities(connection: Connection, indexes: Sequence[bytes]) -> Mapping[bytes, UUID]:
    """Which household each keyed index belongs to; unknown ones are left out."""
    rows = await connection.execute(select(identities).where(identities.c.identity.in_(list(indexes))))
    return {bytes(row.identity): row.household_id for row in rows}


async def place(connection: Connection, code: str) -> Place:
    """Raises PlaceNotFound."""
    found = await connection.execute(
        select(regions.c.code, regions.c.name, regions.c.level, regions.c.kind).where(regions.c.code == code)
    )
    row = found.one_or_none()
    if row is None:
        raise PlaceNotFound
    return Place(**row._mapping)


async def townships_of(connection: Connection, region: str) -> list[str]:
    """The codes of the townships under a place; of a village, its township's."""
    if len(region) > 9:
        return [region[:9]]
    low, high = prefix_range(region)
    found = select(regions.c.code).where(regions.c.level == "township", regions.c.code >= low, regions.c.code < high)
    return list(await connection.scalars(found.order_by(regions.c.code)))


async def wide_places(connection: Connection, region: str, most_digits: int) -> list[str]:
    """The codes of at most so many digits under a place, itself among them."""
    low, high = prefix_range(region)
    found = select(regions.c.code).where(regions.c.code >= low, regions.c.code < high)
    return list(await connection.scalars(found.where(func.length(regions.c.code) <= most_digits)))


async def top_region(connection: Connection) -> str | None:
    """The code of the widest place that this service knows; None while it knows none."""
    found: str | None = await connection.scalar(
        select(regions.c.code).order_by(func.length(regions.c.code), regions.c.code).limit(1)
    )
    return found


async def villages_of(connection: Connection, region: str) -> list[Place]:
    """Every village and community that there is today under a place, by code; not those merged into another."""
    low, high = prefix_range(region)
    rows = await connection.execute(
        select(regions.c.code, regions.c.name, regions.c.level, regions.c.kind)
        .where(
            regions.c.level == "village",
            regions.c.ended_on.is_(None),
            regions.c.code >= low,
            regions.c.code < high,
        )
        .order_by(regions.c.code)
    )
    return [Place(**row._mapping) for row in rows]
