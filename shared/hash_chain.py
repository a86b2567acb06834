"""One hash chain for everything that must not be changed afterwards: audit events and work-flow transitions.

Each row carries the hash of the row before it, so that an edit, a deletion, an insertion or a swap shows at the first
row that no longer fits. `verify` reads the rows and names that row.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

START = bytes(32)


def audit_table(metadata: MetaData) -> Table:
    return Table(
        "audit_events",
        metadata,
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("event", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("facts", JSONB, nullable=False),
        Column("previous", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
    )


def link(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """The hash of a row: its content in canonical JSON behind the hash of the row before."""
    content = {
        "seq": row["seq"],
        "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "event": row["event"],
        "actor": row["actor"],
        "subject": row["subject"],
        "facts": row["facts"],
    }
    return sha256(previous + rfc8785.dumps(content)).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain; row 0 with no hash where there is none yet."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first row that does not fit, and why."""

    seq: int
    reason: str


def misfit(previous: bytes, expected: int, row: Mapping[str, Any]) -> Break | None:
    """Does this row fit as the chain's next, numbered `expected`, behind the hash `previous`?"""
    if row["seq"] != expected:
        return Break(expected, "row missing or out of order")
    if bytes(row["previous"]) != previous:
        return Break(expected, "does not follow the row before it")
    if link(previous, row) != bytes(row["hash"]):
        return Break(expected, "content was changed")
    return None


class AuditTrail:
    """Appends events to a service's chain and verifies it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def append(
        self,
        connection: AsyncConnection,
        *,
        at: datetime,
        event: str,
        actor: str,
        subject: str,
        facts: Mapping[str, Any],
    ) -> None:
        """In the caller's transaction. Writers queue behind each other until it ends: append late, commit soon."""
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('audit_events'), hashtext(current_schema()))")
        )
        head = await self.head(connection)
        seq, previous = head.seq + 1, head.hash or START
        row = {"seq": seq, "at": at, "event": event, "actor": actor, "subject": subject, "facts": dict(facts)}
        await connection.execute(self._table.insert().values(**row, previous=previous, hash=link(previous, row)))

    async def head(self, connection: AsyncConnection) -> Head:
        table = self._table
        last = await connection.execute(select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1))
        row = last.one_or_none()
        return Head(row.seq, bytes(row.hash)) if row else Head(0, b"")

    async def hashes(self, connection: AsyncConnection, rows: Collection[int]) -> dict[int, bytes]:
        """Row → its hash, of those of these rows that there are."""
        table = self._table
        found = await connection.execute(select(table.c.seq, table.c.hash).where(table.c.seq.in_(rows)))
        return {row.seq: bytes(row.hash) for row in found}

    async def verify(self, connection: AsyncConnection) -> tuple[int, Break | None]:
        """How many rows fit, and the first that does not (None when all do)."""
        previous, expected = START, 1
        async for row in self._rows(connection):
            found = misfit(previous, expected, row)
            if found is not None:
                return expected - 1, found
            previous, expected = bytes(row["hash"]), expected + 1
        return expected - 1, None

    async def _rows(self, connection: AsyncConnection) -> AsyncIterator[Mapping[str, Any]]:
        result = await connection.stream(select(self._table).order_by(self._table.c.seq))
        async for row in result.mappings():
            yield dict(row)

    async def count(self, connection: AsyncConnection) -> int:
        return (await connection.execute(select(func.count()).select_from(self._table))).scalar_one()
