"""Second factors: secrets encrypted, recovery codes as digests, each code taken once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Update, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.storage.tables import recovery_codes, second_factors
from shared.crypto import FieldCipher
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Factor:
    """`secret` counts at logins; `pending` waits for its first code."""

    secret: bytes | None
    pending: bytes | None
    confirmed_at: datetime | None


class Factors:
    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    async def find(self, connection: Connection, user_id: UUID) -> Factor | None:
        t = second_factors.c
        found = await connection.execute(select(t.secret, t.pending, t.confirmed_at).where(t.user_id == user_id))
        row = found.one_or_none()
        if row is None:
            return None
        return Factor(self._open(user_id, row.secret), self._open(user_id, row.pending), row.confirmed_at)

    async def put_pending(self, connection: Connection, user_id: UUID, secret: bytes) -> None:
        """Beside the one that counts, until it is confirmed; an earlier one that waits goes."""
        sealed = self._cipher.encrypt(secret.hex(), _place(user_id))
        row = insert(second_factors).values(user_id=user_id, pending=sealed)
        await connection.execute(row.on_conflict_do_update(index_elements=["user_id"], set_={"pending": sealed}))

    async def confirm(self, connection: Connection, user_id: UUID, step: int, now: datetime) -> bool:
        """The waiting secret takes the place of the old one, whose steps count no more. False when none waits."""
        t = second_factors.c
        values = {"secret": t.pending, "pending": None, "confirmed_at": now, "last_step": step}
        return await _one(
            connection, update(second_factors).where(t.user_id == user_id, t.pending.is_not(None)), values
        )

    async def use_step(self, connection: Connection, user_id: UUID, step: int) -> bool:
        """True once a step: the database decides between two who bring the same code."""
        t = second_factors.c
        unused = or_(t.last_step.is_(None), t.last_step < step)
        return await _one(connection, update(second_factors).where(t.user_id == user_id, unused), {"last_step": step})

    async def put_recovery_codes(self, connection: Connection, user_id: UUID, codes: Iterable[str]) -> None:
        """In the place of all earlier ones."""
        await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        rows = [{"user_id": user_id, "code_sha256": _digest(code)} for code in codes]
        await connection.execute(recovery_codes.insert(), rows)

    async def use_recovery_code(self, connection: Connection, user_id: UUID, code: str, now: datetime) -> bool:
        """True once a code."""
        t = recovery_codes.c
        mine = update(recovery_codes).where(t.user_id == user_id, t.code_sha256 == _digest(code), t.used_at.is_(None))
        return await _one(connection, mine, {"used_at": now})

    async def recovery_codes_left(self, connection: Connection, user_id: UUID) -> int:
        t = recovery_codes.c
        left = select(func.count()).where(t.user_id == user_id, t.used_at.is_(None))
        return int((await connection.execute(left)).scalar_one())

    def _open(self, user_id: UUID, sealed: bytes | None) -> bytes | None:
        return None if sealed is None else bytes.fromhex(self._cipher.decrypt(bytes(sealed), _place(user_id)))


async def forget_factor(connection: Connection, user_id: UUID) -> bool:
    """The user has no second factor any more; False when there was none."""
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    gone = await connection.execute(delete(second_factors).where(second_factors.c.user_id == user_id))
    return gone.rowcount == 1


async def _one(connection: Connection, statement: Update, values: dict[str, Any]) -> bool:
    return (await connection.execute(statement.values(**values))).rowcount == 1


def _place(user_id: UUID) -> bytes:
    return b"second_factors.secret:" + user_id.bytes


def _digest(code: str) -> bytes:
    """Fifty random bits behind the login's own limits: a plain digest will do."""
    return sha256(code.encode()).digest()
