"""A household lets a bank see its grade, or takes that back."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.credit.domain.consent_errors import WithdrawnBySomebodyElse
from services.credit.domain.legal_dates import add_months
from services.credit.domain.record_errors import (
    ConsentDatesWrong,
    ConsentExists,
    ConsentNotFound,
    HouseholdNotFound,
    WitnessNeeded,
)
from services.credit.storage.consent_repository import (
    StoredConsent,
    add_consent,
    consents_with_id,
    get_consent,
    lock_consents,
    withdraw,
)
from services.credit.storage.shipped_policies import retention_policy
from services.credit.use_cases.follow_events import end_without_consent
from services.credit.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def give_consent(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, consent: StoredConsent
) -> StoredConsent:
    """By the household itself on its phone, or by a cadre or official at its side with a witness.

    Raises HouseholdNotFound, WitnessNeeded, ConsentDatesWrong, ConsentExists.
    """
    role, _ = await role_towards(connection, who, consent.household_id)
    if role != "household" and consent.given_through != "assisted":
        raise WitnessNeeded
    if consent.given_through == "assisted" and not consent.witness:
        raise WitnessNeeded
    check_dates(consent.valid_from, consent.valid_to, clock.today())
    if await consents_with_id(connection, consent.consent_id):
        raise ConsentExists
    await add_consent(connection, consent)
    await _audit(connection, audit, clock, who, "consent_given", consent)
    return await get_consent(connection, consent.household_id, consent.consent_id)


async def withdraw_consent(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    consent_id: UUID,
    witness: str | None = None,
) -> StoredConsent:
    """Takes effect with the transaction; again changes nothing. A grade ends with its last consent.

    By the household itself, or by its helper or an official in its presence, with a witness: it ends a grade and
    deletes data, which nobody does behind a household's back. Raises ConsentNotFound, also for one the asker may not
    know of, WithdrawnBySomebodyElse.
    """
    role, consent = await _known_to(connection, who, consent_id)
    if role != "household" and not witness:
        raise WithdrawnBySomebodyElse
    if consent.withdrawn_at is not None:
        return consent
    await lock_consents(connection, consent.household_id)
    await withdraw(connection, consent)
    await end_without_consent(connection, clock, consent.household_id, who.subject)
    await _audit(connection, audit, clock, who, "consent_withdrawn", consent, {"witness": witness} if witness else {})
    return await get_consent(connection, consent.household_id, consent_id)


async def _known_to(connection: Connection, who: Principal, consent_id: UUID) -> tuple[str, StoredConsent]:
    """As what the asker knows of it, and it."""
    for consent in await consents_with_id(connection, consent_id):
        with suppress(HouseholdNotFound):
            role, _ = await role_towards(connection, who, consent.household_id)
            return role, consent
    raise ConsentNotFound


def check_dates(valid_from: date, valid_to: date, today: date) -> None:
    """Raises ConsentDatesWrong, also for a consent that would be over before it is given."""
    longest = add_months(valid_from, retention_policy(today).consent_months_at_most)
    if valid_to < today or not valid_from <= valid_to <= longest:
        raise ConsentDatesWrong


async def _audit(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    event: str,
    consent: StoredConsent,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    await audit.append(
        connection,
        at=clock.now(),
        event=event,
        actor=who.subject,
        subject=str(consent.household_id),
        facts={"consent_id": str(consent.consent_id), "partner_id": consent.partner_id, **more},
    )
