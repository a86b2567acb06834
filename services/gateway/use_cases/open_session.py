"""Someone has proved who they are: a session begins, with its first tokens."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

from services.gateway.domain.user import User
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.session_repository import add_refresh, add_session
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from shared.db import Connection
from shared.ids import new_id

REFRESH_LIFETIME = timedelta(days=30)
TOKEN_BYTES = 32


async def open_session(
    connection: Connection, desk: Desk, user: User, origin: Origin, *, method: str, second_factor_shown: bool = False
) -> Tokens:
    """In the caller's transaction; `method` is password or wechat."""
    now, session_id = desk.clock.now(), new_id()
    refresh_token = secrets.token_urlsafe(TOKEN_BYTES)
    await add_session(connection, session_id, user.user_id, method=method, device=origin.device, now=now)
    await add_refresh(connection, refresh_token, session_id, now=now, lifetime=REFRESH_LIFETIME)
    await AUDIT.append(
        connection,
        at=now,
        event="logged_in",
        actor=str(user.user_id),
        subject=str(session_id),
        facts={"method": method, "second_factor": second_factor_shown},
    )
    access_token = desk.mint.for_user(user, session_id, now, second_factor_shown=second_factor_shown)
    return Tokens(access_token, refresh_token)


def successor(refresh_token: str, nonce: bytes) -> str:
    """The token after this one. It needs the token, which only its holder has, and the nonce, which only we have."""
    made = hmac.new(refresh_token.encode(), nonce, sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")
