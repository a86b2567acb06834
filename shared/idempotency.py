"""A write with the same Idempotency-Key has one effect; its answer is kept with the write and given again.

The key's row is written in the write's own transaction, so there is no moment in which one stands without the other. A
reply may hold personal data, so it is sealed, and what was asked is kept as a keyed digest only.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, MetaData, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.errors import Conflict, Invalid, Unreadable

KEPT_DAYS = 30
NONCE_BYTES = 12


class IdempotencyKeyMissing(Unreadable):
    code = "idempotency_key_missing"
    message = "提交时要带上 Idempotency-Key（同一件事重试用同一个），请升级客户端后再试。"


class IdempotencyKeyGuessable(Unreadable):
    """Without a login the key alone says whose reply it is."""

    code = "idempotency_key_guessable"
    message = "这里的 Idempotency-Key 要随机生成、至少 22 个字符，请换一个再提交。"


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    message = "这个 Idempotency-Key 已用于另一份内容，请换一个新的再提交。"


class StillRunning(Conflict):
    code = "still_running"
    message = "同一请求正在处理，请稍等片刻再查看结果。"
    retryable = True


def idempotency_table(metadata: MetaData) -> Table:
    return Table(
        "idempotency_keys",
        metadata,
        Column("who", Text, primary_key=True),
        Column("route", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("asked", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Index("idempotency_keys_by_age", "at"),
    )


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who asks which route with which key and body."""

    who: str
    route: str
    key: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class StoredReply:
    status: int
    headers: dict[str, str]
    body: bytes


class Idempotency:
    def __init__(self, table: Table, key: bytes) -> None:
        self._table = table
        self._key = hmac.digest(key, b"idempotency", "sha256")
        self._cipher = AESGCM(self._key)

    async def replay(self, connection: AsyncConnection, ticket: Ticket) -> StoredReply | None:
        """The stored reply; None when this transaction may go on. Raises StillRunning, IdempotencyKeyReused."""
        name = sha256(_place(ticket)).digest()
        lock = int.from_bytes(name[:8], signed=True)
        taken = await connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock})
        if not taken.scalar_one():
            raise StillRunning(retry_after=1)
        table = self._table
        found = (
            await connection.execute(
                select(table.c.asked, table.c.status, table.c.headers, table.c.body).where(
                    table.c.who == ticket.who, table.c.route == ticket.route, table.c.key == ticket.key
                )
            )
        ).one_or_none()
        if found is None:
            return None
        if bytes(found.asked) != self._digest(ticket):
            raise IdempotencyKeyReused
        sealed = bytes(found.body)
        body = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(ticket))
        return StoredReply(found.status, found.headers, body)

    async def store(self, connection: AsyncConnection, ticket: Ticket, reply: StoredReply) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES)
        await connection.execute(
            self._table.insert().values(
                who=ticket.who,
                route=ticket.route,
                key=ticket.key,
                asked=self._digest(ticket),
                status=reply.status,
                headers=reply.headers,
                body=nonce + self._cipher.encrypt(nonce, reply.body, _place(ticket)),
            )
        )

    def _digest(self, ticket: Ticket) -> bytes:
        return hmac.digest(self._key, ticket.body_sha256, "sha256")

    async def forget_old(self, connection: AsyncConnection) -> int:
        """Deletes keys older than 30 days; the number of rows."""
        gone = await connection.execute(
            text(f"DELETE FROM {self._table.name} WHERE at < now() - make_interval(days => :days)"),  # noqa: S608 - a constant table name
            {"days": KEPT_DAYS},
        )
        return gone.rowcount


def _place(ticket: Ticket) -> bytes:
    return f"{ticket.who}\0{ticket.route}\0{ticket.key}".encode()
