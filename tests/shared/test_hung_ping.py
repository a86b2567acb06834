"""Whether the database answers is told soon, and asked once for all who want to know."""

import asyncio

import pytest

from shared import db
from shared.db import Database

NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"


async def test_a_database_that_says_nothing_is_away_and_is_asked_by_one_question_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database, wakes, asked = Database(NOWHERE), asyncio.Event(), 0

    async def hangs() -> bool:
        nonlocal asked
        asked += 1
        return await wakes.wait()

    monkeypatch.setattr(db, "PING_SECONDS", 0.02)
    monkeypatch.setattr(database, "_answers", hangs)
    try:
        assert await asyncio.gather(*(database.ping() for _ in range(5))) == [False] * 5
        assert await database.ping() is False
        assert asked == 1
        wakes.set()
        assert await database.ping() is True
        assert await database.ping() is True
        assert asked == 2, "the answer of before is not taken for one of now"
    finally:
        await database.close()


async def test_who_ends_while_the_database_hangs_waits_for_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(NOWHERE)

    async def hangs() -> bool:
        return await asyncio.Event().wait()

    monkeypatch.setattr(db, "PING_SECONDS", 0.02)
    monkeypatch.setattr(database, "_answers", hangs)
    assert await database.ping() is False
    await asyncio.wait_for(database.close(), 5)
