"""Uploaded files: sealed in a folder under names of our own, each with a row that says whose it is.

At rest a file is `key id (1 byte) ‖ nonce (12) ‖ AES-256-GCM(content)`, bound to its id, so that one put in another's
place does not open. A file is uploaded first and attached when the row that it proves is written; one that nobody
attached goes after a day. A file is on the disk before its row is, and goes after its row is gone.
"""

import asyncio
import errno
import os
import secrets
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.crypto import NONCE_BYTES, CannotDecrypt, KeySource
from shared.db import FULL_FOR_SECONDS, Database, StorageFull
from shared.errors import Failure, Gone, Invalid, NotFound, RuleBroken
from shared.file_content import read_content
from shared.ids import new_id

MOST_OF_ONE_THING = 10
UNATTACHED_DAYS = 1
JUST_WRITTEN_SECONDS = 3600
TIDY_EVERY_SECONDS = 3600
FULL = (errno.ENOSPC, errno.EDQUOT)

log = structlog.get_logger("files")


class FileNotFound(NotFound):
    code = "file_not_found"
    message = "没有这个文件，或者您无权查看。"


class FileGone(Gone):
    code = "file_gone"
    message = "这个文件已不在，请联系工作人员。"


class FileNotYours(Invalid):
    code = "file_not_yours"
    message = "所附的文件不在，或者不是您为这件事上传的，请重新上传后再提交。"


class FilesTooMany(RuleBroken):
    code = "files_too_many"
    message = "这件事最多只能上传 {most} 个文件。"


class SealedFiles:
    """A folder of sealed files. `name` binds them to what they are, besides their ids."""

    def __init__(self, folder: Path, source: KeySource, name: str) -> None:
        self._folder = folder
        self._source = source
        self._name = name.encode()

    @property
    def name(self) -> str:
        """Of the folder."""
        return self._folder.name

    def keep(self, file_id: UUID, content: bytes) -> None:
        """The file is on the disk when this returns, whole. Raises StorageFull."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = self._source.current().encryption
        key_id, nonce = max(keys), secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(keys[key_id]).encrypt(nonce, content, self._place(file_id))
        unfinished = self._folder / f".{file_id}.{secrets.token_hex(4)}"
        try:
            self._write(unfinished, bytes([key_id]) + nonce, sealed)
        except OSError as failure:
            unfinished.unlink(missing_ok=True)
            if failure.errno in FULL:
                raise StorageFull(retry_after=FULL_FOR_SECONDS) from failure
            raise
        unfinished.replace(self._folder / str(file_id))

    @staticmethod
    def _write(path: Path, *parts: bytes) -> None:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())

    def read(self, file_id: UUID) -> bytes:
        """Raises FileGone, CannotDecrypt."""
        try:
            sealed = (self._folder / str(file_id)).read_bytes()
        except FileNotFoundError:
            raise FileGone from None
        keys = self._source.current().encryption
        if sealed and sealed[0] not in keys:
            keys = self._source.again().encryption
        key = keys.get(sealed[0]) if sealed else None
        if key is None:
            raise CannotDecrypt("the key of this file is not there")
        nonce, content = sealed[1 : 1 + NONCE_BYTES], memoryview(sealed)[1 + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, content, self._place(file_id))
        except InvalidTag:
            raise CannotDecrypt("a file does not belong where it lies") from None

    def key_of(self, file_id: UUID) -> int | None:
        """The id of the key that it is sealed with; None when it is gone."""
        with suppress(FileNotFoundError), (self._folder / str(file_id)).open("rb") as file:
            return (file.read(1) or b"\0")[0]
        return None

    def forget(self, file_id: UUID) -> None:
        (self._folder / str(file_id)).unlink(missing_ok=True)

    def ids(self) -> list[UUID]:
        """The files that are here."""
        return [UUID(path.name) for path in self._paths() if not path.name.startswith(".")]

    def remove_strays(self, known: Collection[UUID]) -> None:
        """Removes what is not known and was not written just now: its row never came, or its writer was killed."""
        spared = {str(file_id) for file_id in known}
        before = time.time() - JUST_WRITTEN_SECONDS
        for path in self._paths():
            with suppress(FileNotFoundError):
                if path.name not in spared and path.stat().st_mtime < before:
                    path.unlink()

    def _paths(self) -> list[Path]:
        return sorted(self._folder.iterdir()) if self._folder.is_dir() else []

    def _place(self, file_id: UUID) -> bytes:
        return self._name + b":" + file_id.bytes


def files_table(metadata: MetaData) -> Table:
    """`belongs_to` is the key by which the service's rows are spread, `subject` the thing that the file is about."""
    return Table(
        "files",
        metadata,
        Column("belongs_to", Uuid, primary_key=True),
        Column("file_id", Uuid, primary_key=True),
        Column("subject", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("uploaded_by", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("attached_at", DateTime(timezone=True)),
        Index("files_unattached", "at", postgresql_where=text("attached_at IS NULL")),
        Index("files_by_id", "file_id"),
    )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """`kind` is a media type, `size` counts bytes of what is kept."""

    file_id: UUID
    kind: str
    size: int
    sha256: str
    uploaded_by: str
    at: datetime


class FileBook:
    """Takes files in, attaches them and gives them out; who may do so is for its caller to say."""

    def __init__(self, table: Table, sealed: SealedFiles) -> None:
        self._table = table
        self._sealed = sealed

    async def take(
        self, connection: AsyncConnection, content: bytes, *, belongs_to: UUID, subject: str, by: str
    ) -> KeptFile:
        """Raises FilesTooMany and whatever `file_content.clean` says of the content."""
        of_subject = self._of(belongs_to, subject)
        there = await connection.execute(select(func.count()).select_from(self._table).where(*of_subject))
        if there.scalar_one() >= MOST_OF_ONE_THING:
            raise FilesTooMany(most=MOST_OF_ONE_THING)
        plain = await read_content(content)
        file_id = new_id()
        await asyncio.to_thread(self._sealed.keep, file_id, plain.data)
        row = {"belongs_to": belongs_to, "file_id": file_id, "subject": subject, "kind": plain.kind, "uploaded_by": by}
        row |= {"size": len(plain.data), "sha256": sha256(plain.data).hexdigest()}
        kept = await connection.execute(insert(self._table).values(**row).returning(self._table))
        return _kept(kept.one())

    async def attach(
        self, connection: AsyncConnection, file_ids: Sequence[UUID], *, belongs_to: UUID, subject: str, by: str
    ) -> None:
        """In the transaction that writes what the files prove. Raises FileNotYours unless all are the uploader's."""
        attached = await connection.execute(
            update(self._table)
            .where(
                *self._of(belongs_to, subject),
                self._table.c.file_id.in_(file_ids),
                self._table.c.uploaded_by == by,
                self._table.c.attached_at.is_(None),
            )
            .values(attached_at=func.now())
        )
        if attached.rowcount != len(set(file_ids)):
            raise FileNotYours

    async def attached(self, connection: AsyncConnection, *, belongs_to: UUID, subject: str) -> list[KeptFile]:
        """Oldest first."""
        rows = await connection.execute(
            select(self._table)
            .where(*self._of(belongs_to, subject), self._table.c.attached_at.is_not(None))
            .order_by(self._table.c.file_id)
        )
        return [_kept(row) for row in rows]

    async def find(self, connection: AsyncConnection, file_id: UUID, *, belongs_to: UUID, subject: str) -> KeptFile:
        """Raises FileNotFound."""
        found = await connection.execute(
            select(self._table).where(*self._of(belongs_to, subject), self._table.c.file_id == file_id)
        )
        row = found.one_or_none()
        if row is None:
            raise FileNotFound
        return _kept(row)

    async def read(self, kept: KeptFile) -> bytes:
        """Raises FileGone."""
        return await asyncio.to_thread(self._sealed.read, kept.file_id)

    async def tidy(self, database: Database) -> None:
        """Files that nobody attached go, rows first; then what lies on the disk without a row."""
        table = self._table
        unattached = (table.c.attached_at.is_(None), table.c.at < func.now() - timedelta(days=UNATTACHED_DAYS))
        async with database.transaction() as connection:
            gone = (await connection.execute(delete(table).where(*unattached).returning(table.c.file_id))).scalars()
            left = list(gone)
        for file_id in left:
            await asyncio.to_thread(self._sealed.forget, file_id)
        there = await asyncio.to_thread(self._sealed.ids)
        wanted = bindparam("ids", there, ARRAY(Uuid))
        async with database.transaction() as connection:
            known = await connection.execute(select(table.c.file_id).where(table.c.file_id == func.any(wanted)))
            rows = list(known.scalars())
        await asyncio.to_thread(self._sealed.remove_strays, rows)

    async def keep_tidy(self, database: Database) -> None:
        """Tidies until cancelled."""
        while True:
            try:
                await self.tidy(database)
            except (Failure, OSError):
                log.warning("files_not_tidied")
            await asyncio.sleep(TIDY_EVERY_SECONDS)

    def _of(self, belongs_to: UUID, subject: str) -> tuple[Any, Any]:
        return self._table.c.belongs_to == belongs_to, self._table.c.subject == subject


def _kept(row: Any) -> KeptFile:
    return KeptFile(row.file_id, row.kind, row.size, row.sha256, row.uploaded_by, row.at)
