"""A visit that was entered wrongly is void: it stays to be read, and what it opened is taken back, exactly once."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.ids import new_id
from tests.builders.feeds import settled
from tests.cadres.siblings import Siblings
from tests.cadres.storage.test_visit_feed import FINDINGS, answers, enter, visited, what_it_became
from tests.cadres.world import Town, World, cadre_login, household_login, official, rows_of

REASON = {"reason": "登记错了户"}


def plain(household_id: UUID, day: int) -> dict[str, Any]:
    """A visit of November on which nothing was found."""
    own = {"visit_id": str(new_id()), "household_id": str(household_id), "kind": "routine"}
    return own | {"visited_at": f"2026-11-{day}T10:00:00+08:00"}


async def made_void(siblings: Siblings, cadre: Any, visit_id: str) -> dict[str, Any]:
    async with siblings.world.as_(cadre_login(cadre)) as phone:
        reply = await phone.post(f"/v1/visits/{visit_id}/void", REASON)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def problems(siblings: Siblings, household_id: Any) -> list[dict[str, Any]]:
    found = (await siblings.ask("GET", f"/v1/problems?household_id={household_id}")).json()["items"]
    return [dict(one) for one in found]


async def test_what_nobody_went_on_with_is_taken_back_and_the_rest_says_why_it_stays(siblings: Siblings) -> None:
    cadre, household_id, visit_id = await visited(siblings, FINDINGS)
    await siblings.hear()
    seen = await made_void(siblings, cadre, visit_id)
    assert (seen["void"]["by_name"], seen["void"]["reason"]) == ("张三", "登记错了户")
    await siblings.hear()
    checked = "finding_stays_until_checked"
    assert await answers(siblings, cadre, visit_id) == [
        ("withdrawn", None), ("stays", checked), ("stays", checked), ("withdrawn", None), (None, None)
    ]  # fmt: skip
    assert [one["state"] for one in await problems(siblings, household_id)] == ["closed"]
    need = (await siblings.ask("GET", f"/v1/households/{household_id}/needs")).json()["items"][0]
    assert need["state"] == "closed"
    before, told = await what_it_became(siblings), await answers(siblings, cadre, visit_id)
    for reader in (*siblings.households.state.feeds, *siblings.world.app.state.feeds):
        await reader.rebuild()
    await siblings.hear()
    assert (await what_it_became(siblings), await answers(siblings, cadre, visit_id)) == (before, told), "once"


async def test_one_that_was_not_taken_on_yet_never_is(siblings: Siblings) -> None:
    cadre, household_id, visit_id = await visited(siblings, FINDINGS[:1])
    await made_void(siblings, cadre, visit_id)
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("withdrawn", None)]
    assert await problems(siblings, household_id) == []


async def test_a_problem_that_somebody_works_on_stays(siblings: Siblings) -> None:
    cadre, household_id, visit_id = await visited(siblings, FINDINGS[:1])
    await siblings.hear()
    (problem,) = await problems(siblings, household_id)
    given = {"to": "assigned", "note": "请办理", "version": 1, "assignee": "x", "assignee_name": "王芳"}
    moved = await siblings.ask("POST", f"/v1/problems/{problem['problem_id']}/transitions", json=given)
    assert moved.status_code == 200, moved.text
    await made_void(siblings, cadre, visit_id)
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("stays", "problem_gone_on")]
    assert [one["state"] for one in await problems(siblings, household_id)] == ["assigned"]


async def test_a_problem_that_a_void_visit_called_fixed_is_open_again(siblings: Siblings) -> None:
    cadre, household_id, _ = await visited(siblings, FINDINGS[:1])
    await siblings.hear()
    (problem,) = await problems(siblings, household_id)
    fixed = {"kind": "problem_fixed", "what": "路已铺好", "problem_id": problem["problem_id"]}
    visit_id = await enter(siblings, cadre, household_id, [fixed])
    await siblings.hear()
    await made_void(siblings, cadre, visit_id)
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("withdrawn", None)]
    assert [one["state"] for one in await problems(siblings, household_id)] == ["assigned"]


async def test_it_is_void_while_the_sibling_is_stopped_and_heard_when_it_is_back(siblings: Siblings) -> None:
    cadre, household_id, visit_id = await visited(siblings, FINDINGS[:1])
    await siblings.hear()
    running, siblings.way_to_households.application = siblings.way_to_households.application, None
    await made_void(siblings, cadre, visit_id)
    with pytest.raises(httpx.ConnectError):
        await siblings.listen()
    siblings.way_to_households.application = running
    await siblings.hear()
    assert await answers(siblings, cadre, visit_id) == [("withdrawn", None)]
    assert [one["state"] for one in await problems(siblings, household_id)] == ["closed"]


async def test_workers_side_by_side_take_it_back_once(siblings: Siblings) -> None:
    cadre, _, visit_id = await visited(siblings, FINDINGS)
    await siblings.hear()
    await made_void(siblings, cadre, visit_id)
    await settled(siblings.world.database, siblings.world.change_log)
    for reader in siblings.households.state.feeds:
        await reader.catch_up()
    await asyncio.gather(*(siblings.take_on() for _ in range(8)))
    became = await what_it_became(siblings)
    assert [step[2] for step in became["problem_steps"]] == [1, 2]
    answered = [key for _, _, _, topic, key, *_ in became["change_log"] if topic == "visit_outcome"]
    assert len(answered) == 8, "each of four findings is answered when it is taken on, and when it is taken back"


async def test_the_author_or_an_official_of_the_place_makes_it_void_and_nobody_else(world: World, town: Town) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    household_id = await town.household()
    post = town.posting("first_secretary", cadre_id=cadre.cadre_id)
    neighbour = town.posting("agri_technician", cadre_id=other.cadre_id)
    await world.load(posts=[post, neighbour])
    async with world.as_(cadre_login(cadre)) as phone:
        entered = [await phone.post("/v1/visits", plain(household_id, day)) for day in (18, 20)]
        visits = [reply.json()["visit_id"] for reply in entered]
        path = f"/v1/visits/{visits[1]}/void"
        strangers = (cadre_login(other), household_login(household_id), official("township_official", "511922100"))
        for stranger in strangers:
            async with world.as_(stranger) as caller:
                refused = await caller.post(path, REASON)
                assert refused.status_code in {403, 404}, refused.text
        assert (await phone.post(path, {"reason": ""})).status_code == 422
        async with world.as_(town.official) as desk:
            both = await asyncio.gather(phone.post(path, REASON), desk.post(path, REASON))
            assert sorted(one.status_code for one in both) == [200, 409]
            again = await desk.post(path, REASON)
            assert again.json()["code"] == "visit_void_already"
            listed = (await desk.get("/v1/visits", region=town.village)).json()["items"]
            assert [(one["visit_id"], one["void"]) for one in listed] == [(visits[1], True), (visits[0], False)]
            log = (await desk.get(f"/v1/cadres/{cadre.cadre_id}/work-log", as_of="2026-11-20")).json()["items"]
            assert log == [], "nothing of it counts as done"
            assert (await desk.post(f"/v1/visits/{visits[0]}/void", REASON)).status_code == 200
    async with world.database.transaction() as connection:
        last = await rows_of(connection, "SELECT count(*) FROM last_visits WHERE household_id = $1", household_id)
    assert last == [(0,)], "without a visit again"


async def test_of_a_void_and_a_new_visit_at_once_the_last_day_is_that_of_what_stands(world: World, town: Town) -> None:
    cadre = await town.cadre()
    await world.load(posts=[town.posting("first_secretary", cadre_id=cadre.cadre_id)])
    for _ in range(5):
        household_id = await town.household()

        async with world.as_(cadre_login(cadre)) as phone, world.as_(town.official) as desk:
            assert (await phone.post("/v1/visits", plain(household_id, 10))).status_code == 201
            wrong = plain(household_id, 20)
            assert (await phone.post("/v1/visits", wrong)).status_code == 201
            path = f"/v1/visits/{wrong['visit_id']}/void"
            both = await asyncio.gather(desk.post(path, REASON), phone.post("/v1/visits", plain(household_id, 15)))
            assert [one.status_code for one in both] == [200, 201]
        async with world.database.transaction() as connection:
            last = await rows_of(
                connection, "SELECT extract(day FROM visited_at)::int FROM last_visits WHERE household_id = $1",
                household_id,
            )  # fmt: skip
        assert last == [(15,)]
