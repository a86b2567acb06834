"""Sealed columns and files are sealed anew with the newest key, while the service that they belong to serves.

What is left to do is what does not bear the newest key, so that nothing is remembered between two runs: one that was
killed begins again and finds what is left. A row that somebody writes meanwhile bears the newest key already.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, LargeBinary, Table, bindparam, func, select, text, tuple_, update

from shared.crypto import CannotDecrypt, FieldCipher
from shared.db import Database
from shared.files import FileGone, SealedFiles

BATCH_ROWS = 500
ASK_AGAIN_SECONDS = 0.2

# Of other roles than its own a role does not see since when.
_OLD_TRANSACTIONS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND xact_start < :since AND pg_has_role(current_user, usesysid, 'member')"
)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of ciphertexts, each bound to `place` and to the value of `row_id` in its row."""

    table: Table
    column: str
    place: str
    row_id: str

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column}"

    @property
    def content(self) -> Column[Any]:
        return self.table.c[self.column]

    def place_of(self, row_id: UUID) -> bytes:
        return self.place.encode() + b":" + row_id.bytes


@dataclass(slots=True)
class Resealed:
    """How many were sealed anew, and which do not open: table and column, or folder, with the row's or file's id."""

    done: int = 0
    unreadable: list[str] = field(default_factory=list)

    def add(self, other: "Resealed") -> None:
        self.done += other.done
        self.unreadable += other.unreadable


async def reseal_column(database: Database, cipher: FieldCipher, sealed: SealedColumn, newest: int) -> Resealed:
    """`database` is that of the jobs role. Between two batches it rests as long as a batch took."""
    found = Resealed()
    async for rows, took in _batches(database, sealed, newest):
        anew: list[tuple[Any, ...]] = []
        for row in rows:
            place = sealed.place_of(row.place_id)
            try:
                anew.append((*row[:-2], row.content, cipher.encrypt(cipher.decrypt(bytes(row.content), place), place)))
            except CannotDecrypt:
                found.unreadable.append(f"{sealed.name} {row.place_id}")
        began = time.monotonic()
        found.done += await _replace(database, sealed, anew)
        await asyncio.sleep(took + time.monotonic() - began)
    return found


async def reseal_files(files: SealedFiles, newest: int) -> Resealed:
    found = Resealed()
    for file_id in await asyncio.to_thread(files.ids):
        try:
            if await asyncio.to_thread(files.key_of, file_id) not in (newest, None):
                await asyncio.to_thread(lambda one: files.keep(one, files.read(one)), file_id)
                found.done += 1
        except FileGone:
            continue
        except CannotDecrypt:
            found.unreadable.append(f"{files.name} {file_id}")
    return found


async def count_rows(database: Database, columns: Iterable[SealedColumn]) -> dict[int, int]:
    """Key id → how many ciphertexts bear it. Reads every row."""
    counted: Counter[int] = Counter()
    async with database.transaction() as connection:
        for sealed in columns:
            key_byte = func.substring(sealed.content, 1, 1)
            asked = select(key_byte, func.count()).where(sealed.content.is_not(None)).group_by(key_byte)
            counted.update({(bytes(key) or b"\0")[0]: rows for key, rows in await connection.execute(asked)})
    return dict(counted)


def count_files(folders: Sequence[SealedFiles]) -> dict[int, int]:
    keys = [files.key_of(file_id) for files in folders for file_id in files.ids()]
    return dict(Counter(key for key in keys if key is not None))


async def end_of_older(database: Database, since: datetime, within_seconds: float) -> bool:
    """Waits for the service's transactions that began before: they may have sealed with the key before. False when one
    is still open in the end."""
    deadline = time.monotonic() + within_seconds
    while True:
        async with database.transaction() as connection:
            older = (await connection.execute(_OLD_TRANSACTIONS, {"since": since})).scalar_one()
        if not older:
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(ASK_AGAIN_SECONDS)


async def _batches(database: Database, sealed: SealedColumn, newest: int) -> AsyncIterator[tuple[list[Any], float]]:
    """Rows of (primary key…, content, place_id) that do not bear the newest key, and the seconds it took to read."""
    key = tuple(sealed.table.primary_key.columns)
    wanted = (
        select(*key, sealed.content.label("content"), sealed.table.c[sealed.row_id].label("place_id"))
        .where(func.substring(sealed.content, 1, 1) != bytes([newest]))
        .order_by(*key)
        .limit(BATCH_ROWS)
    )
    statement = wanted
    while True:
        began = time.monotonic()
        async with database.transaction() as connection:
            rows = list(await connection.execute(statement))
        if not rows:
            return
        yield rows, time.monotonic() - began
        statement = wanted.where(tuple_(*key) > tuple_(*rows[-1][: len(key)]))


async def _replace(database: Database, sealed: SealedColumn, anew: Sequence[tuple[Any, ...]]) -> int:
    """Only where the ciphertext is still the one that was read; the number of rows."""
    if not anew:
        return 0
    key = tuple(sealed.table.primary_key.columns)
    names = [*(column.name for column in key), "old", "new"]
    types = [*(column.type for column in key), LargeBinary(), LargeBinary()]
    values: Mapping[str, list[Any]] = {
        name: list(part) for name, part in zip(names, zip(*anew, strict=True), strict=True)
    }
    arrays = [bindparam(f"all_{name}", values[name], ARRAY(kind)) for name, kind in zip(names, types, strict=True)]
    given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
    same = [column == given.c[column.name] for column in key]
    statement = update(sealed.table).where(*same, sealed.content == given.c.old).values({sealed.column: given.c.new})
    async with database.transaction() as connection:
        return (await connection.execute(statement)).rowcount
