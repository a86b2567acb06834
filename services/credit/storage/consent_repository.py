"""Consents that households gave, and took back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.credit.domain.record_errors import ConsentExists, ConsentNotFound
from services.credit.storage.tables import consents
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """`written`: given after the adverse consequences were stated. `given_through`: phone, or assisted by a cadre."""

    household_id: UUID
    consent_id: UUID
    partner_id: str
    purposes: list[str]
    fields: list[str]
    valid_from: date
    valid_to: date
    written: bool
    given_by: str
    given_through: str
    witness: str | None
    given_at: datetime | None = None
    withdrawn_at: datetime | None = None


async def add_consent(connection: Connection, consent: StoredConsent) -> None:
    """Raises ConsentExists."""
    values = {
        name: getattr(consent, name) for name in StoredConsent.__slots__ if name not in ("given_at", "withdrawn_at")
    }
    try:
        await connection.execute(insert(consents).values(**values))
    except IntegrityError:
        raise ConsentExists from None


async def get_consent(connection: Connection, household_id: UUID, consent_id: UUID) -> StoredConsent:
    """Raises ConsentNotFound."""
    found = await connection.execute(
        select(consents).where(consents.c.household_id == household_id, consents.c.consent_id == consent_id)
    )
    row = found.one_or_none()
    if row is None:
        raise ConsentNotFound
    return StoredConsent(**row._mapping)


async def consents_with_id(connection: Connection, consent_id: UUID) -> list[StoredConsent]:
    """At most one, unless two households' phones have chosen the same id in the same moment."""
    rows = await connection.execute(select(consents).where(consents.c.consent_id == consent_id))
    return [StoredConsent(**row._mapping) for row in rows]


async def consents_of(connection: Connection, household_id: UUID) -> list[StoredConsent]:
    """Newest first."""
    rows = await connection.execute(
        select(consents)
        .where(consents.c.household_id == household_id)
        .order_by(consents.c.consent_id.desc())
        .limit(200)
    )
    return [StoredConsent(**row._mapping) for row in rows]


async def consents_to(connection: Connection, partner_id: str, households: Collection[UUID]) -> list[StoredConsent]:
    """Every consent of these households to this bank, also those that are over."""
    found = select(consents).where(consents.c.household_id.in_(households), consents.c.partner_id == partner_id)
    return [StoredConsent(**row._mapping) for row in await connection.execute(found)]


def live_consent(household_id: ColumnElement[UUID] | UUID, today: date) -> ColumnElement[bool]:
    """The condition on a consent of this household that it is in force today, of whatever kind."""
    return and_(consents.c.household_id == household_id, consent_is_live(today))


def consent_is_live(today: date) -> ColumnElement[bool]:
    """The condition on a consent, whosever it is, that it is in force today."""
    return and_(
        consents.c.valid_from <= today,
        consents.c.valid_to >= today,
        consents.c.withdrawn_at.is_(None),
    )


async def has_consent(connection: Connection, household_id: UUID, today: date) -> bool:
    """Is any consent of the household in force today?"""
    found = await connection.execute(select(exists().where(live_consent(household_id, today))))
    return bool(found.scalar_one())


async def lock_consents(connection: Connection, household_id: UUID) -> None:
    """One consent of a household is withdrawn at a time, so that of two the later one knows itself to be the last."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(household_id), 13))))


async def withdraw(connection: Connection, consent: StoredConsent) -> None:
    """At once; withdrawing again changes nothing."""
    await connection.execute(
        update(consents)
        .where(
            consents.c.household_id == consent.household_id,
            consents.c.consent_id == consent.consent_id,
            consents.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=func.now())
    )
