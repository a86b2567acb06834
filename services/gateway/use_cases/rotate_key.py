"""A new key signs; the old one counts for a while beside it. Two operators confirm, and it is recorded."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.gateway.domain.operator_errors import RotationUnderWay
from services.gateway.storage.audit import AUDIT
from services.gateway.use_cases.check_operator import Shown, check_two_operators
from services.gateway.use_cases.desk import Desk
from shared.token_keys import Rotation, TooSoon


async def rotate_key(
    desk: Desk,
    operators: Sequence[Shown],
    turn: Callable[[int], Rotation],
    *,
    event: str,
    subject: str,
    facts: Mapping[str, Any],
    actor: str,
) -> Rotation:
    """`operators` are two, or none in the demonstration; `turn` changes the files, given the second since 1970.

    Raises OperatorRefused, SameOperator, RotationUnderWay. What was done is recorded before it takes effect: without
    its audit row no key changes.
    """
    confirmed = [str(user.user_id) for user in await check_two_operators(desk, *operators)] if operators else []
    now = desk.clock.now()
    async with desk.database.transaction() as connection:
        told = {"operators": confirmed, **facts}
        await AUDIT.append(connection, at=now, event=event, actor=actor, subject=subject, facts=told)
        try:
            return turn(int(now.timestamp()))
        except TooSoon:
            raise RotationUnderWay(allowed=[]) from None
