"""Consents that households gave, and took back."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update

from services.credit.domain.record_errors import ConsentNotFound
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
    values = {
        name: getattr(consent, name) for name in StoredConsent.__slots__ if name not in ("given_at", "withdrawn_at")
    }
    await connection.execute(insert(consents).values(**values))


async def get_consent(connection: Connection, consent_id: UUID, household_id: UUID | None) -> StoredConsent:
    """`household_id` narrows to one household's own. Raises ConsentNotFound."""
    statement = select(consents).where(consents.c.consent_id == consent_id)
    if household_id is not None:
        statement = statement.where(consents.c.household_id == household_id)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise ConsentNotFound
    return StoredConsent(**row._mapping)


async def consents_of(connection: Connection, household_id: UUID) -> list[StoredConsent]:
    """Newest first."""
    rows = await connection.execute(
        select(consents)
        .where(consents.c.household_id == household_id)
        .order_by(consents.c.consent_id.desc())
        .limit(200)
    )
    return [StoredConsent(**row._mapping) for row in rows]


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
