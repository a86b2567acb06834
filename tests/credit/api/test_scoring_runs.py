"""A place is scored: ordered, run beside the service, looked at, confirmed once by a second city official."""

import asyncio
from dataclasses import replace
from typing import Any

from shared.auth import Principal
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, H4
from tests.credit.world import TODAY, Town, World, assert_problem, official

RUNS = "/v1/credit/scoring-runs"


async def ordered(world: World, town: Town, who: Principal | None = None) -> str:
    """A finished run of the town."""
    async with world.as_(who or town.orderer) as caller:
        reply = await caller.post(RUNS, {"region": town.code, "card": "rural-household"})
    assert reply.status_code == 202, reply.text
    await world.run_jobs()
    job_id: str = reply.json()["job_id"]
    return job_id


async def mixed_town(world: World) -> Town:
    """Two villages; one household of each of five bands."""
    town = await world.town(villages=2)
    await town.household(H1)
    await town.household(H3, village=town.villages[1])
    await town.household(H4, village=town.villages[1])
    await town.household(H1, vetoes=["V1"])
    await town.household(H1 | {"reviews": [9, 9]})
    return town


async def test_a_run_is_queued_taken_up_and_shown_with_its_counts_when_it_is_finished(world: World) -> None:
    town = await mixed_town(world)
    async with world.as_(town.orderer) as caller:
        queued = await caller.post(RUNS, {"region": town.code, "card": "rural-household"})
        job = queued.json()
        assert (queued.status_code, job["state"], job["done"]) == (202, "queued", 0)
        assert queued.headers["location"] == f"/v1/credit/jobs/{job['job_id']}"
        assert (await caller.get(f"{RUNS}/{job['job_id']}")).json()["by_band"] == {}
        await world.run_jobs()
        done = (await caller.get(queued.headers["location"])).json()
        run = (await caller.get(done["result"]["run_url"])).json()
    assert [done[name] for name in ("state", "done", "total", "accepted", "refused")] == ["succeeded", 5, 5, 5, 0]
    assert (run["state"], run["confirmed"], run["effective_on"], run["card"]) == (
        *("finished", False, None, "rural-household@1"),
    )
    assert run["by_band"] == {"AAA": 1, "A": 1, "none": 1, "vetoed": 1, "not_rated": 1}


async def test_a_preliminary_run_changes_no_grade(world: World) -> None:
    town = await world.town()
    household_id = await town.household()
    await ordered(world, town)
    async with world.as_(town.official) as caller:
        assert_problem(await caller.get(f"/v1/credit/households/{household_id}/grade"), 404, "grade_not_found")
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
    assert (summary["rated_households"], summary["credit_households"]) == (0, 0)


async def test_a_second_city_official_puts_every_grade_in_effect_at_once(world: World) -> None:
    town = await mixed_town(world)
    run_id = await ordered(world, town)
    async with world.as_(town.orderer) as caller:
        own = await caller.post(f"{RUNS}/{run_id}/confirm")
        assert_problem(own, 409, "second_person_needed")
    async with world.as_(town.confirmer) as caller:
        run = (await caller.post(f"{RUNS}/{run_id}/confirm")).json()
        summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
    assert (run["state"], run["confirmed"], run["effective_on"], run["valid_until"]) == (
        *("in_effect", True, "2026-11-24", "2028-11-24"),
    )
    assert (summary["rated_households"], summary["credit_households"]) == (4, 2)
    audited = await world.rows("SELECT event, actor FROM audit_events WHERE subject = $1 ORDER BY seq", run_id)
    assert audited == [("scoring_run_ordered", "city-1"), ("scoring_run_confirmed", "city-2")]


async def test_a_place_is_taken_over_once_also_as_a_part_of_a_larger_one(world: World) -> None:
    town = await mixed_town(world)
    first, second = await ordered(world, town), await ordered(world, town)
    async with world.as_(town.orderer) as caller:
        part = await caller.post(RUNS, {"region": town.villages[1], "card": "rural-household"})
    await world.run_jobs()
    async with world.as_(town.confirmer) as caller:
        assert (await caller.post(f"{RUNS}/{first}/confirm")).status_code == 200
        for run_id in (first, second, part.json()["job_id"]):
            assert_problem(await caller.post(f"{RUNS}/{run_id}/confirm"), 409, "already_taken_over")


async def test_of_two_confirmations_at_once_one_takes_the_place_and_the_other_is_told(world: World) -> None:
    town = await mixed_town(world)
    runs = [await ordered(world, town) for _ in range(3)]
    async with world.as_(town.confirmer) as caller:
        replies = await asyncio.gather(*(caller.post(f"{RUNS}/{run}/confirm") for run in [*runs, runs[0]]))
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409]
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} == {"already_taken_over"}
    pointers = await world.rows(
        "SELECT count(*), count(DISTINCT run_id) FROM taken_over WHERE village_code LIKE $1 || '%'", town.code
    )
    assert pointers == [(2, 1)]
    states = await world.rows("SELECT state FROM runs WHERE region = $1 ORDER BY state", town.code)
    assert states == [("finished",), ("finished",), ("in_effect",)]


async def test_a_run_that_is_not_finished_cannot_be_confirmed(world: World, town: Town) -> None:
    await town.household()
    async with world.as_(town.orderer) as caller:
        queued = await caller.post(RUNS, {"region": town.code})
    async with world.as_(town.confirmer) as caller:
        early = await caller.post(f"{RUNS}/{queued.json()['job_id']}/confirm")
        assert_problem(early, 409, "run_not_finished")
        assert_problem(await caller.post(f"{RUNS}/{new_id()}/confirm"), 404, "run_not_found")
    await world.run_jobs()


async def test_what_a_county_official_ordered_stays_preliminary(world: World, town: Town) -> None:
    await town.household()
    run_id = await ordered(world, town, official("county_official", "511921"))
    async with world.as_(town.confirmer) as caller:
        assert_problem(await caller.post(f"{RUNS}/{run_id}/confirm"), 409, "city_order_needed")


async def test_runs_are_for_county_and_city_officials_of_that_place(world: World, town: Town) -> None:
    body = {"region": town.code}
    elsewhere = official("county_official", "511922")
    half: dict[str, tuple[str, ...]] = {"county_official": ("511922",), "township_official": (town.code,)}
    two_halves = replace(elsewhere, scopes=half, roles=frozenset(half))
    for who, code in (
        (town.official, "not_permitted"),
        (elsewhere, "outside_scope"),
        (two_halves, "outside_scope"),
        (official("city_official", "5118"), "outside_scope"),
    ):
        async with world.as_(who) as caller:
            assert_problem(await caller.post(RUNS, body), 403, code)
    async with world.as_(town.orderer) as caller:
        assert_problem(await caller.post(RUNS, {"region": "511999"}), 404, "region_not_found")
        assert_problem(await caller.post(RUNS, {"region": "51192"}), 422, "schema_invalid")
        assert_problem(await caller.post(RUNS, {"region": town.code, "card": "none"}), 404, "card_not_found")


async def test_a_run_and_its_job_are_seen_by_officials_of_its_place_only(world: World, town: Town) -> None:
    run_id = await ordered(world, town)
    async with world.as_(official("county_official", "511922")) as caller:
        assert_problem(await caller.get(f"/v1/credit/jobs/{run_id}"), 404, "job_not_found")
        assert_problem(await caller.get(f"{RUNS}/{run_id}"), 403, "outside_scope")
        assert_problem(await caller.post(f"{RUNS}/{run_id}/confirm"), 403, "not_permitted")
    async with world.as_(town.official) as caller:
        assert (await caller.get(f"/v1/credit/jobs/{run_id}")).status_code == 200


async def test_the_same_order_again_is_one_run_and_a_used_id_is_refused(world: World, town: Town) -> None:
    body: dict[str, Any] = {"region": town.code, "run_id": str(new_id())}
    async with world.as_(town.orderer) as caller:
        first = await caller.post(RUNS, body, key="same")
        again = await caller.post(RUNS, body, key="same")
        assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
        assert_problem(await caller.post(RUNS, body), 409, "run_exists")
        assert_problem(await caller.post(RUNS, {"region": "5119"}, key="same"), 422, "idempotency_key_reused")
        missing = await caller.client.post(RUNS, json=body)
        assert_problem(missing, 400, "idempotency_key_missing")
    await world.run_jobs()


async def test_grades_end_after_their_last_day(world: World) -> None:
    town = await mixed_town(world)
    household_id = await town.household(H1)
    await town.take_over()
    for day, in_effect, rated in ((TODAY.replace(year=2028), True, 5), (TODAY.replace(year=2028, day=25), False, 0)):
        world.set_day(day)
        async with world.as_(town.official) as caller:
            grade = (await caller.get(f"/v1/credit/households/{household_id}/grade")).json()
            summary = (await caller.get("/v1/credit/summary", region=town.code)).json()
        assert (grade["in_effect"], summary["rated_households"]) == (in_effect, rated)
