"""An operator or the demonstration saves a user; saving the same again changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.domain.errors import UsernameTaken, UserNotFound
from services.gateway.domain.password_rules import check_password
from services.gateway.domain.user import ACTIVE, User, check_grants, check_username, username_key
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.factor_repository import forget_factor
from services.gateway.storage.session_repository import end_sessions_of
from services.gateway.storage.shipped_passwords import common_passwords
from services.gateway.storage.user_repository import find_by_username, get_user, put_user, put_wechat_binding
from services.gateway.use_cases.password_hashes import PasswordHashes
from shared.db import Connection
from shared.ids import new_id


async def save_user(
    connection: Connection,
    passwords: PasswordHashes,
    *,
    username: str,
    name: str,
    grants: Mapping[str, Sequence[str]],
    now: datetime,
    password: str | None = None,
    household_id: UUID | None = None,
    cadre_id: UUID | None = None,
    status: str = ACTIVE,
    actor: str = "operator",
) -> UUID:
    """The user's id. The username names the user; without a password it comes by WeChat only, or keeps the one it has.

    When anything changes that a token says, or the password, every session of the user ends. Raises UsernameUnfit,
    RoleUnknown, RegionUnfit, PasswordTooShort, PasswordTooPlain.
    """
    key = username_key(username)
    places = {role: tuple(sorted(codes)) for role, codes in grants.items()}
    check_username(key)
    check_grants(places)
    before = await find_by_username(connection, key)
    kept = before.password_hash if before else None
    if password is not None and not (kept and await passwords.fits(kept, password)):
        check_password(password, key, common_passwords())
        kept = await passwords.make(password)
    user_id = before.user_id if before else new_id()
    after = User(user_id, key, name, places, household_id, cadre_id, status, kept)
    if after == before:
        return user_id
    return await _write(connection, before, after, now, actor)


async def add_user(
    connection: Connection, passwords: PasswordHashes, *, username: str, now: datetime, actor: str, **fields: Any
) -> UUID:
    """A user who is not there yet; `fields` as `save_user` has them. Raises UsernameTaken and what that raises."""
    if await find_by_username(connection, username_key(username)) is not None:
        raise UsernameTaken
    return await save_user(connection, passwords, username=username, now=now, actor=actor, **fields)


async def change_user(
    connection: Connection, passwords: PasswordHashes, username: str, *, now: datetime, actor: str, **changes: Any
) -> UUID:
    """Changes what is named: name, grants, password, status. Raises UserNotFound and what `save_user` raises."""
    before = await find_by_username(connection, username_key(username))
    if before is None:
        raise UserNotFound
    fields = {
        "name": before.name,
        "grants": before.grants,
        "household_id": before.household_id,
        "cadre_id": before.cadre_id,
        "status": before.status,
    }
    return await save_user(connection, passwords, username=before.username, now=now, actor=actor, **(fields | changes))


async def bind_household(connection: Connection, user_id: UUID, household_id: UUID, *, now: datetime) -> None:
    """The user is this household's from now on. Raises UserNotFound."""
    before = await get_user(connection, user_id)
    after = replace(before, household_id=household_id, grants={**before.grants, "household": ()})
    if after != before:
        await _write(connection, before, after, now, "operator")


async def bind_wechat(connection: Connection, user_id: UUID, openid: str, *, now: datetime) -> None:
    """Whoever WeChat says has this openid is the user. Raises UserNotFound."""
    await get_user(connection, user_id)
    await put_wechat_binding(connection, openid, user_id, now)


async def forget_second_factor(connection: Connection, username: str, *, now: datetime, actor: str) -> UUID:
    """The telephone is lost. Every session of the user ends. Raises UserNotFound."""
    user = await find_by_username(connection, username_key(username))
    if user is None:
        raise UserNotFound
    forgotten = await forget_factor(connection, user.user_id)
    ended = await end_sessions_of(connection, user.user_id, "second_factor_forgotten", now)
    facts = {"forgotten": forgotten, "sessions_ended": ended}
    subject = str(user.user_id)
    await AUDIT.append(connection, at=now, event="second_factor_forgotten", actor=actor, subject=subject, facts=facts)
    return user.user_id


async def _write(connection: Connection, before: User | None, after: User, now: datetime, actor: str) -> UUID:
    """The id that stands: somebody else may have made this user a moment before."""
    user_id = await put_user(connection, after)
    ended = await end_sessions_of(connection, user_id, "user_changed", now) if before else 0
    facts = {
        "roles": sorted(after.grants),
        "status": after.status,
        "password": before is None or before.password_hash != after.password_hash,
        "sessions_ended": ended,
    }
    await AUDIT.append(connection, at=now, event="user_saved", actor=actor, subject=str(user_id), facts=facts)
    return user_id
