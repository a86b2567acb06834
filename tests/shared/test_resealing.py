"""Rows and files are sealed anew with the newest key while others write them, and whoever reads meanwhile can."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, Table, Uuid, insert, select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from shared import crypto, resealing
from shared.crypto import CannotDecrypt, FieldCipher, FieldKeyFile, FieldKeys
from shared.db import Database
from shared.files import SealedFiles
from shared.ids import new_id
from shared.resealing import SealedColumn, count_files, count_rows, end_of_older, reseal_column, reseal_files
from tests.shared.conftest import Mechanisms

OWNERS = Table(
    "owners",
    MetaData(),
    Column("house", Uuid, primary_key=True),
    Column("owner", Uuid, primary_key=True),
    Column("phone", LargeBinary),
)
PHONE = SealedColumn(OWNERS, "phone", "owners.phone", "owner")


@dataclass
class Register:
    """A table of phones, and the file of its keys."""

    here: Mechanisms
    file: Path
    owners: list[UUID]

    @property
    def cipher(self) -> FieldCipher:
        return FieldCipher(FieldKeyFile(self.file))

    def turn(self) -> int:
        keys = FieldKeys.load(self.file).with_new()
        self.file.write_text(keys.dump())
        return max(keys.encryption)

    async def write(self, owner: UUID, phone: str, cipher: FieldCipher) -> None:
        sealed = cipher.encrypt(phone, PHONE.place_of(owner))
        async with self.here.database.transaction() as connection:
            await connection.execute(update(OWNERS).where(OWNERS.c.owner == owner).values(phone=sealed))

    async def read(self, owner: UUID, cipher: FieldCipher) -> str:
        async with self.here.database.transaction() as connection:
            found = await connection.execute(select(OWNERS.c.phone).where(OWNERS.c.owner == owner))
        return cipher.decrypt(bytes(found.scalar_one()), PHONE.place_of(owner))

    async def rows(self) -> dict[int, int]:
        return await count_rows(self.here.database, [PHONE])


@pytest.fixture
async def register(here: Mechanisms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """Ten phones, and one owner without."""
    monkeypatch.setattr(resealing, "BATCH_ROWS", 3)
    engine = create_async_engine(here.urls["households"].owner)
    async with engine.begin() as connection:
        await connection.run_sync(OWNERS.metadata.create_all)
    await engine.dispose()
    file = tmp_path / "field-keys-households.json"
    file.write_text(FieldKeys.fresh(("phone",)).dump())
    made = Register(here, file, [new_id() for _ in range(10)])
    async with here.database.transaction() as connection:
        for number, owner in enumerate(made.owners):
            sealed = made.cipher.encrypt(f"1380000000{number}", PHONE.place_of(owner))
            await connection.execute(insert(OWNERS).values(house=new_id(), owner=owner, phone=sealed))
        await connection.execute(insert(OWNERS).values(house=new_id(), owner=new_id(), phone=None))
    return made


async def test_every_row_bears_the_newest_key_and_says_what_it_said(register: Register) -> None:
    newest = register.turn()
    assert await register.rows() == {1: 10}
    done = await reseal_column(register.here.database, register.cipher, PHONE, newest)
    assert (done.done, done.unreadable) == (10, [])
    assert await register.rows() == {2: 10}
    for number, owner in enumerate(register.owners):
        assert await register.read(owner, register.cipher) == f"1380000000{number}"
    again = await reseal_column(register.here.database, register.cipher, PHONE, newest)
    assert again.done == 0, "what is done is found done"


async def test_whoever_writes_a_row_meanwhile_is_not_overwritten(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows were read, then one of them changed before it is written back."""
    newest, replaced, written = register.turn(), resealing._replace, []

    async def written_before(database: Database, sealed: SealedColumn, anew: Sequence[tuple[Any, ...]]) -> int:
        written.append(anew[0][1])
        await register.write(written[-1], "13911111111", register.cipher)
        return await replaced(database, sealed, anew)

    monkeypatch.setattr(resealing, "_replace", written_before)
    done = await reseal_column(register.here.database, register.cipher, PHONE, newest)
    assert (len(written), done.done) == (4, 6)
    for owner in written:
        assert await register.read(owner, register.cipher) == "13911111111"
    assert await register.rows() == {2: 10}


async def test_a_row_that_does_not_open_is_named_and_hinders_no_other(register: Register) -> None:
    newest = register.turn()
    broken, other = register.owners[4], register.owners[5]
    async with register.here.database.transaction() as connection:
        swapped = select(OWNERS.c.phone).where(OWNERS.c.owner == other).scalar_subquery()
        await connection.execute(update(OWNERS).where(OWNERS.c.owner == broken).values(phone=swapped))
    done = await reseal_column(register.here.database, register.cipher, PHONE, newest)
    assert (done.done, done.unreadable) == (9, [f"owners.phone {broken}"])
    assert await register.rows() == {1: 1, 2: 9}


async def test_a_process_that_has_not_looked_yet_reads_what_another_sealed_with_a_new_key(register: Register) -> None:
    slow = register.cipher
    register.turn()
    await register.write(register.owners[0], "13922222222", register.cipher)
    assert await register.read(register.owners[0], slow) == "13922222222"


def test_a_process_seals_with_the_new_key_within_a_second(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    cipher = register.cipher
    newest = register.turn()
    assert cipher.encrypt("1", b"p")[0] == 1
    monkeypatch.setattr(crypto, "LOOK_EVERY_SECONDS", 0.0)
    assert cipher.encrypt("1", b"p")[0] == newest


def test_a_broken_key_file_changes_nothing(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "LOOK_EVERY_SECONDS", 0.0)
    cipher = register.cipher
    sealed = cipher.encrypt("1", b"p")
    for broken in ("", "{", json.dumps({"encryption": {}}), json.dumps({"encryption": {}, "index": {}})):
        register.file.write_text(broken)
        assert cipher.decrypt(cipher.encrypt("2", b"p"), b"p") == "2"
    register.file.unlink()
    assert cipher.decrypt(sealed, b"p") == "1"
    with pytest.raises(CannotDecrypt):
        cipher.decrypt(b"\x09" + sealed[1:], b"p")


async def test_transactions_from_before_are_waited_for_and_later_ones_are_not(register: Register) -> None:
    database = register.here.database
    async with database.transaction() as older:
        await older.execute(text("SELECT 1"))
        await asyncio.sleep(0.05)
        since = datetime.now(UTC)
        assert not await end_of_older(database, since, within_seconds=0.3)
        assert await end_of_older(database, since - timedelta(seconds=30), within_seconds=0.3)
    async with database.transaction() as younger:
        await younger.execute(text("SELECT 1"))
        assert await end_of_older(database, since, within_seconds=0.3)


async def test_files_are_sealed_anew_and_one_that_does_not_open_is_named(register: Register, tmp_path: Path) -> None:
    files = SealedFiles(tmp_path / "proofs", FieldKeyFile(register.file), "files")
    ids = [new_id() for _ in range(3)]
    for file_id in ids:
        files.keep(file_id, b"photo")
    newest = register.turn()
    files = SealedFiles(tmp_path / "proofs", FieldKeyFile(register.file), "files")
    (tmp_path / "proofs" / str(ids[0])).replace(tmp_path / "proofs" / str(ids[1]))
    done = await reseal_files(files, newest)
    assert (done.done, done.unreadable) == (1, [f"proofs {ids[1]}"])
    assert count_files([files]) == {1: 1, newest: 1}
    assert files.read(ids[2]) == b"photo"


def test_a_key_id_is_never_given_twice() -> None:
    keys = FieldKeys.fresh(())
    assert max(keys.with_new().encryption) == 2
    assert max(keys.with_new(retired=(2, 7)).encryption) == 8
    with pytest.raises(ValueError, match="one byte"):
        keys.with_new(retired=(255,))
