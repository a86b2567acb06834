"""Two users on one database connection, some requests given up half way: nobody reads the other's (checks S20, S24)."""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import replace

import httpx
from sqlalchemy import QueuePool

from shared.db import Database
from tests.builders.register import invent_household
from tests.households.import_world import TOWNSHIP, ImportWorld

ELSEWHERE = "511902"
EACH = 1000
GIVEN_UP = 0.2


def one_connection(world: ImportWorld) -> Database:
    database = Database(world.settings.database_url, pool_size=1, hot_connections=1, name="narrow")
    pool = database.engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    pool._max_overflow = 0
    return database


async def perhaps_given_up(asking: Awaitable[httpx.Response], chance: random.Random) -> httpx.Response | None:
    """The reply, unless the caller left before it came."""
    if chance.random() >= GIVEN_UP:
        return await asking
    try:
        async with asyncio.timeout(chance.uniform(0.0, 0.01)):
            return await asking
    except TimeoutError:
        return None


async def test_no_request_ever_sees_a_row_of_the_other_user(world: ImportWorld) -> None:
    await world.bring_in(world.file([invent_household(number, 1) for number in range(12)]))
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT household_id::text FROM households")
        known = sorted(rows.scalars())
    narrow = one_connection(world)
    service = world.app.state.service
    world.app.state.service = replace(service, database=narrow)
    chance = random.Random(24)  # noqa: S311 - the same run each time
    seen: dict[str, set[str]] = {"here": set(), "elsewhere": set()}
    replies = {"here": 0, "elsewhere": 0}

    async def work(who: str, client: httpx.AsyncClient, region: str) -> None:
        for _ in range(EACH):
            household = chance.choice(known)
            target = chance.choice(
                (
                    f"/v1/households/{household}",
                    f"/v1/households?region={region}&limit=20",
                    f"/v1/households?region={TOWNSHIP}&limit=20",
                )
            )
            reply = await perhaps_given_up(client.get(target), chance)
            if reply is None:
                continue
            replies[who] += 1
            assert reply.status_code in {200, 403, 404, 503}, reply.text
            seen[who] |= {one for one in known if one in reply.text} if reply.status_code == 200 else set()

    try:
        async with (
            world.as_official(TOWNSHIP) as here,
            world.as_official(ELSEWHERE, subject="official-2", role="county_official") as elsewhere,
        ):
            await asyncio.gather(work("here", here, TOWNSHIP), work("elsewhere", elsewhere, ELSEWHERE))
    finally:
        world.app.state.service = service
        await narrow.close()
    assert seen == {"here": set(known), "elsewhere": set()}
    assert min(replies.values()) > EACH * 0.75
