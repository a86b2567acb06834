"""A cadre leaves: what it answers for is handed over, and nobody leaves before that."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.pairing import Pairing
from shared.ids import new_id
from tests.cadres.world import TODAY, Caller, Town, World, cadre_login, official, rows_of


async def helped(world: World, town: Town, cadre: Cadre) -> UUID:
    household_id = await town.household()
    await world.load(pairings=[Pairing(new_id(), household_id, cadre.cadre_id, date(2025, 3, 1))])
    return household_id


async def departure(caller: Caller, cadre: Cadre, **more: Any) -> dict[str, Any]:
    body = {"cadre_id": str(cadre.cadre_id), "leaves_on": str(TODAY), "reason": "transferred"} | more
    reply = await caller.post("/v1/departures", body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def proposal(caller: Caller, household_id: UUID, to: Cadre, **more: Any) -> dict[str, Any]:
    body = {"household_id": str(household_id), "to_cadre_id": str(to.cadre_id)} | more
    reply = await caller.post("/v1/handovers", body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def test_whoever_leaves_hands_over_first_and_the_history_stays(world: World, town: Town) -> None:
    leaver, receiver = await town.cadre(name="李强"), await town.cadre(name="周敏")
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(receiver)) as phone:
        seen = await departure(desk, leaver, reason="recalled")
        assert [one["household_id"] for one in seen["households"]] == [str(household_id)]
        early = await desk.post(f"/v1/departures/{seen['departure_id']}/complete", {})
        assert (early.status_code, early.json()["code"]) == (409, "cadre_has_duties")
        one = await proposal(desk, household_id, receiver, departure_id=seen["departure_id"])
        assert [h["handover_id"] for h in (await phone.get("/v1/me/handovers")).json()["to_answer"]] == [
            one["handover_id"]
        ]
        assert (await phone.get("/v1/me/caseload")).json()["items"] == []
        accepted = await phone.post(f"/v1/handovers/{one['handover_id']}/accept", {})
        assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
        assert [c["household_id"] for c in (await phone.get("/v1/me/caseload")).json()["items"]] == [str(household_id)]
        done = await desk.post(f"/v1/departures/{seen['departure_id']}/complete", {})
        assert (done.json()["state"], done.json()["households"]) == ("completed", [])
        assert (await desk.get(f"/v1/cadres/{leaver.cadre_id}")).json()["valid_to"] == str(TODAY)
        history = (await desk.get(f"/v1/pairings/of/{household_id}")).json()["pairings"]
        assert [(p["cadre_name"], p["to"], p["end_reason"]) for p in history] == [
            ("周敏", None, None),
            ("李强", str(TODAY), "cadre_left"),
        ]


async def test_the_siblings_hear_of_the_new_helper_with_the_acceptance(world: World, town: Town) -> None:
    leaver, receiver = await town.cadre(), await town.cadre()
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(receiver)) as phone:
        one = await proposal(desk, household_id, receiver)
        assert await told(world, household_id) == str(leaver.cadre_id)
        await phone.post(f"/v1/handovers/{one['handover_id']}/accept", {})
    assert await told(world, household_id) == str(receiver.cadre_id)


async def told(world: World, household_id: UUID) -> str:
    sql = "SELECT payload->>'cadre_id' FROM change_log WHERE topic = 'pairing' AND key = $1 ORDER BY id DESC LIMIT 1"
    async with world.database.transaction() as connection:
        return str((await rows_of(connection, sql, str(household_id)))[0][0])


async def test_a_refused_household_stays_and_may_be_proposed_to_another(world: World, town: Town) -> None:
    leaver, first, second = await town.cadre(), await town.cadre(), await town.cadre()
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(first)) as phone:
        one = await proposal(desk, household_id, first)
        reply = await phone.post(f"/v1/handovers/{one['handover_id']}/refuse", {"reason": "路太远"})
        assert (reply.json()["state"], reply.json()["answer_note"]) == ("refused", "路太远")
        assert (await desk.get(f"/v1/pairings/of/{household_id}")).json()["helper"]["cadre_id"] == str(leaver.cadre_id)
        again = await phone.post(f"/v1/handovers/{one['handover_id']}/accept", {})
        assert (again.status_code, again.json()["code"]) == (409, "handover_already_answered")
        assert (await proposal(desk, household_id, second))["to_cadre_id"] == str(second.cadre_id)


async def test_only_the_receiver_answers(world: World, town: Town) -> None:
    leaver, receiver, other = await town.cadre(), await town.cadre(), await town.cadre()
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(other)) as phone:
        one = await proposal(desk, household_id, receiver)
        for path, body in (("accept", {}), ("refuse", {"reason": "x"})):
            reply = await phone.post(f"/v1/handovers/{one['handover_id']}/{path}", body)
            assert (reply.status_code, reply.json()["code"]) == (404, "handover_not_found")
        assert (await phone.get("/v1/me/handovers")).json() == {"to_answer": [], "offered": []}


async def test_a_household_has_one_open_proposal_also_when_two_come_at_once(world: World, town: Town) -> None:
    leaver, first, second = await town.cadre(), await town.cadre(), await town.cadre()
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk:
        bodies = [{"household_id": str(household_id), "to_cadre_id": str(c.cadre_id)} for c in (first, second)]
        replies = await asyncio.gather(*(desk.post("/v1/handovers", body) for body in bodies))
        assert sorted(reply.status_code for reply in replies) == [201, 409]
        made = next(reply for reply in replies if reply.status_code == 201).json()["handover_id"]
        assert (await desk.post(f"/v1/handovers/{made}/withdraw", {})).json()["state"] == "withdrawn"
        assert (await desk.post(f"/v1/handovers/{made}/withdraw", {})).status_code == 409
        assert (await desk.post("/v1/handovers", bodies[0])).status_code == 201


async def test_an_acceptance_and_an_end_at_once_leave_one_truth(world: World, town: Town) -> None:
    leaver, receiver = await town.cadre(), await town.cadre()
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(receiver)) as phone:
        one = await proposal(desk, household_id, receiver)
        pairing = (await desk.get(f"/v1/pairings/of/{household_id}")).json()["pairings"][0]["pairing_id"]
        accepted, ended = await asyncio.gather(
            phone.post(f"/v1/handovers/{one['handover_id']}/accept", {}),
            desk.post(f"/v1/pairings/{pairing}/end", {"reason": "other", "note": "x", "version": 1}),
        )
        assert (accepted.status_code, ended.status_code) in {(200, 412), (409, 200)}
        helper = (await desk.get(f"/v1/pairings/of/{household_id}")).json()["helper"]
    assert (helper is not None) == (accepted.status_code == 200)
    if accepted.status_code == 409:
        assert accepted.json()["code"] == "handover_outdated"


async def test_a_full_receiver_cannot_accept(world: World, town: Town) -> None:
    leaver, receiver = await town.cadre(), await town.cadre(rank="party_member")
    await helped(world, town, receiver)
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(receiver)) as phone:
        one = await proposal(desk, household_id, receiver)
        reply = await phone.post(f"/v1/handovers/{one['handover_id']}/accept", {})
        assert (reply.status_code, reply.json()["code"]) == (409, "cadre_fully_loaded")


async def test_whoever_is_leaving_gets_no_household(world: World, town: Town) -> None:
    leaver, other = await town.cadre(), await town.cadre()
    household_id, free = await helped(world, town, other), await town.household()
    async with world.as_(town.official) as desk:
        await departure(desk, leaver, leaves_on=str(TODAY + timedelta(days=20)))
        body = {"household_id": str(household_id), "to_cadre_id": str(leaver.cadre_id)}
        assert (await desk.post("/v1/handovers", body)).json()["code"] == "cadre_is_leaving"
        pairing = {"household_id": str(free), "cadre_id": str(leaver.cadre_id)}
        assert (await desk.post("/v1/pairings", pairing)).json()["code"] == "cadre_is_leaving"
        plan = (await desk.post("/v1/pairing-plans", {"region": town.code})).json()["plan_id"]
        await world.run_jobs()
        figures = (await desk.get(f"/v1/pairing-plans/{plan}")).json()["figures"]
        assert (figures["cadres"], figures["new"]) == (1, 1)


async def test_a_departure_is_announced_once_and_completed_on_its_day(world: World, town: Town) -> None:
    leaver = await town.cadre()
    async with world.as_(town.official) as desk:
        seen = await departure(desk, leaver, leaves_on=str(TODAY + timedelta(days=1)))
        again = await desk.post(
            "/v1/departures", {"cadre_id": str(leaver.cadre_id), "leaves_on": str(TODAY), "reason": "retired"}
        )
        assert (again.status_code, again.json()["code"]) == (409, "departure_already_announced")
        early = await desk.post(f"/v1/departures/{seen['departure_id']}/complete", {})
        assert (early.status_code, early.json()["code"]) == (409, "departure_day_not_reached")
        listed = (await desk.get("/v1/departures", region=town.code)).json()["items"]
        assert [(one["departure_id"], one["open_households"]) for one in listed] == [(seen["departure_id"], 0)]
        cancelled = await desk.post(f"/v1/departures/{seen['departure_id']}/cancel", {})
        assert cancelled.json()["state"] == "cancelled"
        assert (await desk.post(f"/v1/departures/{seen['departure_id']}/cancel", {})).status_code == 409


async def test_posts_are_open_work_too(world: World, town: Town) -> None:
    leaver = await town.cadre()
    await world.load(posts=[town.posting("agri_technician", cadre_id=leaver.cadre_id)])
    async with world.as_(town.official) as desk:
        seen = await departure(desk, leaver)
        assert [post["kind"] for post in seen["posts"]] == ["agri_technician"]
        await desk.step(f"/v1/posts/{seen['posts'][0]['post_id']}", "end", {"reason": "transferred", "note": "调离"})
        done = await desk.post(f"/v1/departures/{seen['departure_id']}/complete", {})
        assert done.json()["state"] == "completed", done.text


@pytest.mark.parametrize("path", ["/v1/departures/{departure}", "/v1/departures/{departure}/complete"])
async def test_an_official_of_another_place_knows_of_no_departure(world: World, town: Town, path: str) -> None:
    async with world.as_(town.official) as desk:
        seen = await departure(desk, await town.cadre())
    address = path.format(departure=seen["departure_id"])
    async with world.as_(official("township_official", (await world.town()).code)) as stranger:
        reply = await (stranger.post(address, {}) if address.endswith("complete") else stranger.get(address))
        assert (reply.status_code, reply.json()["code"]) == (404, "departure_not_found")


async def task(desk: Caller, town: Town, cadre: Cadre, **more: Any) -> str:
    body = {
        "village_code": town.village,
        "cadre_id": str(cadre.cadre_id),
        "what": "核对医保缴费",
        "due_on": "2026-12-01",
    }
    reply = await desk.post("/v1/tasks", body | more)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["task_id"])


async def test_open_tasks_and_duties_are_handed_over_too_and_those_of_a_household_go_with_it(
    world: World, town: Town
) -> None:
    leaver, receiver = await town.cadre(name="李强"), await town.cadre(name="周敏")
    household_id = await helped(world, town, leaver)
    async with world.as_(town.official) as desk, world.as_(cadre_login(receiver)) as phone:
        of_household = await task(desk, town, leaver, household_id=str(household_id))
        duty = await task(desk, town, leaver, kind="duty")
        seen = await departure(desk, leaver)
        assert {one["task_id"] for one in seen["tasks"]} == {of_household, duty}
        one = await proposal(desk, household_id, receiver, departure_id=seen["departure_id"])
        assert (await phone.post(f"/v1/handovers/{one['handover_id']}/accept", {})).status_code == 200
        moved = (await desk.get(f"/v1/tasks/{of_household}")).json()
        assert (moved["cadre_name"], moved["state"], moved["steps"][-1]["note"]) == ("周敏", "open", "随结对户交接")
        complete = f"/v1/departures/{seen['departure_id']}/complete"
        early = await desk.post(complete, {})
        assert (early.status_code, early.json()["open_tasks"]) == (409, 1)
        assert "任务和责任 1 项" in early.json()["message"]
        given_on = {"to": "open", "cadre_id": str(receiver.cadre_id), "version": 1}
        assert (await desk.post(f"/v1/tasks/{duty}/transitions", given_on)).status_code == 200
        assert (await desk.post(complete, {})).json()["state"] == "completed"


async def test_of_a_task_given_and_a_departure_completed_at_once_no_task_is_left_with_nobody(
    world: World, town: Town
) -> None:
    for _ in range(5):
        leaver = await town.cadre()
        body = {"village_code": town.village, "cadre_id": str(leaver.cadre_id), "what": "x", "due_on": "2026-12-01"}
        async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
            seen = await departure(desk, leaver)
            complete = f"/v1/departures/{seen['departure_id']}/complete"
            given, left = await asyncio.gather(other.post("/v1/tasks", body), desk.post(complete, {}))
        assert (given.status_code, left.status_code) in {(201, 409), (409, 200)}


async def test_nobody_leaves_before_the_office_began(world: World, town: Town) -> None:
    cadre = await town.cadre(valid_from=date(2024, 1, 1))
    body = {"cadre_id": str(cadre.cadre_id), "leaves_on": "2024-01-01", "reason": "transferred"}
    async with world.as_(town.official) as desk:
        refused = await desk.post("/v1/departures", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "departure_before_office")
    assert "2024-01-01" in refused.json()["message"]
