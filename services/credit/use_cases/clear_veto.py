"""A second official clears a veto: what it was opened for holds no more."""

from uuid import UUID

from services.credit.domain.independent_person import independent_person
from services.credit.domain.record_errors import SecondPersonNeeded
from services.credit.storage.veto_repository import close_veto, opener_of
from services.credit.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def clear_veto(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    household_id: UUID,
    veto_id: UUID,
    reason: str,
) -> None:
    """From today on it stands no more; a grade that it suspended waits for the county to put it back.

    Raises HouseholdNotFound, OutsideScope, VetoNotFound, SecondPersonNeeded.
    """
    _, village = await role_towards(connection, who, household_id)
    who.require_official(village)
    if not independent_person(who.subject, (await opener_of(connection, household_id, veto_id),)):
        raise SecondPersonNeeded
    await close_veto(connection, household_id, veto_id, clock.today())
    await audit.append(
        connection,
        at=clock.now(),
        event="veto_cleared",
        actor=who.subject,
        subject=str(household_id),
        facts={"veto_id": str(veto_id), "reason": reason},
    )
