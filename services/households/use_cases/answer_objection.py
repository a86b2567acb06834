"""Somebody who took no part decides an objection: the household is off the list, or its entry goes on (report 四.8)."""

from dataclasses import replace
from typing import Literal
from uuid import UUID

from services.households.domain.identification import Case
from services.households.domain.identification_errors import DeciderTookPart, ObjectionAnswered, ObjectionNotFound
from services.households.domain.identification_moved import removed
from services.households.domain.identification_offices import DECIDE_OBJECTIONS
from services.households.domain.identification_state import OPEN_TO_OBJECTION
from services.households.domain.objection_decider import may_decide
from services.households.storage.identification_repository import get_case, identification_log, save_cases
from services.households.storage.notice_repository import get_notice
from services.households.storage.objection_repository import Objection, ObjectionRepository
from services.households.use_cases.hold_office import require_office
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection
from shared.hash_chain import AuditTrail

Outcome = Literal["upheld", "unfounded"]


async def answer_objection(
    connection: Connection,
    objections: ObjectionRepository,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    notice_id: UUID,
    objection_id: UUID,
    *,
    outcome: Outcome,
    answer: str,
) -> Objection:
    """Raises ObjectionNotFound, NotPermitted, OutsideScope, ObjectionAnswered, DeciderTookPart."""
    objection = await _objection(connection, objections, who, notice_id, objection_id)
    require_office(who, objection.village_code, *DECIDE_OBJECTIONS)
    if objection.outcome is not None:
        raise ObjectionAnswered
    case = await get_case(connection, objection.case_id, lock=True)
    if not may_decide(case, who.subject, who.name, objector=objection.name):
        raise DeciderTookPart
    decided = replace(objection, outcome=outcome, answer=answer, decided_by=who.subject, decided_on=clock.today())
    await objections.save_answer(connection, decided)
    if outcome == "upheld" and case.state in OPEN_TO_OBJECTION:
        await _take_off(connection, clock, who, case, objection)
    await _audit(connection, audit, clock, who, "notice_objection_decided", decided, outcome=outcome)
    return decided


async def see_objections(
    connection: Connection,
    objections: ObjectionRepository,
    who: Principal,
    notice_id: UUID,
    after: UUID | None,
    limit: int,
) -> list[Objection]:
    """For the officials of the place, newest first. Raises NoticeNotFound, OutsideScope."""
    notice = await get_notice(connection, notice_id)
    who.require_official(notice.village_code)
    return await objections.of_notice(connection, notice_id, after, limit)


async def see_objector(
    connection: Connection,
    objections: ObjectionRepository,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    notice_id: UUID,
    objection_id: UUID,
    reason: str,
) -> Objection:
    """With name and full phone, for whoever may decide it; it is written down that they were shown, and why.

    Raises ObjectionNotFound, NotPermitted, OutsideScope.
    """
    objection = await _objection(connection, objections, who, notice_id, objection_id)
    require_office(who, objection.village_code, *DECIDE_OBJECTIONS)
    await _audit(connection, audit, clock, who, "objector_shown", objection, reason=reason)
    return objection


async def _objection(
    connection: Connection, objections: ObjectionRepository, who: Principal, notice_id: UUID, objection_id: UUID
) -> Objection:
    """Held. Raises ObjectionNotFound, also for one of another place."""
    objection = await objections.get(connection, notice_id, objection_id)
    if not who.official_for(objection.village_code):
        raise ObjectionNotFound
    return objection


async def _take_off(connection: Connection, clock: Clock, who: Principal, case: Case, objection: Objection) -> None:
    after = removed(case, who.subject)
    facts = {"objection_id": str(objection.objection_id), "outcome": "upheld"}
    await identification_log.append(connection, [Taken(after, who.subject, clock.now(), facts)])
    await save_cases(connection, [after])


async def _audit(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    event: str,
    objection: Objection,
    **facts: str,
) -> None:
    await audit.append(
        connection,
        at=clock.now(),
        event=event,
        actor=who.subject,
        subject=str(objection.case_id),
        facts={"objection_id": str(objection.objection_id), **facts},
    )
