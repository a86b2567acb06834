"""A bank's machine proves itself with a signed assertion and gets a token of five minutes."""

from datetime import UTC, datetime

from services.gateway.domain.errors import ClientRefused
from services.gateway.domain.partner import is_client_id
from services.gateway.storage.partner_repository import find_partner, use_assertion
from services.gateway.use_cases.desk import Desk
from shared.tokens import TokenRefused, claimed_client, open_assertion


async def grant_partner_token(desk: Desk, assertion: str, token_url: str, client_id: str | None) -> str:
    """The access token. Raises ClientRefused without saying what was wrong: an unknown client, key, signature, time,
    audience, or an assertion that was used before (RFC 7523)."""
    try:
        kid, claimed = claimed_client(assertion)
        if not is_client_id(claimed) or client_id not in (None, claimed):
            raise ClientRefused(error="invalid_client")
        async with desk.database.transaction() as connection:
            partner = await find_partner(connection, claimed)
            now = desk.clock.now()
            pem = partner.token_key(kid, now) if partner is not None and partner.open else None
            if partner is None or pem is None:
                raise ClientRefused(error="invalid_client")
            opened = open_assertion(assertion, pem, client_id=claimed, audience=token_url, now=now.timestamp())
            last = datetime.fromtimestamp(opened.expires_at + 60, UTC)
            if not await use_assertion(connection, claimed, opened.token_id, last):
                raise ClientRefused(error="invalid_client")
    except TokenRefused:
        raise ClientRefused(error="invalid_client") from None
    return desk.mint.for_partner(partner, now)
