"""The change log: nothing skipped, nothing twice, rebuilt from zero."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text

from shared.change_log import Change, ChangeLog, CursorUnreadable
from shared.db import Connection
from shared.feed import FeedReader, Subscription
from tests.shared.conftest import Mechanisms

TOPIC = ("thing",)


def thing(key: str, value: int = 1) -> Change:
    return Change("thing", key, {"value": value})


async def read_all(here: Mechanisms, after: str = "", *, settled: bool = True) -> tuple[list[str], str]:
    if settled:
        await here.settled()
    async with here.database.transaction() as connection:
        page = await here.log.page(connection, after, TOPIC, 100)
    return [change.key for change in page.changes], page.cursor


async def append(here: Mechanisms, *changes: Change) -> None:
    async with here.database.transaction() as connection:
        await here.log.append(connection, changes)


async def test_a_slow_transaction_is_not_skipped_by_those_that_overtake_it(here: Mechanisms) -> None:
    async with here.database.transaction() as slow:
        await here.log.append(slow, [thing("slow")])
        await append(here, thing("quick"))
        seen, cursor = await read_all(here, settled=False)
        assert seen == [], "a row behind an open transaction must wait, or the open one would be skipped later"
    seen, cursor = await read_all(here, cursor)
    assert sorted(seen) == ["quick", "slow"]
    assert await read_all(here, cursor) == ([], cursor)


async def test_rows_of_a_transaction_that_is_rolled_back_are_never_seen(here: Mechanisms) -> None:
    with pytest.raises(ZeroDivisionError):
        async with here.database.transaction() as connection:
            await here.log.append(connection, [thing("gone")])
            raise ZeroDivisionError
    assert (await read_all(here))[0] == []


async def test_pages_follow_each_other_without_gap_or_overlap(here: Mechanisms) -> None:
    for number in range(25):
        await append(here, thing(str(number)))
    await here.settled()
    seen: list[str] = []
    cursor, more = "", True
    while more:
        async with here.database.transaction() as connection:
            page = await here.log.page(connection, cursor, TOPIC, 10)
        seen += [change.key for change in page.changes]
        cursor, more = page.cursor, page.has_more
    assert seen == [str(number) for number in range(25)]


async def test_other_topics_are_not_shown(here: Mechanisms) -> None:
    await append(here, Change("other", "secret", {}), thing("mine"))
    assert (await read_all(here))[0] == ["mine"]


async def test_after_a_restore_the_epoch_is_another_and_readers_start_again(here: Mechanisms) -> None:
    await append(here, thing("before"))
    _, cursor = await read_all(here)
    async with here.database.transaction() as connection:
        await connection.execute(text("UPDATE change_log_epoch SET epoch = gen_random_uuid()"))
    async with here.database.transaction() as connection:
        page = await here.log.page(connection, cursor, TOPIC, 10)
    assert page.restart
    assert (await read_all(here, page.cursor))[0] == ["before"]


async def test_a_forged_cursor_is_refused(here: Mechanisms) -> None:
    with pytest.raises(CursorUnreadable):
        await read_all(here, "bm9uc2Vuc2U")


class Projection:
    """What a sibling keeps of the log, in the reader's own database."""

    def __init__(self, here: Mechanisms) -> None:
        self.here = here
        self.subscription = Subscription("here", TOPIC, self.apply, self.reset)
        app = FastAPI()

        @app.get("/internal/changes")
        async def changes(request: Request, after: str, topics: str, limit: int) -> dict[str, object]:
            del request
            async with here.database.transaction() as connection:
                page = await here.log.page(connection, after, topics.split(","), limit)
            items = [{"topic": c.topic, "key": c.key, "payload": c.payload} for c in page.changes]
            return {"items": items, "cursor": page.cursor, "has_more": page.has_more, "restart": page.restart}

        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
        self.reader = FeedReader(here.database, here.log, self.subscription, client)

    async def apply(self, connection: Connection, changes: Sequence[Change]) -> None:
        for change in changes:
            await connection.execute(
                text(
                    "INSERT INTO projection VALUES (:key, :value, 1) ON CONFLICT (key) DO UPDATE"
                    " SET value = excluded.value, times = projection.times + 1"
                ),
                {"key": change.key, "value": change.payload["value"]},
            )

    async def reset(self, connection: Connection) -> None:
        await connection.execute(text("DELETE FROM projection"))

    async def rows(self) -> dict[str, tuple[int, int]]:
        async with self.here.database.transaction() as connection:
            found = await connection.execute(text("SELECT key, value, times FROM projection"))
            return {row.key: (row.value, row.times) for row in found}


@pytest.fixture
async def projection(here: Mechanisms) -> Projection:
    from sqlalchemy.ext.asyncio import create_async_engine

    owner = create_async_engine(here.urls["households"].owner)
    async with owner.begin() as connection:
        await connection.execute(text("CREATE TABLE projection (key text PRIMARY KEY, value int, times int)"))
    await owner.dispose()
    return Projection(here)


async def test_two_readers_of_one_projection_apply_every_change_once(here: Mechanisms, projection: Projection) -> None:
    other = Projection(here)
    for number in range(200):
        await append(here, thing(str(number), number))

    await here.settled()

    async def read(reader: FeedReader) -> None:
        while await reader.read_once(limit=7):
            pass

    await asyncio.gather(read(projection.reader), read(other.reader))
    assert await projection.rows() == {str(number): (number, 1) for number in range(200)}


async def test_a_page_whose_effect_fails_is_applied_again_from_its_beginning(
    here: Mechanisms, projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await append(here, thing("a"), thing("b"))
    await here.settled()
    monkeypatch.setattr(projection.reader, "_subscription", Subscription("here", TOPIC, fail, projection.reset))
    with pytest.raises(ZeroDivisionError):
        await projection.reader.read_once()
    monkeypatch.setattr(projection.reader, "_subscription", projection.subscription)
    await projection.reader.catch_up()
    assert await projection.rows() == {"a": (1, 1), "b": (1, 1)}


async def fail(connection: Connection, changes: Sequence[Change]) -> None:
    raise ZeroDivisionError


async def test_a_projection_rebuilt_from_zero_is_the_same(here: Mechanisms, projection: Projection) -> None:
    for value in (1, 2, 3):
        await append(here, thing("a", value), thing("b", value * 10))
    await here.settled()
    await projection.reader.catch_up()
    before = {key: value for key, (value, _) in (await projection.rows()).items()}
    await projection.reader.rebuild()
    assert {key: value for key, (value, _) in (await projection.rows()).items()} == before == {"a": 3, "b": 30}


async def test_bulk_appended_changes_read_like_single_ones(here: Mechanisms) -> None:
    async with here.database.transaction() as connection:
        await here.log.append_many(connection, [thing(str(number), number) for number in range(5)])
    await here.settled()
    async with here.database.transaction() as connection:
        page = await ChangeLog(here.log_tables).page(connection, "", TOPIC, 100)
    assert [change.payload for change in page.changes] == [{"value": number} for number in range(5)]


async def test_the_number_of_unread_changes_is_known(here: Mechanisms) -> None:
    await append(here, thing("a"))
    _, cursor = await read_all(here)
    await append(here, thing("b"), thing("c"))
    async with here.database.transaction() as connection:
        assert await here.log.waiting(connection, cursor, TOPIC) == 2
