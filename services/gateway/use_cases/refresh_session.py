"""An app exchanges its refresh token for new tokens."""

import secrets

from services.gateway.domain.errors import RefreshRefused
from services.gateway.domain.refresh_answer import Answer, refresh_answer
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.session_repository import (
    FoundRefresh,
    add_refresh,
    end_session,
    find_refresh,
    rotate_refresh,
)
from services.gateway.storage.user_repository import get_user
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from services.gateway.use_cases.open_session import REFRESH_LIFETIME, TOKEN_BYTES, successor
from shared.db import Connection


async def refresh_session(desk: Desk, refresh_token: str, origin: Origin) -> Tokens:
    """Raises RefreshRefused. A stolen token ends its whole family, and that stays although the request fails."""
    async with desk.database.transaction() as connection:
        found = await find_refresh(connection, refresh_token)
        if found is None:
            raise RefreshRefused
        answer = refresh_answer(found.stored, origin.device_digest, desk.clock.now())
        if answer is Answer.ROTATE:
            nonce = secrets.token_bytes(TOKEN_BYTES)
            return await _rotate(connection, desk, found, refresh_token, nonce, origin)
        if answer is Answer.SAME_AGAIN:
            return await _tokens(connection, desk, found, successor(refresh_token, found.successor_nonce or b""))
        if answer is Answer.STOLEN:
            await _end_family(connection, desk, found)
    raise RefreshRefused


async def _rotate(
    connection: Connection, desk: Desk, found: FoundRefresh, refresh_token: str, nonce: bytes, origin: Origin
) -> Tokens:
    now, following = desk.clock.now(), successor(refresh_token, nonce)
    await rotate_refresh(connection, refresh_token, found.session_id, device=origin.device_digest, nonce=nonce, now=now)
    await add_refresh(connection, following, found.session_id, now=now, lifetime=REFRESH_LIFETIME)
    return await _tokens(connection, desk, found, following)


async def _tokens(connection: Connection, desk: Desk, found: FoundRefresh, refresh_token: str) -> Tokens:
    """The user is read anew: roles and places that changed show in the next access token."""
    user = await get_user(connection, found.user_id)
    return Tokens(desk.mint.for_user(user, found.session_id, desk.clock.now()), refresh_token)


async def _end_family(connection: Connection, desk: Desk, found: FoundRefresh) -> None:
    now = desk.clock.now()
    await end_session(connection, found.session_id, "refresh_reused", now)
    desk.revocations.stop(str(found.session_id))
    await AUDIT.append(
        connection,
        at=now,
        event="refresh_reused",
        actor="-",
        subject=str(found.session_id),
        facts={"user": str(found.user_id)},
    )
