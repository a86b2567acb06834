"""Quotas of a partner, by the minute and the day, the same in all processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.gateway.domain.partner_quota import DAY, MINUTE, granted, lot_of
from tests.builders.asking_banks import answer_with, ask, partner
from tests.builders.database import Urls
from tests.builders.gateway_house import House, house, later


@asynccontextmanager
async def two_processes(urls: Urls, folder: Path) -> AsyncIterator[tuple[House, House]]:
    """Two gateways with one database and one set of keys, at the beginning of a minute."""
    async with house(urls, folder) as first, house(urls, folder) as second:
        at = first.clock.at.replace(second=0)
        first.clock.at = second.clock.at = at
        yield first, second


async def test_a_minute_gives_what_was_agreed_and_not_one_more(gateway: House) -> None:
    gateway.clock.at = gateway.clock.at.replace(second=10)
    headers = await partner(gateway, per_minute=30)

    replies = await asyncio.gather(*(ask(gateway, headers) for _ in range(50)))

    assert sorted(reply.status_code for reply in replies) == [200] * 30 + [429] * 20
    refused = next(reply for reply in replies if reply.status_code == 429)
    assert (refused.json()["code"], refused.json()["span"], refused.json()["limit"]) == ("quota_spent", "minute", 30)
    assert refused.headers["retry-after"] == "50"
    assert refused.headers["ratelimit-policy"] == '"minute";q=30;w=60'
    assert refused.headers["ratelimit"] == '"minute";r=0;t=50'


async def test_the_next_minute_begins_anew(gateway: House) -> None:
    headers = await partner(gateway, per_minute=1)
    assert [(await ask(gateway, headers)).status_code for _ in range(2)] == [200, 429]

    later(gateway, seconds=60)

    assert [(await ask(gateway, headers)).status_code for _ in range(2)] == [200, 429]


async def test_a_day_ends_at_midnight_in_china(gateway: House) -> None:
    headers = await partner(gateway, per_day=1)
    gateway.clock.at = gateway.clock.at.replace(hour=15, minute=59, second=30)
    assert (await ask(gateway, headers)).status_code == 200
    spent = await ask(gateway, headers)
    assert (spent.json()["span"], spent.headers["retry-after"]) == ("day", "30")

    later(gateway, seconds=30)

    assert (await ask(gateway, headers)).status_code == 200


async def test_two_processes_share_one_quota(gateway_database: Urls, tmp_path: Path) -> None:
    async with two_processes(gateway_database, tmp_path) as (first, second):
        headers = await partner(first, per_minute=40)
        await second.rooms.self_test.book.read()

        replies = await asyncio.gather(*(ask(gateway, headers) for gateway in (first, second) for _ in range(40)))

        assert sorted(reply.status_code for reply in replies) == [200] * 40 + [429] * 40


async def test_a_large_quota_is_taken_in_lots(gateway: House) -> None:
    headers = await partner(gateway, per_minute=1000, per_day=100_000)

    for _ in range(25):
        assert (await ask(gateway, headers)).status_code == 200

    taken = dict(await gateway.rows("SELECT span, asked FROM partner_usage WHERE span <> 'watch'"))
    assert taken == {"minute": 30, "day": 1000}


async def test_a_call_of_many_queries_counts_as_many(gateway: House) -> None:
    headers = await partner(gateway, per_minute=150)
    answer_with(gateway, asked=100, refused=0)

    statuses = [(await ask(gateway, headers)).status_code for _ in range(4)]

    assert statuses == [200, 200, 429, 429]


async def test_one_partners_quota_is_not_anothers(gateway: House) -> None:
    first = await partner(gateway, per_minute=1)
    second = await partner(gateway, "bank-2", per_minute=1)

    assert [(await ask(gateway, headers)).status_code for headers in (first, first, second)] == [200, 429, 200]


async def test_how_many_were_refused_is_not_told_outside(gateway: House) -> None:
    headers = await partner(gateway)
    answer_with(gateway, asked=100, refused=7)

    assert not [name for name in (await ask(gateway, headers)).headers if name.startswith("x-queries")]


def test_lots_together_never_give_more_than_the_limit() -> None:
    for limit in (1, 7, 99, 100, 250, 6000):
        lot, count, given = lot_of(limit), 0, 0
        for _ in range(400):
            count += lot
            given += granted(limit, lot, count)
        assert given == limit


def test_spans_begin_where_people_expect_them() -> None:
    assert MINUTE.began(119) == 60
    assert DAY.began(16 * 3600 - 1) == -8 * 3600
    assert DAY.began(16 * 3600) == 16 * 3600
