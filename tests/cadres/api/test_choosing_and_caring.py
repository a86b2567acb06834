"""Applied, recommended, examined, posted; what was made clear to whoever is posted; the care that is due."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.care import CARE_KINDS, Care, may_record_care
from services.cadres.domain.posting import Posting
from shared.ids import new_id
from tests.cadres.world import TODAY, Caller, Town, World, cadre_login

TERMS = {
    "conditions": "政治素质好，熟悉农村工作",
    "position": "第一书记",
    "allowance": "每月生活补助 900 元",
    "time": "脱产驻村三年",
    "training": "每年集中培训一次",
    "discipline": "吃住在村，请假报镇党委",
}


async def applied(caller: Caller, town: Town, cadre: Cadre, kind: str = "first_secretary") -> dict[str, Any]:
    body = {"village_code": town.village, "kind": kind, "cadre_id": str(cadre.cadre_id), "statement": "自愿驻村"}
    reply = await caller.post("/v1/selections", body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def step(selection: dict[str, Any]) -> str:
    return f"/v1/selections/{selection['selection_id']}/transitions"


async def passed(desk: Caller, colleague: Caller, town: Town, cadre: Cadre) -> dict[str, Any]:
    selection = await applied(desk, town, cadre)
    await desk.post(step(selection), {"to": "recommended", "note": "同意推荐"})
    reply = await colleague.post(step(selection), {"to": "passed", "note": "考察合格"})
    assert reply.json()["state"] == "passed", reply.text
    return dict(reply.json())


async def test_a_cadre_applies_itself_and_is_posted_after_recommendation_and_examination(
    world: World, town: Town
) -> None:
    cadre = await town.cadre()
    async with (
        world.as_(cadre_login(cadre)) as phone,
        world.as_(town.official) as desk,
        world.as_(town.colleague) as colleague,
    ):
        selection = await applied(phone, town, cadre)
        assert selection["allowed"] == ["recommended", "not_recommended", "withdrawn"]
        early = await colleague.post(step(selection), {"to": "passed"})
        assert (early.status_code, early.json()["allowed"]) == (409, selection["allowed"])
        await desk.post(step(selection), {"to": "recommended", "note": "同意推荐"})
        same = await desk.post(step(selection), {"to": "passed"})
        assert (same.status_code, same.json()["code"]) == (409, "selection_needs_second_person")
        post = {
            "village_code": town.village, "kind": "first_secretary", "cadre_id": str(cadre.cadre_id),
            "from": "2026-11-01", "selection_id": selection["selection_id"], "terms": TERMS,
        }  # fmt: skip
        unexamined = await desk.post("/v1/posts", post)
        assert (unexamined.status_code, unexamined.json()["code"]) == (409, "selection_not_passed")
        await colleague.post(step(selection), {"to": "passed", "note": "考察合格"})
        made = await desk.post("/v1/posts", post)
        assert made.status_code == 201, made.text
        assert made.json()["terms"] == TERMS | {
            "duties": [
                "publicist",
                "planner",
                "instructor",
                "coordinator",
                "organiser",
                "almoner",
                "informant",
                "supervisor",
            ]
        }
        seen = (await phone.get(f"/v1/selections/{selection['selection_id']}")).json()
        assert (seen["state"], seen["recommendation"], seen["findings"]) == ("posted", "同意推荐", "考察合格")


async def test_a_selection_leads_to_its_own_post_and_person_only(world: World, town: Town) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as desk, world.as_(town.colleague) as colleague:
        selection = await passed(desk, colleague, town, cadre)
        body = {"village_code": town.village, "from": "2026-11-01", "selection_id": selection["selection_id"]}
        for wrong in (
            {"kind": "first_secretary", "cadre_id": str(other.cadre_id)},
            {"kind": "agri_technician", "cadre_id": str(cadre.cadre_id)},
        ):
            reply = await desk.post("/v1/posts", body | wrong)
            assert (reply.status_code, reply.json()["code"]) == (409, "selection_of_another_post")


async def test_where_the_policy_wants_it_nobody_is_posted_without_a_selection(world: World, town: Town) -> None:
    cadre = await town.cadre()
    rooms = world.app.state.rooms
    strict = tuple(replace(policy, selection_required=frozenset({"first_secretary"})) for policy in rooms.policies)
    body = {
        "village_code": town.village,
        "kind": "first_secretary",
        "cadre_id": str(cadre.cadre_id),
        "from": "2026-11-01",
    }
    world.app.state.rooms = replace(rooms, policies=strict)
    try:
        async with world.as_(town.official) as desk, world.as_(town.colleague) as colleague:
            refused = await desk.post("/v1/posts", body)
            assert (refused.status_code, refused.json()["code"]) == (409, "post_needs_selection")
            selection = await passed(desk, colleague, town, cadre)
            made = await desk.post("/v1/posts", body | {"selection_id": selection["selection_id"]})
            assert made.status_code == 201
    finally:
        world.app.state.rooms = rooms


async def test_one_application_is_open_a_person_and_post_also_when_two_come_at_once(world: World, town: Town) -> None:
    cadre = await town.cadre()
    body = {"village_code": town.village, "kind": "first_secretary", "cadre_id": str(cadre.cadre_id)}
    async with world.as_(town.official) as desk:
        replies = await asyncio.gather(*(desk.post("/v1/selections", body) for _ in range(2)))
        assert sorted(reply.status_code for reply in replies) == [201, 409]
        made = next(reply.json() for reply in replies if reply.status_code == 201)
        assert (await desk.post(step(made), {"to": "withdrawn"})).json()["allowed"] == []
        assert (await desk.post("/v1/selections", body)).status_code == 201
        listed = (await desk.get("/v1/selections", region=town.code, state="withdrawn")).json()["items"]
        assert [one["selection_id"] for one in listed] == [made["selection_id"]]


async def test_a_cadre_moves_nothing_but_its_own_withdrawal_and_sees_no_other(world: World, town: Town) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as desk, world.as_(cadre_login(cadre)) as phone:
        own, foreign = await applied(desk, town, cadre), await applied(desk, town, other)
        assert (await phone.post(step(own), {"to": "recommended"})).status_code == 403
        assert (await phone.get(f"/v1/selections/{foreign['selection_id']}")).status_code == 404
        assert (await phone.post(step(foreign), {"to": "withdrawn"})).status_code == 404
        assert (await phone.post(step(own), {"to": "withdrawn"})).json()["state"] == "withdrawn"


async def test_an_official_who_applied_takes_no_step_on_its_own_application_but_to_withdraw(
    world: World, town: Town
) -> None:
    cadre = await town.cadre()
    roles, scopes = town.official.roles | {"cadre"}, {**town.official.scopes, "cadre": ()}
    both = replace(town.official, roles=roles, scopes=scopes, cadre_id=str(cadre.cadre_id))
    async with world.as_(both) as person:
        own = await applied(person, town, cadre)
        refused = await person.post(step(own), {"to": "recommended", "note": "同意推荐"})
        assert (refused.status_code, refused.json()["code"]) == (409, "selection_step_of_applicant")
        assert (await person.post(step(own), {"to": "withdrawn"})).json()["state"] == "withdrawn"


async def test_care_is_due_from_the_start_and_again_after_each_time(world: World, town: Town) -> None:
    cadre = await town.cadre()
    post = town.posting("first_secretary", date(2026, 3, 1), cadre_id=cadre.cadre_id)
    await world.load(posts=[post])
    async with world.as_(town.official) as desk:
        found = (await desk.get(f"/v1/posts/{post.post_id}/care")).json()
        due = {one["kind"]: (one["due_on"], one["overdue"]) for one in found["people"][0]["due"]}
        assert tuple(due) == CARE_KINDS
        assert due["visit"] == ("2026-09-01", True)
        assert due["health_check"] == ("2027-03-01", False)
        overdue = (await desk.get("/v1/posts/care-overdue", region=town.code)).json()["items"]
        assert [[one["kind"] for one in line["due"]] for line in overdue] == [["visit", "talk"]]
        for kind in ("visit", "talk"):
            body = {"cadre_id": str(cadre.cadre_id), "kind": kind, "on": "2026-11-20"}
            assert (await desk.post(f"/v1/posts/{post.post_id}/care", body)).status_code == 201
        funds = {"cadre_id": str(cadre.cadre_id), "kind": "working_funds", "amount_cents": 1_000_000}
        after = (await desk.post(f"/v1/posts/{post.post_id}/care", funds)).json()
        assert {one["kind"]: one["due_on"] for one in after["people"][0]["due"]} == {
            "visit": "2027-05-20", "talk": "2027-05-20", "health_check": "2027-03-01", "working_funds": "2027-11-24",
        }  # fmt: skip
        assert (after["records"][0]["kind"], after["records"][0]["amount_cents"]) == ("working_funds", 1_000_000)
        assert (await desk.get("/v1/posts/care-overdue", region=town.code)).json()["items"] == []
        as_of = (await desk.get("/v1/posts/care-overdue", region=town.code, as_of="2026-11-19")).json()["items"]
        assert len(as_of) == 1, "as of the day before it was still due"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cadre_id": None}, "care_not_of_post"),
        ({"on": "2026-12-01"}, "care_in_future"),
        ({"on": "2020-01-01"}, "care_in_future"),
    ],
)
async def test_care_is_recorded_for_whoever_is_there_on_a_day_that_has_come(
    world: World, town: Town, change: dict[str, Any], code: str
) -> None:
    cadre, other = await town.cadre(), await town.cadre()
    post = town.posting("first_secretary", date(2026, 3, 1), cadre_id=cadre.cadre_id)
    await world.load(posts=[post])
    body = {"cadre_id": str(cadre.cadre_id), "kind": "talk", "on": str(TODAY)} | change
    body["cadre_id"] = body["cadre_id"] or str(other.cadre_id)
    async with world.as_(town.official) as desk:
        reply = await desk.post(f"/v1/posts/{post.post_id}/care", body)
        assert (reply.status_code, reply.json()["code"]) == (409, code)
        if code == "care_in_future":
            assert "2026-03-01 至 2026-11-24" in reply.json()["message"]
    async with world.as_((await world.town()).official) as stranger:
        assert (await stranger.get(f"/v1/posts/{post.post_id}/care")).status_code == 404


def test_care_ends_with_the_posting() -> None:
    cadre, ended = new_id(), date(2026, 6, 1)
    post = Posting(new_id(), "511921122201", "first_secretary", date(2026, 3, 1), cadre, ended_on=ended)
    last = Care(new_id(), post.village_code, post.post_id, cadre, "talk", ended - timedelta(days=1))
    assert may_record_care(last, post, TODAY) is None
    refused = may_record_care(replace(last, done_on=ended), post, TODAY)
    assert refused is not None
    assert refused.sentence == "关爱日期要在派驻期间、今天或以前（2026-03-01 至 2026-05-31），请核对日期。"
