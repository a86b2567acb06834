"""A new key signs access tokens; the old one counts until what it signed has run out."""

from collections.abc import Callable, Sequence
from pathlib import Path

from services.gateway.domain.operator_errors import RotationUnderWay
from services.gateway.storage.audit import AUDIT
from services.gateway.use_cases.check_operator import Shown, check_two_operators
from services.gateway.use_cases.desk import Desk
from shared import token_keys
from shared.token_keys import Rotation, TooSoon


async def rotate_token_key(
    desk: Desk,
    secrets_dir: Path,
    write: Callable[[Path, str], None],
    operators: Sequence[Shown],
    *,
    overlap_seconds: int,
    actor: str,
) -> Rotation:
    """`operators` are two, or none in the demonstration; `write` replaces a file whole.

    Raises OperatorRefused, SameOperator, RotationUnderWay. What was done is recorded before it takes effect: without
    its audit row no key changes.
    """
    confirmed = [str(user.user_id) for user in await check_two_operators(desk, *operators)] if operators else []
    now = desk.clock.now()
    async with desk.database.transaction() as connection:
        facts = {"operators": confirmed, "overlap_seconds": overlap_seconds}
        await AUDIT.append(
            connection, at=now, event="token_key_rotated", actor=actor, subject="token-signing", facts=facts
        )
        try:
            return token_keys.rotate_token_key(
                secrets_dir, overlap_seconds=overlap_seconds, now=int(now.timestamp()), write=write
            )
        except TooSoon:
            raise RotationUnderWay(allowed=[]) from None
