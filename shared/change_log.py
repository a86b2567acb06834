"""The change log between services: what a service's siblings may know, in the order in which it was committed.

A write appends its changes in its own transaction. Readers page by `(xid, id)` and see only rows of transactions below
`pg_snapshot_xmin`, so a slow transaction's rows are never skipped. Each change carries the whole present state of the
named fields of one key, so replaying from zero rebuilds a projection. The cursor is opaque and carries the log's epoch:
after a restore the epoch is another, and readers start again from zero.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.bulk import copy_rows
from shared.errors import Unreadable

_NOW_XID = "(pg_current_xact_id()::text::bigint)"
_OLDEST_OPEN_XID = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger)


class CursorUnreadable(Unreadable):
    code = "cursor_unreadable"
    message = "翻页标记无法识别，请从第一页重新开始。"


def change_log_tables(metadata: MetaData) -> "ChangeLogTables":
    """The log, its epoch, and where this service stands in its siblings' logs."""
    log = Table(
        "change_log",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("xid", BigInteger, nullable=False, server_default=text(_NOW_XID)),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("payload", JSONB, nullable=False),
        Index("change_log_in_commit_order", "xid", "id"),
    )
    epoch = Table("change_log_epoch", metadata, Column("epoch", Uuid, primary_key=True))
    positions = Table(
        "feed_positions",
        metadata,
        Column("source", Text, primary_key=True),
        Column("cursor", Text, nullable=False),
        Column("read_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    return ChangeLogTables(log, epoch, positions)


@dataclass(frozen=True, slots=True)
class ChangeLogTables:
    log: Table
    epoch: Table
    positions: Table


@dataclass(frozen=True, slots=True)
class Change:
    """One key's present state under a topic; `payload` holds named fields only, never a personal number."""

    topic: str
    key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    changes: list[Change]
    cursor: str
    has_more: bool
    restart: bool = False


class ChangeLog:
    """Appends to and pages through one service's log."""

    def __init__(self, tables: ChangeLogTables) -> None:
        self._tables = tables

    async def append(self, connection: AsyncConnection, changes: Iterable[Change]) -> None:
        """One statement however many there are: a driver's executemany hangs when the server goes away midway."""
        given = list(changes)
        if not given:
            return
        rows = (
            func.unnest(
                bindparam("topics", [c.topic for c in given], ARRAY(Text)),
                bindparam("keys", [c.key for c in given], ARRAY(Text)),
                bindparam("payloads", [dict(c.payload) for c in given], ARRAY(JSONB)),
            )
            .table_valued(column("topic", Text), column("key", Text), column("payload", JSONB), with_ordinality="n")
            .render_derived(name="given")
        )
        in_order = select(rows.c.topic, rows.c.key, rows.c.payload).order_by(rows.c.n)
        await connection.execute(insert(self._tables.log).from_select(["topic", "key", "payload"], in_order))

    async def append_many(self, connection: AsyncConnection, changes: Sequence[Change]) -> None:
        """The same by COPY, for bulk loads."""
        await copy_rows(
            connection,
            self._tables.log,
            [{"topic": c.topic, "key": c.key, "payload": dict(c.payload)} for c in changes],
        )

    async def append_selected(self, connection: AsyncConnection, told: Select[Any]) -> None:
        """What a statement selects as topic, key and payload, in its order: the rows never leave the database."""
        await connection.execute(insert(self._tables.log).from_select(["topic", "key", "payload"], told))

    async def page(self, connection: AsyncConnection, after: str, topics: Sequence[str], limit: int) -> Page:
        """The next changes after a cursor ("" = from the beginning), oldest first.

        A cursor of another epoch answers an empty page with the present epoch: the reader starts from zero.
        """
        log = self._tables.log
        epoch = str((await connection.execute(select(self._tables.epoch.c.epoch))).scalar_one())
        cursor_epoch, xid, id_ = _read_cursor(after) if after else (epoch, 0, 0)
        if cursor_epoch != epoch:
            return Page([], _write_cursor(epoch, 0, 0), has_more=True, restart=True)
        statement = (
            select(log.c.xid, log.c.id, log.c.topic, log.c.key, log.c.payload)
            .where(tuple_(log.c.xid, log.c.id) > tuple_(bindparam("xid", xid), bindparam("id", id_)))
            .where(log.c.xid < _OLDEST_OPEN_XID)
            .where(log.c.topic == func.any(bindparam("topics", list(topics), ARRAY(Text))))
            .order_by(log.c.xid, log.c.id)
            .limit(limit + 1)
        )
        rows = (await connection.execute(statement)).all()
        shown = rows[:limit]
        last = (shown[-1].xid, shown[-1].id) if shown else (xid, id_)
        changes = [Change(row.topic, row.key, row.payload) for row in shown]
        return Page(changes, _write_cursor(epoch, *last), has_more=len(rows) > limit)

    async def position(self, connection: AsyncConnection, source: str) -> str:
        """Where this service stands in a sibling's log; "" when it has read nothing."""
        positions = self._tables.positions
        found = await connection.execute(select(positions.c.cursor).where(positions.c.source == source))
        return found.scalar_one_or_none() or ""

    async def move(self, connection: AsyncConnection, source: str, before: str, after: str) -> bool:
        """Moves the reader's place, in the same transaction as what it does with the rows.

        False when another reader has moved it meanwhile: then this page is that reader's, not ours.
        """
        positions = self._tables.positions
        if not before:
            first = insert(positions).values(source=source, cursor="").on_conflict_do_nothing()
            await connection.execute(first)
        moved = await connection.execute(
            update(positions)
            .where(positions.c.source == source, positions.c.cursor == before)
            .values(cursor=after, read_at=func.now())
        )
        return moved.rowcount == 1

    async def waiting(self, connection: AsyncConnection, source_cursor: str, topics: Sequence[str]) -> int:
        """How many committed changes a reader at this cursor has not seen yet."""
        log = self._tables.log
        _, xid, id_ = _read_cursor(source_cursor) if source_cursor else ("", 0, 0)
        statement = (
            select(func.count())
            .select_from(log)
            .where(tuple_(log.c.xid, log.c.id) > tuple_(bindparam("xid", xid), bindparam("id", id_)))
            .where(log.c.topic == func.any(bindparam("topics", list(topics), ARRAY(Text))))
        )
        return (await connection.execute(statement)).scalar_one()

    async def oldest_unread_at(self, connection: AsyncConnection) -> datetime | None:
        """When the oldest change was committed that an open transaction still holds back; None when none is."""
        log = self._tables.log
        oldest = select(func.min(log.c.at)).where(log.c.xid >= _OLDEST_OPEN_XID)
        found: datetime | None = (await connection.execute(oldest)).scalar_one()
        return found


def _write_cursor(epoch: str, xid: int, id_: int) -> str:
    return base64.urlsafe_b64encode(f"{epoch}/{xid}/{id_}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, int, int]:
    try:
        epoch, xid, id_ = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("/")
        return epoch, int(xid), int(id_)
    except (ValueError, binascii.Error):
        raise CursorUnreadable from None
