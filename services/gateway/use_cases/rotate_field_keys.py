"""Two operators have the keys of personal fields replaced; what was begun and what ended stands in the audit chain."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from services.gateway.storage.audit import AUDIT
from services.gateway.use_cases.check_operator import Shown, check_two_operators
from services.gateway.use_cases.desk import Desk

T = TypeVar("T")


async def begin_rotation(
    desk: Desk, operators: Sequence[Shown], services: Sequence[str], begin: Callable[[], T], *, actor: str
) -> T:
    """What `begin` returns, which writes the new keys. `operators` are two, or none in the demonstration.

    Raises OperatorRefused, SameOperator. Recorded before it takes effect: without its audit row no key changes.
    """
    confirmed = [str(user.user_id) for user in await check_two_operators(desk, *operators)] if operators else []
    async with desk.database.transaction() as connection:
        facts = {"operators": confirmed, "services": list(services)}
        await AUDIT.append(
            connection,
            at=desk.clock.now(),
            event="field_keys_rotated",
            actor=actor,
            subject="field-keys",
            facts=facts,
        )
        return begin()


async def record_retired(desk: Desk, retired: Mapping[str, Sequence[int]], *, actor: str) -> None:
    """`retired`: service → ids of the keys that seal nothing any more."""
    async with desk.database.transaction() as connection:
        await AUDIT.append(
            connection,
            at=desk.clock.now(),
            event="field_keys_retired",
            actor=actor,
            subject="field-keys",
            facts={service: list(key_ids) for service, key_ids in retired.items()},
        )
