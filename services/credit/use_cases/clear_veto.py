"""A second official clears a veto: what it was opened for holds no more.

What banks report, no official clears: V2 stands until their reports say otherwise, and then it ends by itself.
"""

from uuid import UUID

from services.credit.domain.course_errors import BanksStillReport
from services.credit.domain.independent_person import independent_person
from services.credit.domain.record_errors import SecondPersonNeeded
from services.credit.storage.veto_repository import close_veto, opening_of
from services.credit.use_cases.apply_loan_facts import banks_still_report
from services.credit.use_cases.see_household import not_own_household, role_towards
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

    Raises HouseholdNotFound, OwnHousehold, OutsideScope, VetoNotFound, SecondPersonNeeded, BanksStillReport.
    """
    not_own_household(who, household_id)
    _, village = await role_towards(connection, who, household_id)
    who.require_official(village)
    opened = await opening_of(connection, household_id, veto_id)
    if not independent_person(who.subject, (opened.by,)):
        raise SecondPersonNeeded
    if opened.code == "V2" and await banks_still_report(connection, household_id, clock.today()):
        raise BanksStillReport
    await close_veto(connection, household_id, veto_id, clock.today())
    await audit.append(
        connection,
        at=clock.now(),
        event="veto_cleared",
        actor=who.subject,
        subject=str(household_id),
        facts={"veto_id": str(veto_id), "reason": reason},
    )
