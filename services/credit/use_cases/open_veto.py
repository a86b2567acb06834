"""An official enters a veto (一票否决) against a household's head or spouse, with its evidence and source."""

from typing import Any
from uuid import UUID

from services.credit.domain.veto_term import veto_term
from services.credit.storage.fact_repository import add_veto
from services.credit.storage.shipped_policies import retention_policy
from services.credit.use_cases.follow_events import suspend_under_veto
from services.credit.use_cases.see_household import keep_look, not_own_household, role_towards
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

    Raises HouseholdNotFound, OwnHousehold, OutsideScope, VetoDatesWrong, VetoTooLong, VetoEndNeeded, VetoExists.
    """
    not_own_household(who, household_id)
    role, village = await role_towards(connection, who, household_id)
    who.require_official(village)
    today = clock.today()
    months = retention_policy(today).misuse_veto_months
    last = veto_term(veto["code"], veto["opened_on"], veto["expires_on"], months, today)
    by_whom = {"household_id": household_id, "entered_by": who.subject, "cleared_on": None}
    await add_veto(connection, {**veto, **by_whom, "veto_id": veto_id, "expires_on": last})
    await suspend_under_veto(connection, clock, household_id, who.subject)
    await keep_look(connection, who, household_id, role, "facts")
    await audit.append(
        connection,
        at=clock.now(),
        event="veto_opened",
        actor=who.subject,
        subject=str(household_id),
        facts={"veto_id": str(veto_id), "code": veto["code"], "person": veto["person"]},
    )
