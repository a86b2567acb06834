"""Wishes: rows in, domain objects out. Every write happens under the lock on the wish's household."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, text, update

from services.households.domain.household_errors import HouseholdNotFound
from services.households.domain.wish import CLAIMED, OPEN, WITHDRAWN, Claim, Consent, Wish
from services.households.domain.wish_errors import WishNotFound
from services.households.domain.wish_payment import Payment
from services.households.storage.household_search import Reach, within
from services.households.storage.tables import households
from services.households.storage.tables import wishes as tables
from shared.db import Connection
from shared.regions import prefix_range

wishes, payments = tables.wishes, tables.payments


@dataclass(frozen=True, slots=True)
class PlacedWish:
    """A wish with where its household lives and who is its head."""

    wish: Wish
    village_code: str
    head_name: str

    def as_of(self, now: datetime) -> "PlacedWish":
        return replace(self, wish=self.wish.as_of(now))


async def lock_household(connection: Connection, household_id: UUID) -> str:
    """Makes whoever writes about this household wait for the others; the village. Raises HouseholdNotFound."""
    locked = select(households.c.village_code).where(households.c.household_id == household_id)
    found = (await connection.execute(locked.with_for_update(key_share=True))).scalar_one_or_none()
    if found is None:
        raise HouseholdNotFound
    return str(found)


async def hold_holder(connection: Connection, subject: str) -> None:
    """Makes two claims of the same person wait for each other, on whichever wishes."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtext('wish_holder'), hashtext(:subject))"), {"subject": subject}
    )


async def household_of_wish(connection: Connection, wish_id: UUID) -> UUID:
    """Raises WishNotFound."""
    found = await connection.execute(select(wishes.c.household_id).where(wishes.c.wish_id == wish_id))
    household_id: UUID | None = found.scalar_one_or_none()
    if household_id is None:
        raise WishNotFound
    return household_id


async def get_wish(connection: Connection, wish_id: UUID) -> PlacedWish:
    """As it was last written. Raises WishNotFound."""
    found = await _placed(connection, wishes.c.wish_id == wish_id, limit=1)
    if not found:
        raise WishNotFound
    return found[0]


async def add_wish(connection: Connection, wish: Wish, year: int) -> None:
    await connection.execute(insert(wishes).values(**_row(wish), year=year))


async def save_wish(connection: Connection, wish: Wish) -> None:
    await connection.execute(
        update(wishes)
        .where(wishes.c.household_id == wish.household_id, wishes.c.wish_id == wish.wish_id)
        .values(**_row(wish))
    )


async def add_payment(connection: Connection, wish: Wish, payment: Payment) -> None:
    values = {name: getattr(payment, name) for name in Payment.__slots__}
    await connection.execute(insert(payments).values(household_id=wish.household_id, wish_id=wish.wish_id, **values))


async def payments_of(connection: Connection, wish: Wish) -> list[Payment]:
    """Oldest first, those of claims that ended too."""
    rows = await connection.execute(
        select(*(payments.c[name] for name in Payment.__slots__))
        .where(payments.c.household_id == wish.household_id, payments.c.wish_id == wish.wish_id)
        .order_by(payments.c.payment_id)
    )
    return [Payment(**row._mapping) for row in rows]


async def made_in_year(connection: Connection, household_id: UUID, year: int) -> int:
    """The household's wishes of a calendar year, but for those that were withdrawn."""
    counted = await connection.execute(
        select(func.count())
        .select_from(wishes)
        .where(wishes.c.household_id == household_id, wishes.c.year == year, wishes.c.state != WITHDRAWN)
    )
    return counted.scalar_one()


async def claims_standing(connection: Connection, subject: str, now: datetime) -> int:
    """How many wishes this person holds and has not delivered."""
    counted = await connection.execute(
        select(func.count())
        .select_from(wishes)
        .where(wishes.c.holder == subject, wishes.c.state == CLAIMED, wishes.c.held_until > now)
    )
    return counted.scalar_one()


async def list_wishes(
    connection: Connection,
    region: str,
    reach: Reach | None,
    now: datetime,
    *,
    state: str | None,
    kind: str | None,
    after: UUID | None,
    limit: int,
) -> list[PlacedWish]:
    """By id, which is by age. Without a reach only those that anybody may claim now."""
    low, high = prefix_range(region)
    wanted = [households.c.village_code >= low, households.c.village_code < high]
    if reach is not None:
        wanted.append(within(reach))
    if reach is None or state == OPEN:
        wanted.append(wishes.c.free_from <= now)
    elif state == CLAIMED:
        wanted += [wishes.c.state == CLAIMED, wishes.c.held_until > now]
    elif state is not None:
        wanted.append(wishes.c.state == state)
    if kind is not None:
        wanted.append(wishes.c.kind == kind)
    return await _placed(connection, *wanted, after=after, limit=limit)


async def wishes_held(
    connection: Connection, subject: str, now: datetime, after: UUID | None, limit: int
) -> list[PlacedWish]:
    """What a person holds, or delivered."""
    stands = or_(wishes.c.state != CLAIMED, wishes.c.held_until > now)
    return await _placed(connection, wishes.c.holder == subject, stands, after=after, limit=limit)


async def wishes_of(connection: Connection, household_id: UUID, after: UUID | None, limit: int) -> list[PlacedWish]:
    return await _placed(connection, wishes.c.household_id == household_id, after=after, limit=limit)


async def run_out(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """Wishes whose claim is over but whose rows do not say so yet."""
    rows = await connection.execute(
        select(wishes.c.wish_id)
        .where(wishes.c.state == CLAIMED, wishes.c.held_until <= now)
        .order_by(wishes.c.held_until)
        .limit(limit)
    )
    return list(rows.scalars())


async def _placed(
    connection: Connection, *wanted: ColumnElement[bool], after: UUID | None = None, limit: int
) -> list[PlacedWish]:
    statement = (
        select(wishes, households.c.village_code, households.c.head_name)
        .join(households, households.c.household_id == wishes.c.household_id)
        .where(*wanted)
        .order_by(wishes.c.wish_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(wishes.c.wish_id > after)
    rows: Iterable[Any] = await connection.execute(statement)
    return [PlacedWish(_wish(row), row.village_code, row.head_name) for row in rows]


def _row(wish: Wish) -> dict[str, Any]:
    claim = wish.claim
    return {
        "household_id": wish.household_id,
        "wish_id": wish.wish_id,
        "kind": wish.kind,
        "need": wish.need,
        "amount_cents": wish.amount_cents,
        "state": wish.state,
        "free_from": wish.free_from,
        "created_at": wish.created_at,
        "created_by": wish.created_by,
        "created_role": wish.created_role,
        "policy": wish.policy,
        "consent": consent_row(wish.consent),
        "claim_id": claim.claim_id if claim else None,
        "holder": claim.holder if claim else None,
        "holder_name": claim.holder_name if claim else None,
        "holder_role": claim.holder_role if claim else None,
        "held_until": claim.until if claim else None,
        "behalf": claim.behalf if claim else None,
        "delivered_at": wish.delivered_at,
        "thanks": wish.thanks,
        "version": wish.version,
    }


def _wish(row: Any) -> Wish:
    claim = None
    if row.claim_id is not None:
        claim = Claim(row.claim_id, row.holder, row.holder_name, row.holder_role, row.held_until, row.behalf)
    return Wish(
        wish_id=row.wish_id,
        household_id=row.household_id,
        kind=row.kind,
        need=row.need,
        amount_cents=row.amount_cents,
        state=row.state,
        created_at=row.created_at,
        created_by=row.created_by,
        created_role=row.created_role,
        policy=row.policy,
        consent=consent_of(row.consent),
        claim=claim,
        delivered_at=row.delivered_at,
        thanks=row.thanks,
        version=row.version,
    )


def consent_row(consent: Consent | None) -> dict[str, Any] | None:
    if consent is None:
        return None
    return {name: getattr(consent, name) for name in Consent.__slots__} | {"at": consent.at.isoformat()}


def consent_of(stored: dict[str, Any] | None) -> Consent | None:
    return None if stored is None else Consent(**{**stored, "at": datetime.fromisoformat(stored["at"])})
