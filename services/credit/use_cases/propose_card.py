"""A scorecard is proposed as data: checked when it comes in, a draft until a second person approves it."""

from typing import Any

from services.credit.domain.card_document import card_from_document
from services.credit.domain.errors import CardRefused
from services.credit.domain.fact_fields import check_card_fields
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import add_draft
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def propose(
    connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, document: dict[str, Any]
) -> Card:
    """Raises CardRefused naming every place in the document that is wrong, CardExists."""
    try:
        card = card_from_document(document)
        check_card_fields(card)
    except CardRefused as refusal:
        found = refusal.data["errors"]
        raise CardRefused(errors=[{**one, "pointer": f"/document{one['pointer']}"} for one in found]) from None
    await add_draft(connection, card, who.subject)
    await audit.append(
        connection,
        at=clock.now(),
        event="card_proposed",
        actor=who.subject,
        subject=f"{card.id}@{card.version}",
        facts={"sha256": card.sha256},
    )
    return card
