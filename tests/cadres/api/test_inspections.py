"""Samples that anyone can draw again, and the periods of inspections."""

import asyncio
from datetime import date
from hashlib import sha256
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from services.cadres.domain.inspection_policy import Cycle, period_end, period_start
from services.cadres.domain.random_sample import draw
from tests.cadres.inspecting import drawn
from tests.cadres.world import Town, World


async def test_anyone_draws_the_same_sample_from_the_published_seed_and_recipe(world: World, town: Town) -> None:
    for _ in range(30):
        await town.household()
    made = await drawn(world, town)
    ids: list[str] = []
    async with world.as_(town.official) as desk:
        more: dict[str, str] = {}
        while more or not ids:
            reply = await desk.get(f"/v1/inspections/{made['inspection_id']}/population", limit=12, **more)
            ids += reply.json()["items"]
            cursor = reply.json()["next_cursor"]
            more = {"cursor": cursor} if cursor else {}
    async with httpx.AsyncClient(transport=world.transport(), base_url="http://cadres") as nobody:
        told = (await nobody.get(f"/v1/inspections/{made['inspection_id']}/sample")).json()
    assert len(ids) == 30
    assert sha256("\n".join(ids).encode()).hexdigest() == told["population_sha256"]
    ordered = sorted(ids, key=lambda one: sha256(f"{told['seed']}:{one}".encode()).hexdigest())
    assert ordered[:5] == told["sample"] == made["sample"]


async def test_of_draws_at_once_one_counts_so_nobody_draws_until_it_suits(world: World, town: Town) -> None:
    body = {"region": town.code, "cycle": "county_inspection", "population": "villages", "size": 1}
    async with world.as_(town.official) as desk:
        replies = await asyncio.gather(*(desk.post("/v1/inspections", body) for _ in range(6)))
        assert sorted(one.status_code for one in replies) == [201] + [409] * 5
        again = await desk.post("/v1/inspections", body)
        assert (again.status_code, again.json()["code"]) == (409, "inspection_exists")
        many = await desk.post("/v1/inspections", body | {"cycle": "county_meeting", "size": 2})
        assert many.json()["code"] == "sample_larger_than_population"
        assert (await desk.post("/v1/inspections", body | {"cycle": "hourly"})).status_code == 404


@given(st.dates(date(2014, 1, 1), date(2100, 1, 1)), st.sampled_from([1, 3, 6, 12]))
def test_periods_follow_each_other_without_a_gap(day: date, months: int) -> None:
    cycle = Cycle("x", "x", "counties", months)
    begins = period_start(cycle, day)
    ends = period_end(cycle, begins)
    assert begins <= day < ends
    assert period_start(cycle, ends) == ends


@given(st.lists(st.text(max_size=20), max_size=50), st.randoms(), st.integers(0, 60))
def test_the_order_in_which_the_ids_come_changes_nothing(ids: list[str], random: Any, size: int) -> None:
    sample = draw("a" * 32, ids, size)
    shuffled = [*ids]
    random.shuffle(shuffled)
    assert draw("a" * 32, shuffled, size) == sample
    assert len(set(sample)) == len(sample) == min(size, len(set(ids)))
    assert draw("a" * 32, ids, size + 1)[:size] == sample, "a larger sample begins with the smaller"


@given(st.dates(), st.sampled_from([1, 3, 6, 12]))
def test_a_period_begins_on_the_first_of_its_months_and_holds_the_day(day: date, months: int) -> None:
    start = period_start(Cycle("x", "x", "counties", months), day)
    assert start.day == 1
    assert (start.month - 1) % months == 0
    assert 0 <= (day.year - start.year) * 12 + day.month - start.month < months
