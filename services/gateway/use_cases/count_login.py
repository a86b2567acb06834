"""A try takes its place in the counts before anything is looked at."""

from services.gateway.domain.errors import LoginsAtOnce, TooManyLogins
from services.gateway.domain.login_wait import AT_ONCE_WAIT, login_wait, places_taken
from services.gateway.storage.attempt_repository import count_attempt, note_failure
from services.gateway.use_cases.desk import Desk, Origin


async def take_place(desk: Desk, account: str, origin: Origin) -> None:
    """Until `note_success`, `note_failure` or `uncount`. Raises TooManyLogins, LoginsAtOnce."""
    now = desk.clock.now()
    async with desk.database.transaction() as connection:
        attempts = await count_attempt(connection, account, origin.address, now)
        wait = login_wait(attempts, now)
        if wait is None:
            if places_taken(attempts):
                # Raised within the transaction, whose count of this attempt goes with it.
                raise LoginsAtOnce(retry_after=int(AT_ONCE_WAIT.total_seconds()))
            return
        await note_failure(connection, account, origin.address)
    seconds = int(wait.total_seconds())
    raise TooManyLogins(retry_after=seconds, minutes=-(-seconds // 60))
