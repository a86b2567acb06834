"""Needs and donations: rows in, domain objects out. Every write happens under the lock on the need's household."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update

from services.households.domain.need import Donation, Need
from services.households.domain.need_errors import DonationNotFound, NeedNotFound
from services.households.storage.household_search import Reach, within
from services.households.storage.tables import households
from services.households.storage.tables import needs as tables
from services.households.storage.wish_repository import consent_of, consent_row
from shared.db import Connection
from shared.regions import prefix_range

needs, donations = tables.needs, tables.donations
_NEED = tuple(field.name for field in fields(Need))
_DONATION = tuple(field.name for field in fields(Donation))


@dataclass(frozen=True, slots=True)
class PlacedNeed:
    """A need with where its household lives and who is its head."""

    need: Need
    village_code: str
    head_name: str


async def get_need(connection: Connection, need_id: UUID) -> PlacedNeed:
    """As it was last written. Raises NeedNotFound."""
    found = await _placed(connection, needs.c.need_id == need_id, limit=1)
    if not found:
        raise NeedNotFound
    return found[0]


async def add_need(connection: Connection, need: Need) -> None:
    await connection.execute(insert(needs).values(**_row(need)))


async def save_need(connection: Connection, need: Need) -> None:
    await connection.execute(
        update(needs)
        .where(needs.c.household_id == need.household_id, needs.c.need_id == need.need_id)
        .values(**_row(need))
    )


async def public_needs(
    connection: Connection, region: str, kind: str | None, after: UUID | None, limit: int
) -> list[PlacedNeed]:
    """What is published now, by id, which is by age: a need that was hidden since the page before is not there."""
    return await _placed(connection, needs.c.public, *_among(region, kind), after=after, limit=limit)


async def needs_within(
    connection: Connection, region: str, reach: Reach, state: str | None, after: UUID | None, limit: int
) -> list[PlacedNeed]:
    """The ledger of a place, published or not."""
    wanted = [within(reach), *_among(region, None)]
    if state is not None:
        wanted.append(needs.c.state == state)
    return await _placed(connection, *wanted, after=after, limit=limit)


async def needs_of(connection: Connection, household_id: UUID, after: UUID | None, limit: int) -> list[PlacedNeed]:
    return await _placed(connection, needs.c.household_id == household_id, after=after, limit=limit)


async def add_donation(connection: Connection, need: Need, donation: Donation) -> None:
    values = {name: getattr(donation, name) for name in _DONATION}
    await connection.execute(insert(donations).values(household_id=need.household_id, **values))


async def get_donation(connection: Connection, need: Need, donation_id: UUID) -> Donation:
    """Raises DonationNotFound."""
    found = await _donations(
        connection,
        donations.c.household_id == need.household_id,
        donations.c.need_id == need.need_id,
        donations.c.donation_id == donation_id,
    )
    if not found:
        raise DonationNotFound
    return found[0]


async def save_receipt(connection: Connection, need: Need, donation: Donation) -> None:
    await connection.execute(
        update(donations)
        .where(donations.c.household_id == need.household_id, donations.c.donation_id == donation.donation_id)
        .values(received_at=donation.received_at, received_by_name=donation.received_by_name)
    )


async def donations_to(
    connection: Connection, need: Need, after: UUID | None, limit: int, *, newest_first: bool = False
) -> list[Donation]:
    """Oldest first, unless the newest are wanted."""
    wanted = [donations.c.household_id == need.household_id, donations.c.need_id == need.need_id]
    return await _donations(connection, *wanted, after=after, limit=limit, newest_first=newest_first)


async def donations_recorded_by(connection: Connection, subject: str, after: UUID | None, limit: int) -> list[Donation]:
    """Oldest first, for whichever needs."""
    return await _donations(connection, donations.c.recorded_by == subject, after=after, limit=limit)


async def _donations(
    connection: Connection,
    *wanted: ColumnElement[bool],
    after: UUID | None = None,
    limit: int = 1,
    newest_first: bool = False,
) -> list[Donation]:
    by_age = donations.c.donation_id.desc() if newest_first else donations.c.donation_id
    statement = select(*(donations.c[name] for name in _DONATION)).where(*wanted).order_by(by_age).limit(limit)
    if after is not None:
        statement = statement.where(donations.c.donation_id > after)
    return [Donation(**row._mapping) for row in await connection.execute(statement)]


def _among(region: str, kind: str | None) -> list[ColumnElement[bool]]:
    low, high = prefix_range(region)
    wanted = [households.c.village_code >= low, households.c.village_code < high]
    return wanted if kind is None else [*wanted, needs.c.kind == kind]


async def _placed(
    connection: Connection, *wanted: ColumnElement[bool], after: UUID | None = None, limit: int
) -> list[PlacedNeed]:
    statement = (
        select(needs, households.c.village_code, households.c.head_name)
        .join(households, households.c.household_id == needs.c.household_id)
        .where(*wanted)
        .order_by(needs.c.need_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(needs.c.need_id > after)
    rows: Iterable[Any] = await connection.execute(statement)
    return [PlacedNeed(_need(row), row.village_code, row.head_name) for row in rows]


def _row(need: Need) -> dict[str, Any]:
    values = {name: getattr(need, name) for name in _NEED}
    return values | {"consent": consent_row(need.consent), "public": need.public}


def _need(row: Any) -> Need:
    values = {name: getattr(row, name) for name in _NEED}
    return Need(**values | {"consent": consent_of(row.consent)})
