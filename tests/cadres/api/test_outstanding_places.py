"""The places of the outstanding: the last one is given once, and a priority follows from one."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

from services.cadres.use_cases.decide_about_cadre import move_decision
from tests.cadres.appraisal_desk import Desk, county_with, move
from tests.cadres.world import World, official


async def test_of_two_who_decide_on_the_last_place_at_once_one_gets_it(world: World) -> None:
    town, people = await county_with(world, "511922", 4)
    county = official("county_official", town.code[:6], "county-1")
    colleague = official("county_official", town.code[:6], "county-2")
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(world.as_(one)) for one in (county, colleague)]
        desk = Desk(world, town, first, second, first, stack)
        # Both may be proposed: a place is taken by the decision.
        cases = [(await desk.propose(one, outstanding=True))["appraisal_id"] for one in people[:2]]
        for one, case in zip(people, cases, strict=False):
            await move(await desk.person(one), case, "answered")
        ask = {"region": town.code, "year": 2025}
        before = (await first.get("/v1/appraisals/places", **ask)).json()
        assert before == {"region": "511922", "year": 2025, "people": 4, "places": 1, "taken": 0}
        both = await asyncio.gather(*(move(second, case, "imposed") for case in cases))
        after = (await first.get("/v1/appraisals/places", **ask)).json()
        assert sorted(both) == [(200, "imposed"), (409, "outstanding_places_taken")]
        assert after["taken"] == 1


async def test_whoever_comes_second_to_the_last_place_waits_for_the_first(world: World) -> None:
    """Slowed down: the first has decided and not yet committed when the second asks."""
    town, people = await county_with(world, "511902", 4)
    county, colleague = (official("county_official", town.code[:6], f"county-{i}") for i in (1, 2))
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(world.as_(one)) for one in (county, colleague)]
        desk = Desk(world, town, first, second, first, stack)
        cases = [(await desk.propose(one, outstanding=True))["appraisal_id"] for one in people[:2]]
        for one, case in zip(people, cases, strict=False):
            await move(await desk.person(one), case, "answered")
        parts = (world.cadres, world.app.state.rooms.policies, world.service.clock, colleague)
        async with world.database.transaction() as connection:
            await move_decision(connection, *parts, UUID(cases[0]), "imposed", "先")
            waiting = asyncio.create_task(move(second, cases[1], "imposed"))
            done, _ = await asyncio.wait([waiting], timeout=0.5)
            assert not done, "it waits for the one before"
        assert await waiting == (409, "outstanding_places_taken")


async def test_a_priority_follows_an_outstanding_year(world: World) -> None:
    town, people = await county_with(world, "511923", 4)
    county, colleague = (official("county_official", town.code[:6], f"county-{i}") for i in (1, 2))
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(world.as_(one)) for one in (county, colleague)]
        desk = Desk(world, town, first, second, first, stack)
        best = await desk.imposed(people[0], outstanding=True)
        kept: dict[str, Any] = {"kind": "priority", "appraisal_id": best}
        assert (await desk.notice(people[0], 409, **kept))["code"] == "priority_not_named"
        proposal = await desk.notice(people[0], **kept, priority="promotion")
        assert (proposal["priority"], proposal["appraisal_id"]) == ("promotion", best)
        await desk.decide(people[0], proposal["decision_id"])
