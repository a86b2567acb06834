"""An operator invites somebody, who then chooses a password that nobody else has seen."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.gateway.domain.factor_errors import InvitationNotFound
from services.gateway.domain.password_rules import check_password
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.invitation_repository import find_invited, put_invitation, use_invitation
from services.gateway.storage.session_repository import end_sessions_of
from services.gateway.storage.shipped_passwords import common_passwords
from services.gateway.storage.user_repository import get_user, put_password_hash
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from services.gateway.use_cases.open_session import TOKEN_BYTES, open_session
from services.gateway.use_cases.password_hashes import PasswordHashes
from services.gateway.use_cases.save_user import save_user
from shared.db import Connection

INVITATION_LASTS = timedelta(hours=72)


async def invite_user(
    connection: Connection,
    passwords: PasswordHashes,
    *,
    username: str,
    name: str,
    grants: Mapping[str, Sequence[str]],
    now: datetime,
    actor: str,
    lasts: timedelta = INVITATION_LASTS,
) -> tuple[UUID, str]:
    """The user's id and the invitation's secret, which is kept nowhere. A user who is there is invited anew.

    Raises UsernameUnfit, RoleUnknown, RegionUnfit.
    """
    user_id = await save_user(connection, passwords, username=username, name=name, grants=grants, now=now, actor=actor)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await put_invitation(connection, token, user_id, now + lasts)
    await AUDIT.append(connection, at=now, event="user_invited", actor=actor, subject=str(user_id), facts={})
    return user_id, token


async def accept_invitation(desk: Desk, token: str, password: str, origin: Origin) -> Tokens:
    """Sets the password and logs in. Raises InvitationNotFound, PasswordTooShort, PasswordTooPlain, LoginBusy.

    It is used up with the new password, not before; whoever was logged in as this user is so no longer.
    """
    async with desk.database.transaction() as connection:
        invited = await find_invited(connection, token, desk.clock.now())
        user = None if invited is None else await get_user(connection, invited)
    if user is None or not user.active:
        raise InvitationNotFound
    check_password(password, user.username, common_passwords())
    password_hash = await desk.passwords.make(password)
    now, subject = desk.clock.now(), str(user.user_id)
    async with desk.database.transaction() as connection:
        if not await use_invitation(connection, token, now):
            raise InvitationNotFound
        await put_password_hash(connection, user.user_id, password_hash)
        await end_sessions_of(connection, user.user_id, "invitation_accepted", now)
        await AUDIT.append(connection, at=now, event="invitation_accepted", actor=subject, subject=subject, facts={})
        return await open_session(connection, desk, user, origin, method="password")
