"""The problem ledger over HTTP: who tells, who fixes, who closes, and what is overdue."""

import asyncio
from collections import Counter
from typing import Any

import httpx

from shared.ids import new_id
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import VILLAGE, as_helper, as_household, duties, help_by, key, register

OTHER_VILLAGE = f"{TOWNSHIP}203"


async def tell(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await client.post("/v1/problems", json={"what": "入户路不通", **body}, headers=key())


async def move(client: httpx.AsyncClient, problem: dict[str, Any], to: str, **more: Any) -> httpx.Response:
    body = {"to": to, "note": "已现场核实", "version": problem["version"], **more}
    return await client.post(f"/v1/problems/{problem['problem_id']}/transitions", json=body, headers=key())


async def listed(client: httpx.AsyncClient, **params: str) -> list[str]:
    reply = await client.get("/v1/problems", params=params)
    assert reply.status_code == 200, reply.text
    return [item["problem_id"] for item in reply.json()["items"]]


async def test_a_problem_runs_its_course_to_a_second_persons_closing(world: ImportWorld) -> None:
    household, cadre = await register(world), str(new_id())
    await help_by(world, household, cadre)
    async with as_household(world, household) as own:
        told = (await tell(own, household_id=household, source="inspection")).json()
    assert (told["source"], told["state"]) == ("household", "found"), "a household tells as itself, whatever it says"
    async with as_helper(world, cadre) as helper, world.as_official(TOWNSHIP) as official:
        given = {"assignee": cadre, "assignee_name": "帮扶人", "due_on": "2199-01-01"}
        problem = (await move(official, told, "assigned", **given)).json()
        assert await listed(helper, assignee=cadre) == [told["problem_id"]]
        problem = (await move(helper, problem, "fixed")).json()
        alone = await move(helper, problem, "looked_again")
        assert (alone.status_code, alone.json()["code"]) == (409, "problem_needs_second_person")
        problem = (await move(official, problem, "looked_again")).json()
        by_helper = await move(helper, problem, "closed")
        assert (by_helper.status_code, by_helper.json()["code"]) == (403, "problem_closing_needs_official")
        replies = await asyncio.gather(*(move(official, problem, "closed") for _ in range(4)))
        assert Counter(reply.status_code for reply in replies) == {200: 1, 412: 3}
        file = (await official.get(f"/v1/problems/{problem['problem_id']}")).json()
        again = await move(official, file, "found")
    assert [one["state"] for one in file["steps"]] == ["closed", "looked_again", "fixed", "assigned", "found"]
    assert [one["role"] for one in file["steps"]] == ["official", "official", "helper", "official", "household"]
    assert (again.status_code, again.json()["state"]) == (200, "found")
    assert [one["open_problems"] for one in await duties(world, household)] == [1, 1, 1, 1, 0, 1]
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT event FROM audit_events WHERE subject = $1 ORDER BY seq", (problem["problem_id"],)
        )
        assert [row[0] for row in rows] == ["problem_closed", "problem_reopened"]


async def test_a_problem_told_again_by_the_same_source_changes_nothing(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official:
        same = {"household_id": household, "source": "visit", "source_id": "visit-7:1"}
        replies = await asyncio.gather(*(tell(official, **same) for _ in range(6)))
        other = await tell(official, **same | {"source_id": "visit-7:2"})
        assert {reply.status_code for reply in replies} == {201}, [reply.text for reply in replies]
        ids = {reply.json()["problem_id"] for reply in replies}
        assert len(ids) == 1
        assert set(await listed(official, household_id=household)) == {*ids, other.json()["problem_id"]}
    assert [one["open_problems"] for one in await duties(world, household)] == [1, 2]


async def test_of_many_who_tell_of_the_same_village_problem_at_once_one_is_kept(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as official:
        same = {"village_code": VILLAGE, "source": "inspection", "source_id": "inspection-3:9"}
        replies = await asyncio.gather(*(tell(official, **same) for _ in range(8)))
        assert {reply.status_code for reply in replies} == {201}, [reply.text for reply in replies]
        assert len({reply.json()["problem_id"] for reply in replies}) == 1
        assert len(await listed(official, region=VILLAGE)) == 1


async def test_what_waits_beyond_its_day_is_overdue_and_what_is_fixed_is_not(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as official:
        first, second = [(await tell(official, village_code=VILLAGE)).json() for _ in range(2)]
        assert await listed(official, region=TOWNSHIP, overdue="true") == []
        async with world.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE problems SET due_on = date '2026-01-05'")
        assert set(await listed(official, region=TOWNSHIP, overdue="true")) == {
            first["problem_id"],
            second["problem_id"],
        }
        given = (
            await move(official, first, "assigned", assignee="x", assignee_name="某人", due_on="2199-01-01")
        ).json()
        await move(official, given, "fixed")
        assert await listed(official, region=TOWNSHIP, overdue="true") == [second["problem_id"]]
        assert await listed(official, region=VILLAGE, state="fixed") == [first["problem_id"]]


async def test_everybody_tells_of_what_is_theirs_and_sees_what_is_theirs(world: ImportWorld) -> None:
    household, cadre = await register(world), str(new_id())
    await help_by(world, household, cadre)
    async with as_helper(world, cadre) as helper, world.as_official(TOWNSHIP) as official:
        own = await tell(helper, village_code=VILLAGE)
        elsewhere = await tell(helper, village_code=OTHER_VILLAGE)
        assert (own.status_code, elsewhere.status_code) == (201, 403)
        assert elsewhere.json()["code"] == "problem_outside_caseload"
        hidden = (await tell(official, village_code=OTHER_VILLAGE)).json()
        assert (await helper.get(f"/v1/problems/{hidden['problem_id']}")).status_code == 404
        assert await listed(helper, region=TOWNSHIP) == [own.json()["problem_id"]]
        nothing = await helper.get("/v1/problems")
        both = await tell(official, village_code=VILLAGE, household_id=household)
    assert (nothing.status_code, nothing.json()["code"]) == (422, "list_needs_region_or_person")
    assert (both.status_code, both.json()["code"]) == (422, "problem_needs_household_or_village")
    async with as_household(world, household) as farmer:
        village = await tell(farmer, village_code=VILLAGE)
        assert (village.status_code, village.json()["code"]) == (403, "not_permitted")
        assert await listed(farmer, household_id=household) == []
    async with world.as_official("511923") as stranger:
        assert (await stranger.get(f"/v1/problems/{hidden['problem_id']}")).status_code == 404
        assert (await move(stranger, hidden, "assigned", assignee="x", assignee_name="某")).status_code == 404


async def test_a_look_at_a_households_problem_is_kept_where_it_sees_it(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official:
        problem = (await tell(official, household_id=household)).json()
        await official.get(f"/v1/problems/{problem['problem_id']}")
    async with as_household(world, household) as own:
        assert (await own.get(f"/v1/problems/{problem['problem_id']}")).status_code == 200
        looks = (await own.get(f"/v1/households/{household}/looks")).json()["items"]
    assert [look["what"] for look in looks] == ["problem"]


async def test_a_day_in_the_past_is_no_day_to_fix_something(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as official:
        reply = await tell(official, village_code=VILLAGE, due_on="2020-01-01")
    assert (reply.status_code, reply.json()["code"]) == (422, "problem_due_day_past")


async def test_an_assignment_without_a_day_keeps_the_day_of_whoever_found_it(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as official:
        told = (await tell(official, village_code=VILLAGE, due_on="2199-01-01")).json()
        given = (await move(official, told, "assigned", assignee=str(new_id()), assignee_name="甲")).json()
        later = (await move(official, given, "assigned", due_on="2199-02-01")).json()
    assert [one["due_on"] for one in (told, given, later)] == ["2199-01-01", "2199-01-01", "2199-02-01"]
