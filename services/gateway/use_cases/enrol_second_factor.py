"""Somebody sets up an authenticator: begins with a secret, ends with its first code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.gateway.domain.factor_errors import NothingToConfirm, SecondFactorWrong
from services.gateway.domain.second_factor import RECOVERY_CODES
from services.gateway.storage.attempt_repository import note_failure, note_success
from services.gateway.storage.audit import AUDIT
from services.gateway.storage.user_repository import get_user
from services.gateway.use_cases.count_login import take_place
from services.gateway.use_cases.desk import Desk, Origin
from services.gateway.use_cases.one_time_codes import (
    enrolment_uri,
    fresh_recovery_codes,
    fresh_secret,
    matching_step,
    recovery_key,
    shown_secret,
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the authenticator is told; shown once."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Standing:
    enrolled: bool
    confirmed_at: datetime | None
    recovery_codes_left: int


async def second_factor_of(desk: Desk, user_id: UUID) -> Standing:
    async with desk.database.transaction() as connection:
        factor = await desk.factors.find(connection, user_id)
        left = await desk.factors.recovery_codes_left(connection, user_id)
    enrolled = factor is not None and factor.secret is not None
    return Standing(enrolled, factor.confirmed_at if factor else None, left)


async def begin_enrolment(desk: Desk, user_id: UUID) -> Enrolment:
    """A new secret beside the one that counts, if any. Raises UserNotFound."""
    secret = fresh_secret()
    async with desk.database.transaction() as connection:
        user = await get_user(connection, user_id)
        await desk.factors.put_pending(connection, user_id, secret)
    return Enrolment(shown_secret(secret), enrolment_uri(secret, user.username))


async def confirm_enrolment(desk: Desk, user_id: UUID, code: str, origin: Origin) -> list[str]:
    """The new recovery codes, shown once. Raises NothingToConfirm, SecondFactorWrong, TooManyLogins, LoginsAtOnce."""
    account = f"second-factor:{user_id}"
    async with desk.database.transaction() as connection:
        factor = await desk.factors.find(connection, user_id)
    if factor is None or factor.pending is None:
        raise NothingToConfirm(allowed=["POST /v1/me/second-factor"])
    await take_place(desk, account, origin)
    now, codes, actor = desk.clock.now(), fresh_recovery_codes(RECOVERY_CODES), str(user_id)
    step = matching_step(factor.pending, code, now)
    async with desk.database.transaction() as connection:
        if step is not None and await desk.factors.confirm(connection, user_id, step, now):
            await note_success(connection, account, origin.address, now)
            await desk.factors.put_recovery_codes(connection, user_id, map(recovery_key, codes))
            await AUDIT.append(connection, at=now, event="second_factor_enrolled", actor=actor, subject=actor, facts={})
            return codes
        await note_failure(connection, account, origin.address)
    raise SecondFactorWrong(token_given=True)
