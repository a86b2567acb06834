"""Is this the second factor of this user, shown for the first time?"""

from uuid import UUID

from services.gateway.domain.factor_errors import NoSecondFactor, SecondFactorWrong
from services.gateway.storage.attempt_repository import note_failure, note_success
from services.gateway.storage.audit import AUDIT
from services.gateway.use_cases.count_login import take_place
from services.gateway.use_cases.desk import Desk, Origin
from services.gateway.use_cases.one_time_codes import matching_step, recovery_key
from shared.db import Connection


async def takes_second_factor(connection: Connection, desk: Desk, user_id: UUID, shown: str) -> bool:
    """A code of the authenticator, or one of the recovery codes; each is taken once."""
    now = desk.clock.now()
    factor = await desk.factors.find(connection, user_id)
    if factor is None or factor.secret is None:
        return False
    step = matching_step(factor.secret, shown, now)
    if step is not None:
        return await desk.factors.use_step(connection, user_id, step)
    if not await desk.factors.use_recovery_code(connection, user_id, recovery_key(shown), now):
        return False
    left = await desk.factors.recovery_codes_left(connection, user_id)
    actor = str(user_id)
    await AUDIT.append(connection, at=now, event="recovery_code_used", actor=actor, subject=actor, facts={"left": left})
    return True


async def step_up(desk: Desk, user_id: UUID, shown: str, origin: Origin) -> None:
    """Somebody who is logged in shows the second factor once more. Wrong ones are counted as failed logins are.

    Raises NoSecondFactor, SecondFactorWrong, TooManyLogins, LoginsAtOnce.
    """
    account = f"second-factor:{user_id}"
    async with desk.database.transaction() as connection:
        factor = await desk.factors.find(connection, user_id)
    if factor is None or factor.secret is None:
        raise NoSecondFactor(allowed=["POST /v1/me/second-factor"])
    await take_place(desk, account, origin)
    async with desk.database.transaction() as connection:
        holds = await takes_second_factor(connection, desk, user_id, shown)
        now, actor = desk.clock.now(), str(user_id)
        if holds:
            await note_success(connection, account, origin.address, now)
        else:
            await note_failure(connection, account, origin.address)
        event = "stepped_up" if holds else "step_up_refused"
        await AUDIT.append(connection, at=now, event=event, actor=actor, subject=actor, facts={})
    if not holds:
        raise SecondFactorWrong(token_given=True)
