"""An official enters a veto (一票否决) against a household's head or spouse, with its evidence and source."""

from typing import Any
from uuid import UUID

from services.credit.domain.record_errors import VetoDatesWrong
from services.credit.storage.fact_repository import add_veto
from services.credit.use_cases.follow_events import suspend_under_veto
from services.credit.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def open_veto(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    household_id: UUID,
    veto_id: UUID,
    veto: dict[str, Any],
) -> None:
    """Suspends the grade at once, also one that was first set.

    Raises HouseholdNotFound, OutsideScope, VetoDatesWrong, VetoExists.
    """
    _, village = await role_towards(connection, who, household_id)
    who.require_official(village)
    if veto["expires_on"] is not None and veto["expires_on"] < veto["opened_on"]:
        raise VetoDatesWrong
    row = {**veto, "veto_id": veto_id, "household_id": household_id, "entered_by": who.subject, "cleared_on": None}
    await add_veto(connection, row)
    await suspend_under_veto(connection, clock, household_id, who.subject)
    await audit.append(
        connection,
        at=clock.now(),
        event="veto_opened",
        actor=who.subject,
        subject=str(household_id),
        facts={"veto_id": str(veto_id), "code": veto["code"]},
    )
