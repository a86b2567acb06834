"""A second person approves a card; from its effective date on it scores."""

from services.credit.domain.record_errors import SecondPersonNeeded
from services.credit.storage.card_repository import approve_card, proposer_of
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def approve(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, card_id: str, version: int
) -> None:
    """Raises CardNotFound, SecondPersonNeeded, CardNotDraft."""
    if await proposer_of(connection, card_id, version) == who.subject:
        raise SecondPersonNeeded
    await approve_card(connection, card_id, version, who.subject)
    await audit.append(
        connection,
        at=clock.now(),
        event="card_approved",
        actor=who.subject,
        subject=f"{card_id}@{version}",
        facts={},
    )
