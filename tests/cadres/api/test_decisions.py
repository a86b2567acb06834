"""A decision about a person from the notice to the end of its appeal; its chain; who sees it; the bar that it makes."""

import asyncio
from typing import Any

from sqlalchemy import text

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.may_give_notice import Conditions
from services.cadres.domain.pairing import Pairing
from services.cadres.domain.posting import TeamMember
from services.cadres.storage.decision_repository import decision_log
from shared.ids import new_id
from tests.cadres.appraisal_desk import Desk
from tests.cadres.world import TODAY, Caller, Town, World, cadre_login, official


async def noticed(desk: Caller, cadre: Cadre, **more: Any) -> str:
    body = {
        "cadre_id": str(cadre.cadre_id), "kind": "talk_notice", "reason": "督查通报", "evidence": "第 3 号",
        "round": {"year": 2026, "quarter": 3},
    }  # fmt: skip
    reply = await desk.post("/v1/decisions", body | more)
    assert reply.status_code == 201, reply.text
    return f"/v1/decisions/{reply.json()['decision_id']}"


async def move(caller: Caller, path: str, to: str) -> tuple[int, str]:
    found = await caller.post(f"{path}/transitions", {"to": to, "note": "说明"})
    return found.status_code, found.json().get("code") or found.json()["state"]


async def test_notice_reply_decision_appeal_and_the_end_each_by_whom_it_belongs_to(world: World, town: Town) -> None:
    cadre = await town.cadre()
    third = official("township_official", town.code, "official-3")
    async with (
        world.as_(town.official) as desk,
        world.as_(town.colleague) as colleague,
        world.as_(third) as judge,
        world.as_(cadre_login(cadre)) as person,
    ):
        path = await noticed(desk, cadre)
        assert await move(colleague, path, "imposed") == (409, "decision_reply_still_open")
        assert await move(colleague, path, "answered") == (409, "decision_reply_is_own")
        assert await move(person, path, "answered") == (200, "answered")
        assert (await move(person, path, "imposed"))[0] == 403
        assert await move(desk, path, "imposed") == (409, "decision_needs_other_person")
        assert await move(colleague, path, "imposed") == (200, "imposed")
        assert await move(person, path, "appealed") == (200, "appealed")
        assert await move(colleague, path, "lifted") == (409, "decision_needs_other_person")
        assert await move(judge, path, "lifted") == (200, "lifted")
        own = (await person.get("/v1/me/decisions")).json()["items"]
        assert [(one["state"], one["appeal_until"], one["allowed"]) for one in own] == [("lifted", "2026-12-24", [])]
        seen = (await person.get(path)).json()
        assert [step["event"] for step in seen["history"]] == ["noticed", "answered", "imposed", "appealed", "lifted"]
        listed = (await desk.get("/v1/decisions", region=town.code)).json()["items"]
        assert [one["decision_id"] for one in listed] == [seen["decision_id"]]


async def test_others_do_not_learn_of_it(world: World, town: Town) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as desk:
        path = await noticed(desk, cadre)
    for stranger in (cadre_login(other), (await world.town()).official):
        async with world.as_(stranger) as caller:
            assert (await caller.get(path)).status_code == 404
            assert await move(caller, path, "answered") == (404, "decision_not_found")


async def test_of_two_who_decide_at_once_one_does(world: World, town: Town) -> None:
    cadre = await town.cadre()
    third = official("township_official", town.code, "official-3")
    async with (
        world.as_(town.official) as desk,
        world.as_(town.colleague) as one,
        world.as_(third) as two,
        world.as_(cadre_login(cadre)) as person,
    ):
        path = await noticed(desk, cadre)
        await move(person, path, "answered")
        both = await asyncio.gather(move(one, path, "imposed"), move(two, path, "dropped"))
        assert sorted(status for status, _ in both) == [200, 409]


async def test_a_history_that_somebody_rewrote_is_found(world: World, town: Town) -> None:
    cadre = await town.cadre()
    async with world.as_(town.official) as desk, world.as_(cadre_login(cadre)) as person:
        path = await noticed(desk, cadre)
        await move(person, path, "answered")
    async with world.database.transaction() as connection:
        assert (await decision_log.verify(connection))[1] == []
        await connection.execute(
            text("UPDATE decision_transitions SET actor = 'x' WHERE cadre_id = :id AND seq = 2"), {"id": cadre.cadre_id}
        )
        broken = (await decision_log.verify(connection))[1]
        assert [(str(one.case_id), one.broken.seq) for one in broken] == [(path.rsplit("/", 1)[1], 2)]
        await connection.rollback()


async def test_a_resignation_that_is_decided_ends_the_posts_and_lists_what_is_to_be_handed_over(desk: Desk) -> None:
    town, cadre = desk.town, await desk.town.cadre()
    leader, _, *others = await town.team()
    members = (leader, TeamMember(cadre.cadre_id, "mid_level"), *others)
    secretary = town.posting("first_secretary", cadre_id=cadre.cadre_id)
    resident = town.posting("resident_team", unit_id=town.unit.unit_id, members=members)
    household_id = await town.household()
    pairing = Pairing(new_id(), household_id, cadre.cadre_id, TODAY)
    await desk.world.load(posts=[secretary, resident], pairings=[pairing])
    not_decided = {"reason": "resigned", "note": "辞职", "on": "2026-11-24"}
    early = await desk.first.step(f"/v1/posts/{secretary.post_id}", "end", not_decided)
    assert (early.status_code, early.json()["code"]) == (409, "post_resignation_not_decided")
    for quarter in (1, 2, 3):
        round_ = {"year": 2026, "quarter": quarter}
        await desk.decide(cadre, (await desk.notice(cadre, kind="talk_notice", round=round_))["decision_id"])
    await desk.decide(cadre, (await desk.notice(cadre, kind="resignation"))["decision_id"])
    posts = (await desk.first.get(f"/v1/villages/{town.village}/posts")).json()["items"]
    states = {one["kind"]: one["state"] for one in posts}
    assert (states["first_secretary"], states["resident_team"]) == ("vacant", "filled"), "the others of the team stay"
    ended = (await desk.first.get(f"/v1/posts/{secretary.post_id}")).json()
    assert (ended["end_reason"], ended["to"]) == ("resigned", "2026-11-24")
    (leaving,) = (await desk.first.get("/v1/departures", region=town.code)).json()["items"]
    seen = (await desk.first.get(f"/v1/departures/{leaving['departure_id']}")).json()
    assert (seen["reason"], seen["leaves_on"]) == ("resigned", "2026-11-24")
    assert [one["household_id"] for one in seen["households"]] == [str(household_id)]
    assert [one["kind"] for one in seen["posts"]] == ["resident_team"]


async def test_a_resignation_is_not_decided_once_a_talk_notice_below_it_was_exempted(desk: Desk) -> None:
    cadre = await desk.town.cadre()
    talks = []
    for quarter in (1, 2, 3):
        given = await desk.notice(cadre, kind="talk_notice", round={"year": 2026, "quarter": quarter})
        talks.append(given["decision_id"])
        await desk.decide(cadre, given["decision_id"])
    resignation = (await desk.notice(cadre, kind="resignation"))["decision_id"]
    conditions = dict.fromkeys(Conditions.__slots__, True)
    excuse = await desk.notice(cadre, kind="exemption", exempts=talks[1], conditions=conditions)
    await desk.decide(cadre, excuse["decision_id"])
    path = f"/v1/decisions/{resignation}"
    await move(await desk.person(cadre), path, "answered")
    assert await move(desk.second, path, "imposed") == (409, "talk_notices_not_in_a_row")
