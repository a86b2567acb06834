"""A household sees what is held against it and speaks to it; who helps it may tell it (credit rules 2.8).

That it looks itself is being told: from then on a bank with its consent may be told too.
"""

from uuid import UUID

from services.credit.domain.negative_errors import NegativeFactNotFound
from services.credit.domain.record_errors import WitnessNeeded
from services.credit.storage.negative_repository import Noted, keep_statement, keep_told, negative_facts_of
from services.credit.use_cases.see_household import keep_look, look_at, role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail

READ_BY_ITSELF = "read"


async def see_negative_facts(connection: Connection, clock: Clock, who: Principal, household_id: UUID) -> list[Noted]:
    """Oldest first. Raises HouseholdNotFound."""
    role = await look_at(connection, who, household_id, "negative_facts")
    return await shown_to(connection, clock, who, household_id, role)


async def shown_to(connection: Connection, clock: Clock, who: Principal, household_id: UUID, role: str) -> list[Noted]:
    """To one who looks as `role`; the look itself is kept by the caller."""
    found = await _of(connection, clock, household_id)
    if role != "household":
        return found
    untold = [one.fact.key for one in found if one.notice.told_on is None]
    await keep_told(connection, household_id, untold, clock.today(), who.subject, READ_BY_ITSELF)
    return await _of(connection, clock, household_id) if untold else found


async def tell_negative_fact(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, household_id: UUID, key: str, how: str
) -> list[Noted]:
    """By its helper or an official of the place, who say how they told it.

    Raises HouseholdNotFound, NegativeFactNotFound.
    """
    role, _ = await role_towards(connection, who, household_id)
    await _known(connection, clock, household_id, key)
    await keep_look(connection, who, household_id, role, "negative_facts")
    await keep_told(connection, household_id, [key], clock.today(), who.subject, how)
    await _audit(connection, audit, clock, who, household_id, "negative_fact_told", {"how": how})
    return await _of(connection, clock, household_id)


async def state_to_negative_fact(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    household_id: UUID,
    key: str,
    text: str,
    witness: str | None,
) -> list[Noted]:
    """The household's own words; written down by somebody else only before a witness.

    Raises HouseholdNotFound, NegativeFactNotFound, WitnessNeeded.
    """
    role, _ = await role_towards(connection, who, household_id)
    if role != "household" and not witness:
        raise WitnessNeeded
    await _known(connection, clock, household_id, key)
    await keep_look(connection, who, household_id, role, "negative_facts")
    await keep_statement(connection, household_id, key, text, who.subject, witness, clock.today())
    await _audit(connection, audit, clock, who, household_id, "negative_fact_statement", {})
    return await _of(connection, clock, household_id)


async def _of(connection: Connection, clock: Clock, household_id: UUID) -> list[Noted]:
    today = clock.today()
    found = (await negative_facts_of(connection, [household_id], today)).get(household_id, [])
    return [one for one in found if not one.fact.over(today)]


async def _known(connection: Connection, clock: Clock, household_id: UUID, key: str) -> None:
    if key not in {one.fact.key for one in await _of(connection, clock, household_id)}:
        raise NegativeFactNotFound


async def _audit(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    household_id: UUID,
    event: str,
    facts: dict[str, str],
) -> None:
    await audit.append(
        connection, at=clock.now(), event=event, actor=who.subject, subject=str(household_id), facts=facts
    )
