"""An official, cadre or other user logs in with a password."""

from services.gateway.domain.errors import LoginRefused, TooManyLogins
from services.gateway.domain.login_wait import MOST_HERE, login_wait
from services.gateway.domain.user import User, username_key
from services.gateway.storage.attempt_repository import count_attempt, note_success
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.user_repository import find_by_username, put_password_hash
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from services.gateway.use_cases.open_session import open_session


async def log_in_with_password(desk: Desk, username: str, password: str, origin: Origin) -> Tokens:
    """Raises LoginRefused, alike for unknown user, wrong password and disabled user; TooManyLogins, LoginBusy.

    The attempt is counted before the password is looked at, and stays counted unless it is right.
    """
    account, now = username_key(username), desk.clock.now()
    async with desk.database.transaction() as connection:
        attempts = await count_attempt(connection, account, origin.address, now)
        user = await find_by_username(connection, account)
    wait = login_wait(attempts, now)
    if wait is not None:
        if attempts.here == MOST_HERE + 1:
            await _record(desk, user, "logins_stopped")
        seconds = int(wait.total_seconds())
        raise TooManyLogins(retry_after=seconds, minutes=-(-seconds // 60))
    fits = await desk.passwords.fits(user.password_hash if user else None, password)
    if user is None or not fits or not user.active:
        await _record(desk, user, "login_refused")
        raise LoginRefused
    return await _let_in(desk, user, account, password, origin)


async def _let_in(desk: Desk, user: User, account: str, password: str, origin: Origin) -> Tokens:
    """Saves the password under today's parameters when its hash was made with others."""
    fresh = await desk.passwords.make(password) if desk.passwords.outdated(user.password_hash or "") else None
    async with desk.database.transaction() as connection:
        if fresh is not None:
            await put_password_hash(connection, user.user_id, fresh)
        await note_success(connection, account, origin.address, desk.clock.now())
        return await open_session(connection, desk, user, origin, method="password")


async def _record(desk: Desk, user: User | None, event: str) -> None:
    """What was typed as an unknown username may be anything, a password too, so it is not kept."""
    subject = str(user.user_id) if user else "unknown"
    async with desk.database.transaction() as connection:
        await AUDIT.append(
            connection, at=desk.clock.now(), event=event, actor="-", subject=subject, facts={"method": "password"}
        )
