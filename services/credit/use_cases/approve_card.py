"""A second person approves a card; from its effective date on it scores, and the version before is retired."""

from services.credit.domain.card_change import check_card_change
from services.credit.domain.record_errors import SecondPersonNeeded
from services.credit.storage.card_repository import approve_card, card_version, find_card_in_force, proposer_of
from services.credit.storage.rehearsal_repository import was_rehearsed
from services.credit.use_cases.rehearse_card import JOB
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def approve(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, card_id: str, version: int
) -> None:
    """Raises CardNotFound, SecondPersonNeeded, CardBeginsTooEarly, CardNotRehearsed, CardNotDraft."""
    if await proposer_of(connection, card_id, version) == who.subject:
        raise SecondPersonNeeded
    new, today = await card_version(connection, card_id, version), clock.today()
    in_force = await find_card_in_force(connection, card_id, today)
    if in_force is None or in_force.version != version:
        rehearsed = in_force is not None and await was_rehearsed(connection, JOB, new, in_force)
        check_card_change(new, in_force, today, rehearsed=rehearsed)
    await approve_card(connection, card_id, version, who.subject)
    await audit.append(
        connection,
        at=clock.now(),
        event="card_approved",
        actor=who.subject,
        subject=f"{card_id}@{version}",
        facts={},
    )
