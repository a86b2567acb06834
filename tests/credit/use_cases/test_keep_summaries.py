"""A county's figures are counted every few minutes, and say when; a township's are always those of now."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.credit.storage.summary_repository import forget_summaries, last_counted_at
from services.credit.use_cases.keep_summaries import COUNTED_EVERY, STALE_AFTER, count_summaries
from shared.clock import FixedClock
from tests.builders.worked_cases import H1
from tests.credit.world import NOON, TODAY, Town, World, official, region

County = tuple[str, list[Town]]


@pytest.fixture
async def county(world: World) -> AsyncIterator[County]:
    """Two townships with three credit households, nothing counted yet."""
    code, towns = await world.county(townships=2)
    await world.tell(region("51", "province", "province"), region("5119", "prefecture", "city"))
    await towns[0].households(3, H1, poor=True)
    yield code, towns
    async with world.owner_transaction() as connection:
        await forget_summaries(connection)
        await connection.exec_driver_sql("DELETE FROM regions WHERE code IN ('51', '5119')")


async def counted(world: World, minutes: float = 0) -> bool:
    return await count_summaries(world.jobs_database, FixedClock(NOON + timedelta(minutes=minutes)))


async def summary(world: World, place: str) -> dict[str, Any]:
    async with world.as_(official("city_official", "5119")) as caller:
        reply = await caller.get("/v1/credit/summary", region=place)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def test_a_county_reads_what_was_counted_last_and_a_township_what_is_now(world: World, county: County) -> None:
    code, towns = county
    assert await counted(world)
    prefecture = await summary(world, "5119")
    await towns[1].households(2, H1)
    assert (await summary(world, code))["households"] == 3
    assert await summary(world, "5119") == prefecture
    assert (await summary(world, code))["counted_at"] == NOON.isoformat()
    assert (await summary(world, towns[1].code))["households"] == 2
    assert await counted(world, COUNTED_EVERY.total_seconds() / 60)
    assert (await summary(world, code))["households"] == 5


async def test_what_was_counted_is_what_would_be_counted_now(world: World, county: County) -> None:
    code, towns = county
    await towns[0].take_over(code)
    await towns[0].loans([(one, {}) for one in await towns[0].households(2, H1)])
    now = await summary(world, code)
    assert await counted(world)
    assert await summary(world, code) == now
    assert (now["households"], now["credit_households"], now["loans"]) == (5, 3, 2)


async def test_it_is_counted_again_only_after_some_minutes(world: World, county: County) -> None:
    assert await counted(world)
    assert not await counted(world, COUNTED_EVERY.total_seconds() / 60 - 0.1)


async def test_figures_of_yesterday_or_of_a_counter_that_stopped_are_not_shown(world: World, county: County) -> None:
    code, towns = county
    await counted(world, -STALE_AFTER.total_seconds() / 60 - 0.1)
    await towns[1].households(2, H1)
    assert (await summary(world, code))["households"] == 5
    await counted(world)
    await towns[1].households(1, H1)
    assert (await summary(world, code))["households"] == 5
    world.set_day(TODAY + timedelta(days=1))
    assert (await summary(world, code))["households"] == 6


async def test_grades_that_take_effect_show_at_once(world: World, county: County) -> None:
    code, towns = county
    await counted(world)
    assert (await summary(world, code))["credit_households"] == 0
    await towns[0].take_over(code)
    async with world.jobs_database.transaction() as connection:
        assert await last_counted_at(connection) is None
    assert (await summary(world, code))["credit_households"] == 3
