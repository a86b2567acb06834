"""A household lets a bank see its grade, or takes that back."""

from datetime import date
from uuid import UUID

from services.credit.domain.legal_dates import add_months
from services.credit.domain.record_errors import ConsentDatesWrong, ConsentNotFound, HouseholdNotFound, WitnessNeeded
from services.credit.storage.consent_repository import StoredConsent, add_consent, get_consent, withdraw
from services.credit.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail

MOST_MONTHS = 36


async def give_consent(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, consent: StoredConsent
) -> StoredConsent:
    """By the household itself on its phone, or by a cadre or official at its side with a witness.

    Raises HouseholdNotFound, WitnessNeeded, ConsentDatesWrong.
    """
    role, _ = await role_towards(connection, who, consent.household_id)
    if role != "household" and not (consent.given_through == "assisted" and consent.witness):
        raise WitnessNeeded
    check_dates(consent.valid_from, consent.valid_to)
    await add_consent(connection, consent)
    await _audit(connection, audit, clock, who, "consent_given", consent)
    return await get_consent(connection, consent.consent_id, consent.household_id)


async def withdraw_consent(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, consent_id: UUID
) -> StoredConsent:
    """Takes effect with the transaction. Raises ConsentNotFound, also for one the asker may not know of."""
    own = UUID(who.household_id) if "household" in who.roles and who.household_id else None
    consent = await get_consent(connection, consent_id, own)
    try:
        await role_towards(connection, who, consent.household_id)
    except HouseholdNotFound:
        raise ConsentNotFound from None
    await withdraw(connection, consent)
    await _audit(connection, audit, clock, who, "consent_withdrawn", consent)
    return await get_consent(connection, consent_id, consent.household_id)


def check_dates(valid_from: date, valid_to: date) -> None:
    if not valid_from <= valid_to <= add_months(valid_from, MOST_MONTHS):
        raise ConsentDatesWrong


async def _audit(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, event: str, consent: StoredConsent
) -> None:
    await audit.append(
        connection,
        at=clock.now(),
        event=event,
        actor=who.subject,
        subject=str(consent.household_id),
        facts={"consent_id": str(consent.consent_id), "partner_id": consent.partner_id},
    )
