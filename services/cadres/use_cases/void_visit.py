"""A visit that was entered wrongly is void: it stays to be read, and the siblings take back what it opened."""

from datetime import datetime
from uuid import UUID

from services.cadres.domain.errors import HelpedHouseholdNotFound
from services.cadres.domain.visit import VoidMark, may_void_visit
from services.cadres.domain.visit_errors import VisitNotFound
from services.cadres.storage.guards import guard_visit
from services.cadres.storage.visit_feed import void_changes
from services.cadres.storage.visit_repository import EnteredVisit, get_visit, save_void
from services.cadres.use_cases.see import require_near_household
from services.cadres.use_cases.see_visits import was_there
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def void_visit(
    connection: Connection,
    change_log: ChangeLog,
    audit: AuditTrail,
    who: Principal,
    visit_id: UUID,
    reason: str,
    now: datetime,
) -> EnteredVisit:
    """Raises VisitNotFound and the reasons of `may_void_visit`."""
    await guard_visit(connection, visit_id)
    entered = await get_visit(connection, visit_id)
    visit, author = entered.visit, was_there(who, entered.visit)
    if not author:
        try:
            await require_near_household(connection, who, visit.household_id, visit.village_code)
        except HelpedHouseholdNotFound:
            raise VisitNotFound from None
    if (refusal := may_void_visit(visit, author=author, superior=who.official_for(visit.village_code))) is not None:
        raise refusal
    mark = VoidMark(now, who.subject, who.name, reason)
    await save_void(connection, visit, mark)
    await change_log.append(connection, void_changes(visit, mark, told_by=entered.entered_by))
    facts = {"visit_id": str(visit_id), "reason": reason}
    await audit.append(
        connection, at=now, event="visit_void", actor=who.subject, subject=str(visit.household_id), facts=facts
    )
    return await get_visit(connection, visit_id)
