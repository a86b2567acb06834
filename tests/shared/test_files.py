"""Uploaded files: sealed on the disk, attached to what they prove, gone when nobody attached them."""

import os
import time
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.crypto import CannotDecrypt, FieldKeys
from shared.files import FileBook, FileGone, FileNotFound, FileNotYours, FilesTooMany, SealedFiles
from shared.ids import new_id
from tests.builders.files import photo
from tests.shared.conftest import FILES, Mechanisms

PHOTO = photo(size=(40, 30))


class Shelf(NamedTuple):
    """A book of files over one test's folder, and what the files belong to."""

    here: Mechanisms
    folder: Path
    book: FileBook
    owner: UUID

    async def take(self, subject: str = "wish:1", by: str = "u1") -> UUID:
        async with self.here.database.transaction() as connection:
            kept = await self.book.take(connection, PHOTO, belongs_to=self.owner, subject=subject, by=by)
        return kept.file_id

    async def attach(self, *file_ids: UUID, subject: str = "wish:1", by: str = "u1") -> None:
        async with self.here.database.transaction() as connection:
            await self.book.attach(connection, file_ids, belongs_to=self.owner, subject=subject, by=by)

    async def age(self, days: int) -> None:
        """Everything was uploaded so many days ago."""
        async with self.here.database.transaction() as connection:
            await connection.execute(text("UPDATE files SET at = at - :days * interval '1 day'"), {"days": days})
        for path in self.folder.iterdir():
            os.utime(path, (time.time() - days * 86400,) * 2)


@pytest.fixture
def shelf(here: Mechanisms, tmp_path: Path) -> Shelf:
    folder = tmp_path / "files"
    return Shelf(here, folder, FileBook(FILES, SealedFiles(folder, FieldKeys.fresh(()), "files")), new_id())


async def test_a_file_comes_back_as_it_was_kept_and_lies_sealed_under_a_name_of_ours(shelf: Shelf) -> None:
    file_id = await shelf.take()
    async with shelf.here.database.transaction() as connection:
        kept = await shelf.book.find(connection, file_id, belongs_to=shelf.owner, subject="wish:1")
    plain = await shelf.book.read(kept)
    assert (plain[:3], len(plain), kept.kind) == (b"\xff\xd8\xff", kept.size, "image/jpeg")
    (path,) = shelf.folder.iterdir()
    assert path.name == str(file_id)
    assert b"JFIF" not in path.read_bytes()
    assert (path.stat().st_mode & 0o777, shelf.folder.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_a_sealed_file_put_in_anothers_place_does_not_open(shelf: Shelf) -> None:
    first, second = await shelf.take(), await shelf.take()
    (shelf.folder / str(first)).replace(shelf.folder / str(second))
    sealed = shelf.book._sealed
    with pytest.raises(CannotDecrypt):
        sealed.read(second)
    with pytest.raises(FileGone):
        sealed.read(first)


async def test_only_who_uploaded_a_file_attaches_it_once_and_to_what_it_is_about(shelf: Shelf) -> None:
    file_id = await shelf.take()
    for wrong in ({"by": "u2"}, {"subject": "wish:2"}):
        with pytest.raises(FileNotYours):
            await shelf.attach(file_id, **wrong)
    await shelf.attach(file_id)
    with pytest.raises(FileNotYours):
        await shelf.attach(file_id)


async def test_a_file_is_found_only_with_what_it_is_about(shelf: Shelf) -> None:
    file_id = await shelf.take()
    async with shelf.here.database.transaction() as connection:
        for belongs_to, subject in ((shelf.owner, "wish:2"), (new_id(), "wish:1")):
            with pytest.raises(FileNotFound):
                await shelf.book.find(connection, file_id, belongs_to=belongs_to, subject=subject)


async def test_nobody_fills_the_disk_by_way_of_one_thing(shelf: Shelf) -> None:
    for _ in range(10):
        await shelf.take()
    with pytest.raises(FilesTooMany):
        await shelf.take()


async def test_a_file_that_nobody_attached_goes_after_a_day_and_an_attached_one_stays(shelf: Shelf) -> None:
    forgotten, attached = await shelf.take(), await shelf.take()
    await shelf.attach(attached)
    await shelf.book.tidy(shelf.here.database)
    assert len(list(shelf.folder.iterdir())) == 2, "not before its day is over"
    await shelf.age(2)
    await shelf.book.tidy(shelf.here.database)
    assert [path.name for path in shelf.folder.iterdir()] == [str(attached)]
    async with shelf.here.database.transaction() as connection:
        with pytest.raises(FileNotFound):
            await shelf.book.find(connection, forgotten, belongs_to=shelf.owner, subject="wish:1")


async def test_what_lies_on_the_disk_without_a_row_goes_unless_it_is_being_written(shelf: Shelf) -> None:
    kept = await shelf.take()
    stray, fresh = shelf.folder / str(new_id()), shelf.folder / f".{new_id()}.part"
    stray.write_bytes(b"x")
    await shelf.age(0)
    os.utime(stray, (time.time() - 7200,) * 2)
    fresh.write_bytes(b"x")
    await shelf.book.tidy(shelf.here.database)
    assert sorted(path.name for path in shelf.folder.iterdir()) == sorted([str(kept), fresh.name])
