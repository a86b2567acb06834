"""Anybody objects to a line of a public notice while it stands, openly or without a name (credit rules 2.4, 2.8)."""

from dataclasses import dataclass
from uuid import UUID

from services.credit.domain.negative_errors import GradeObjectionsFull, NoticeIsOver, NoticeLineUnknown
from services.credit.domain.objection_clock import answer_due
from services.credit.storage.case_repository import get_case
from services.credit.storage.notice_repository import cases_on, get_notice
from services.credit.storage.objection_repository import Objection, add_objection, count_open_from_outside
from services.credit.storage.shipped_policies import grade_policy
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail

THIRD_PERSON = "third person"
ASK_AGAIN_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class FromOutside:
    """`line` counts from 1; `name` None is anonymous."""

    objection_id: UUID
    notice_id: UUID
    line: int
    statement: str
    name: str | None


async def object_to_notice(connection: Connection, audit: AuditTrail, clock: Clock, given: FromOutside) -> Objection:
    """The case does not move on until it is decided.

    Raises NoticeNotFound, NoticeIsOver from the first free day on, NoticeLineUnknown, GradeObjectionsFull,
    ObjectionExists.
    """
    notice, _ = await get_notice(connection, given.notice_id)
    today = clock.today()
    if today >= notice.first_free_day:
        raise NoticeIsOver
    cases = await cases_on(connection, given.notice_id)
    if given.line > len(cases):
        raise NoticeLineUnknown
    # The case is held, so that it does not move on while the objection is being made.
    case = await get_case(connection, cases[given.line - 1], lock=True)
    policy = grade_policy(today)
    if await count_open_from_outside(connection, case.household_id, case.case_id) >= policy.most_open_objections:
        raise GradeObjectionsFull(retry_after=ASK_AGAIN_SECONDS)
    objection = Objection(
        household_id=case.household_id,
        objection_id=given.objection_id,
        case_id=case.case_id,
        about="grade",
        statement=given.statement,
        opened_by=THIRD_PERSON,
        opened_on=today,
        due_on=answer_due(today, policy.objection_days),
        notice_id=given.notice_id,
        objector=given.name,
    )
    await add_objection(connection, objection)
    await audit.append(
        connection,
        at=clock.now(),
        event="notice_objection_opened",
        actor=THIRD_PERSON,
        subject=str(case.household_id),
        facts={"objection_id": str(given.objection_id), "anonymous": given.name is None},
    )
    return objection
