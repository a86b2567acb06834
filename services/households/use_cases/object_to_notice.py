"""Anybody objects to a line of a public notice, open or anonymous, and follows it by a receipt (report 四.8)."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.households.domain.identification_errors import (
    EntryNotOnNotice,
    NoticeIsOver,
    NoticeLineNotFound,
    ObjectionsFull,
)
from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import OPEN_TO_OBJECTION
from services.households.storage.identification_repository import case_on_line
from services.households.storage.notice_repository import get_notice
from services.households.storage.objection_repository import Objection, ObjectionRepository
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail

# Without the letters and digits that are read for each other: 20 of 32 signs are 100 bits.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS, SIGNS_A_GROUP = 5, 4
ASK_AGAIN_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says against a line; anonymous without a name."""

    line: int
    statement: str
    name: str | None = None
    phone: str | None = None


async def object_to_notice(
    connection: Connection,
    objections: ObjectionRepository,
    audit: AuditTrail,
    clock: Clock,
    policy: IdentificationPolicy,
    notice_id: UUID,
    objection_id: UUID,
    said: Said,
) -> tuple[Objection, str]:
    """The objection and its receipt code, which is shown this once. From now on the entry, and it alone, is held.

    Raises NoticeNotFound, NoticeIsOver, NoticeLineNotFound, EntryNotOnNotice, ObjectionsFull, ObjectionExists.
    """
    notice = await get_notice(connection, notice_id)
    today = clock.today()
    if today > notice.last_day:
        raise NoticeIsOver
    case = await case_on_line(connection, notice.village_code, notice_id, said.line)
    if case is None:
        raise NoticeLineNotFound
    if case.state not in OPEN_TO_OBJECTION:
        raise EntryNotOnNotice
    waiting = await objections.count_open(connection, case.household_id, case.case_id)
    if waiting >= policy.most_open_objections:
        raise ObjectionsFull(retry_after=ASK_AGAIN_SECONDS)
    receipt = "-".join("".join(secrets.choice(SIGNS) for _ in range(SIGNS_A_GROUP)) for _ in range(GROUPS))
    objection = Objection(
        household_id=case.household_id,
        objection_id=objection_id,
        case_id=case.case_id,
        village_code=case.village_code,
        notice_id=notice_id,
        line=said.line,
        statement=said.statement,
        receipt=receipt_hash(receipt),
        opened_on=today,
        name=said.name,
        phone=said.phone,
    )
    await objections.add(connection, objection)
    facts = {"objection_id": str(objection_id), "notice_id": str(notice_id), "anonymous": said.name is None}
    await audit.append(
        connection,
        at=clock.now(),
        event="notice_objection_opened",
        actor="public",
        subject=str(case.case_id),
        facts=facts,
    )
    return objection, receipt


def receipt_hash(receipt: str) -> bytes:
    """However it is written: small letters, without its dashes, with spaces."""
    return sha256("".join(sign for sign in receipt.upper() if sign.isalnum()).encode()).digest()


async def follow_objection(connection: Connection, objections: ObjectionRepository, receipt: str) -> Objection:
    """Raises ObjectionNotFound."""
    return await objections.by_receipt(connection, receipt_hash(receipt))
