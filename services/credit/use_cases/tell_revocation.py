"""A household is told that its grade is to be revoked; it has its days to object, and another person then revokes."""

from dataclasses import replace
from uuid import UUID

from services.credit.domain.grade_case import GradeCase, Revocation
from services.credit.domain.grade_offices import grade_offices
from services.credit.domain.grade_state import NEXT, State
from services.credit.storage.case_repository import save_cases
from services.credit.use_cases.hold_case import hold_case
from services.credit.use_cases.hold_office import require_office
from services.credit.use_cases.nothing_to_lose import nothing_to_lose
from services.credit.use_cases.see_household import not_own_household
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def tell_revocation(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, case_id: UUID, reason: str
) -> GradeCase:
    """The days begin to run; told again, they begin anew.

    Raises CaseNotFound, OwnHousehold, NotPermitted, OutsideScope, NoGradeInEffect when none is there to revoke.
    """
    case, village = await hold_case(connection, who, case_id)
    not_own_household(who, case.household_id)
    require_office(who, village, *grade_offices(State.REVOKED))
    if State.REVOKED not in NEXT[case.state]:
        raise await nothing_to_lose(connection, case, clock.today())
    told = replace(case, revocation=Revocation(clock.today(), reason, who.subject))
    await save_cases(connection, [told])
    await audit.append(
        connection,
        at=clock.now(),
        event="revocation_told",
        actor=who.subject,
        subject=str(case.household_id),
        facts={"case_id": str(case_id)},
    )
    return told
