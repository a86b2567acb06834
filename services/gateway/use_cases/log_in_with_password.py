"""An official, cadre or other user logs in with a password."""

from services.gateway.domain.errors import LoginBusy, LoginRefused, LoginsAtOnce, TooManyLogins
from services.gateway.domain.factor_errors import SecondFactorNeeded, SecondFactorWrong
from services.gateway.domain.login_wait import AT_ONCE_WAIT, MOST_HERE, login_wait, places_taken
from services.gateway.domain.user import User, username_key
from services.gateway.storage.attempt_repository import count_attempt, note_failure, note_success, uncount
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.user_repository import find_by_username, put_password_hash
from services.gateway.use_cases.check_second_factor import takes_second_factor
from services.gateway.use_cases.desk import Desk, Origin, Tokens
from services.gateway.use_cases.open_session import open_session
from shared.db import Connection


async def log_in_with_password(
    desk: Desk, username: str, password: str, origin: Origin, second_factor: str | None = None
) -> Tokens:
    """Raises LoginRefused, alike for unknown user, wrong password and disabled user; TooManyLogins after failures;
    LoginsAtOnce and LoginBusy, which say nothing about this login and are counted nowhere; behind the right password
    SecondFactorNeeded, which is no failure, and SecondFactorWrong, which is one.

    The attempt takes its place in the counts before the password is looked at.
    """
    account = username_key(username)
    user = await _take_place(desk, account, origin)
    try:
        fits = await desk.passwords.fits(user.password_hash if user else None, password)
        if user is not None and fits and user.active:
            return await _let_in(desk, user, account, password, origin, second_factor)
    except (LoginBusy, SecondFactorNeeded):
        async with desk.database.transaction() as connection:
            await uncount(connection, account, origin.address)
        raise
    async with desk.database.transaction() as connection:
        await note_failure(connection, account, origin.address)
        await _record(connection, desk, user, "login_refused")
    raise LoginRefused


async def _take_place(desk: Desk, account: str, origin: Origin) -> User | None:
    """The user of this name, once there is a place. Raises TooManyLogins, LoginsAtOnce."""
    now = desk.clock.now()
    async with desk.database.transaction() as connection:
        attempts = await count_attempt(connection, account, origin.address, now)
        user = await find_by_username(connection, account)
        wait = login_wait(attempts, now)
        if wait is None:
            if places_taken(attempts):
                # Raised within the transaction, whose count of this attempt goes with it.
                raise LoginsAtOnce(retry_after=int(AT_ONCE_WAIT.total_seconds()))
            return user
        await note_failure(connection, account, origin.address)
        if attempts.failed.here == MOST_HERE + 1:
            await _record(connection, desk, user, "logins_stopped")
    seconds = int(wait.total_seconds())
    raise TooManyLogins(retry_after=seconds, minutes=-(-seconds // 60))


async def _let_in(
    desk: Desk, user: User, account: str, password: str, origin: Origin, second_factor: str | None
) -> Tokens:
    """Saves the password under today's parameters when its hash was made with others."""
    if user.has_second_factor and second_factor is None:
        raise SecondFactorNeeded
    fresh = await desk.passwords.make(password) if desk.passwords.outdated(user.password_hash or "") else None
    async with desk.database.transaction() as connection:
        if fresh is not None:
            await put_password_hash(connection, user.user_id, fresh)
        shown = second_factor is not None and await takes_second_factor(connection, desk, user.user_id, second_factor)
        if shown or not user.has_second_factor:
            await note_success(connection, account, origin.address, desk.clock.now())
            return await open_session(connection, desk, user, origin, method="password", second_factor_shown=shown)
        await note_failure(connection, account, origin.address)
        await _record(connection, desk, user, "second_factor_refused")
    raise SecondFactorWrong


async def _record(connection: Connection, desk: Desk, user: User | None, event: str) -> None:
    """What was typed as an unknown username may be anything, a password too, so it is not kept."""
    subject = str(user.user_id) if user else "unknown"
    await AUDIT.append(
        connection, at=desk.clock.now(), event=event, actor="-", subject=subject, facts={"method": "password"}
    )
