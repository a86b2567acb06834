"""A line to the database that some device drops without a word keeps nobody away from the database for ever."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, make_url

from shared import db
from shared.db import Database
from tests.conftest import FreshDatabase


class Line:
    """Between a service and its database. `drop` makes the connections of now silent and leaves them open."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._talks: set[asyncio.Task[None]] = set()
        self.writers: list[asyncio.StreamWriter] = []
        self.connections = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there_reader, there_writer = await asyncio.open_unix_connection(self._server)
        self.writers += writer, there_writer
        for ways in ((reader, there_writer), (there_reader, writer)):
            self._talks.add(asyncio.create_task(_carry(*ways)))

    def drop(self) -> None:
        for talk in self._talks:
            talk.cancel()
        self._talks.clear()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()


@pytest.fixture
async def line(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[tuple[Line, Database]]:
    url = make_url((await fresh_database())["households"].runtime)
    name = f".s.PGSQL.{url.port or url.query.get('port', 5432)}"
    line = Line(f"{url.query['host']}/{name}")
    server = await asyncio.start_unix_server(line.talk, tmp_path / name)
    through = url.update_query_dict({"host": str(tmp_path)}).render_as_string(hide_password=False)
    database = Database(through, name="test")
    yield line, database
    await database.close()
    server.close()
    line.drop()
    for writer in line.writers:
        writer.close()


async def test_a_service_is_ready_again_after_its_line_was_dropped_without_a_word(
    line: tuple[Line, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    between, database = line
    monkeypatch.setattr(db, "PING_SECONDS", 0.2)
    monkeypatch.setattr(db, "QUESTION_SECONDS", 0.3)
    assert await database.ping()
    between.drop()
    assert not await database.ping(), "nothing comes back on this line"
    async with asyncio.timeout(15):
        while not await database.ping():
            pass
    assert between.connections > 1
    assert database.connections()[0] == 0, "the dropped one is counted no longer"


async def test_a_line_that_was_dropped_right_behind_the_answer_is_thrown_away_as_well(
    line: tuple[Line, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    between, database = line
    monkeypatch.setattr(db, "QUESTION_SECONDS", 0.3)
    assert await database.ping()
    event.listen(database.engine.sync_engine, "after_cursor_execute", lambda *_: between.drop(), once=True)
    async with asyncio.timeout(15):
        while not await database.ping():
            pass
    assert between.connections > 1
    assert database.connections()[0] == 0


async def test_the_question_leaves_its_connection_to_the_next_one(line: tuple[Line, Database]) -> None:
    between, database = line
    assert [await database.ping() for _ in range(3)] == [True] * 3
    assert between.connections == 1
