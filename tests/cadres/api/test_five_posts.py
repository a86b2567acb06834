"""The five posts of a village: always five, one holder each, a first secretary in one village, a team of three."""

import asyncio
from collections import Counter
from typing import Any

from services.cadres.domain.posting import POST_KINDS
from tests.cadres.world import COUNTY, Caller, Town, World, cadre_login, household_login, official


async def five(caller: Caller, village: str, **as_of: str) -> dict[str, Any]:
    reply = await caller.get(f"/v1/villages/{village}/posts", **as_of)
    assert reply.status_code == 200, reply.text
    items = reply.json()["items"]
    assert [item["kind"] for item in items] == list(POST_KINDS)
    return {item["kind"]: item for item in items}


def body_of(town: Town, kind: str, **more: Any) -> dict[str, Any]:
    return {"village_code": town.village, "kind": kind, "from": "2025-03-01", "letter": "通组干〔2025〕7号", **more}


async def test_a_village_without_any_holder_still_has_five_posts(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        posts = await five(caller, town.village)
    assert {post["state"] for post in posts.values()} == {"vacant"}
    assert {post["holder"] for post in posts.values()} == {None}


async def test_a_holder_stands_in_the_post_with_start_end_and_letter(world: World, town: Town) -> None:
    cadre = await town.cadre(name="赵书记")
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/posts", body_of(town, "first_secretary", cadre_id=str(cadre.cadre_id)))
        post = (await five(caller, town.village))["first_secretary"]
        one = await caller.get(made.headers["location"])
    assert (made.status_code, made.json(), made.headers["etag"]) == (201, one.json(), '"v1"')
    assert post == {
        "kind": "first_secretary",
        "holder": {"type": "cadre", "id": str(cadre.cadre_id), "name": "赵书记", "members": []},
        "from": "2025-03-01",
        "to": "2028-03-01",
        "state": "filled",
        "post_id": made.json()["post_id"],
        "letter": "通组干〔2025〕7号",
        "version": 1,
    }


async def test_a_post_is_seen_as_it_stood_on_the_day_asked_for(world: World, town: Town) -> None:
    cadre = await town.cadre()
    async with world.as_(town.official) as caller:
        await caller.post("/v1/posts", body_of(town, "first_secretary", cadre_id=str(cadre.cadre_id)))
        states = [
            (day, (await five(caller, town.village, as_of=day))["first_secretary"]["state"])
            for day in ("2025-02-28", "2025-03-01", "2028-01-30", "2028-01-31", "2028-02-29", "2028-03-01")
        ]
    assert [state for _, state in states] == ["vacant", "filled", "filled", "expiring", "expiring", "expired"]


async def test_a_held_post_is_not_given_away_and_after_its_end_it_is(world: World, town: Town) -> None:
    first, second = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/posts", body_of(town, "agri_technician", cadre_id=str(first.cadre_id)))
        again = body_of(town, "agri_technician", cadre_id=str(second.cadre_id)) | {"from": "2026-11-01"}
        refused = await caller.post("/v1/posts", again)
        post = f"/v1/posts/{made.json()['post_id']}"
        ended = await caller.step(post, "end", {"reason": "transferred", "on": "2026-11-01"})
        twice = await caller.step(post, "end", {"reason": "transferred"})
        following = await caller.post("/v1/posts", again)
        before, after = [
            (await five(caller, town.village, as_of=day))["agri_technician"]["holder"]["id"]
            for day in ("2026-10-31", "2026-11-01")
        ]
    assert (refused.status_code, refused.json()["code"]) == (409, "post_already_held")
    assert (ended.status_code, ended.json()["end_reason"], ended.json()["to"]) == (200, "transferred", "2026-11-01")
    assert (twice.status_code, twice.json()["code"]) == (409, "post_already_ended")
    assert following.status_code == 201
    assert (before, after) == (str(first.cadre_id), str(second.cadre_id))


async def test_two_first_secretaries_at_once_for_one_village_one_wins(world: World, town: Town) -> None:
    cadres = [await town.cadre() for _ in range(6)]
    async with world.as_(town.official) as caller:
        replies = await asyncio.gather(
            *(caller.post("/v1/posts", body_of(town, "first_secretary", cadre_id=str(c.cadre_id))) for c in cadres)
        )
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 5}
    assert {r.json()["code"] for r in replies if r.status_code == 409} == {"post_already_held"}


async def test_one_first_secretary_at_once_for_many_villages_gets_one(world: World) -> None:
    town = await world.town(poor_villages=6)
    cadre = await town.cadre()
    async with world.as_(town.official) as caller:
        replies = await asyncio.gather(
            *(
                caller.post(
                    "/v1/posts",
                    body_of(town, "first_secretary", cadre_id=str(cadre.cadre_id)) | {"village_code": village},
                )
                for village in town.villages
            )
        )
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 5}
    assert {r.json()["code"] for r in replies if r.status_code == 409} == {"first_secretary_elsewhere"}


async def test_a_first_secretary_may_go_to_the_next_village_once_the_first_posting_has_ended(world: World) -> None:
    town = await world.town(poor_villages=2)
    cadre = await town.cadre()
    body = body_of(town, "first_secretary", cadre_id=str(cadre.cadre_id))
    there = body | {"village_code": town.villages[1], "from": "2026-06-01"}
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/posts", body)
        assert (await caller.post("/v1/posts", there)).json()["code"] == "first_secretary_elsewhere"
        end = {"reason": "transferred", "note": "组织调整", "on": "2026-06-01"}
        assert (await caller.step(f"/v1/posts/{made.json()['post_id']}", "end", end)).status_code == 200
        assert (await caller.post("/v1/posts", there)).status_code == 201


async def test_a_liaison_leader_may_have_several_villages(world: World) -> None:
    town = await world.town(poor_villages=2)
    leader = await town.cadre("county_leader", region_code=COUNTY)
    async with world.as_(town.official) as caller:
        for village in town.villages:
            body = body_of(town, "liaison_leader", cadre_id=str(leader.cadre_id)) | {"village_code": village}
            assert (await caller.post("/v1/posts", body)).status_code == 201


async def test_a_resident_team_has_its_leader_and_three_people(world: World, town: Town) -> None:
    team = [{"cadre_id": str(m.cadre_id), "role": m.role} for m in await town.team()]
    body = body_of(town, "resident_team", unit_id=str(town.unit.unit_id))
    outsider = await town.cadre("staff")
    wrong_leader = [{"cadre_id": str(outsider.cadre_id), "role": "leader"}, *team[1:]]
    refusals = [
        (team[:2], "resident_team_too_small"),
        ([team[0], team[1], team[1]], "resident_team_too_small"),
        (wrong_leader, "resident_team_leader_wrong"),
        ([*team[:2], team[2] | {"role": "member"}], "resident_team_roles_missing"),
    ]
    async with world.as_(town.official) as caller:
        for members, code in refusals:
            reply = await caller.post("/v1/posts", body | {"members": members})
            assert (reply.status_code, reply.json()["code"]) == (409, code)
        made = await caller.post("/v1/posts", body | {"members": team})
        seen = (await five(caller, town.village))["resident_team"]
    assert made.status_code == 201, made.text
    assert (seen["holder"]["type"], seen["holder"]["name"]) == ("unit", town.unit.name)
    assert {(m["cadre_id"], m["role"]) for m in seen["holder"]["members"]} == {(m["cadre_id"], m["role"]) for m in team}


async def test_a_term_is_not_cut_short_without_a_recorded_reason(world: World, town: Town) -> None:
    members = [{"cadre_id": str(m.cadre_id), "role": m.role} for m in await town.team()]
    body = body_of(town, "resident_team", unit_id=str(town.unit.unit_id), members=members)
    async with world.as_(town.official) as caller:
        shorter = await caller.post("/v1/posts", body | {"to": "2026-03-01"})
        made = await caller.post("/v1/posts", body)
        path = f"/v1/posts/{made.json()['post_id']}"
        for end in ({"reason": "term_over", "note": "提前"}, {"reason": "transferred"}):
            refused = await caller.step(path, "end", end)
            assert (refused.status_code, refused.json()["code"]) == (409, "post_ends_before_term")
        recorded = await caller.step(path, "end", {"reason": "transferred", "note": "机构合并，另派新队"})
    assert (shorter.status_code, shorter.json()["code"]) == (409, "post_term_is_fixed")
    assert (made.json()["term_ends_on"], recorded.status_code) == ("2028-03-01", 200)


async def test_a_posting_is_not_ended_over_a_change_that_the_caller_has_not_seen(world: World, town: Town) -> None:
    cadre = await town.cadre()
    end = {"reason": "transferred", "note": "调离"}
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/posts", body_of(town, "agri_technician", cadre_id=str(cadre.cadre_id)))
        path = f"/v1/posts/{made.json()['post_id']}/end"
        blind = await caller.post(path, end)
        stale = await caller.post(path, end | {"version": 7})
        fine = await caller.post(path, end | {"version": 1})
    assert (blind.status_code, blind.json()["code"]) == (428, "version_missing")
    assert (stale.status_code, stale.json()["code"]) == (412, "post_version_stale")
    assert stale.json()["current"] == made.json(), "what stands"
    assert fine.status_code == 200


async def test_a_unit_holds_where_a_unit_belongs_and_a_person_where_a_person_does(world: World, town: Town) -> None:
    cadre = await town.cadre()
    wrong = [
        body_of(town, "helping_unit", cadre_id=str(cadre.cadre_id)),
        body_of(town, "first_secretary", unit_id=str(town.unit.unit_id)),
        body_of(town, "liaison_leader", cadre_id=str(cadre.cadre_id), unit_id=str(town.unit.unit_id)),
        body_of(town, "agri_technician"),
    ]
    async with world.as_(town.official) as caller:
        for body in wrong:
            reply = await caller.post("/v1/posts", body)
            assert (reply.status_code, reply.json()["code"]) == (409, "post_holder_wrong")


async def test_posts_are_for_officials_of_the_place(world: World, town: Town) -> None:
    elsewhere, cadre = await world.town(), await town.cadre()
    body = body_of(town, "agri_technician", cadre_id=str(cadre.cadre_id))
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/posts", body)
    for stranger in (elsewhere.official, cadre_login(cadre), household_login(await town.household())):
        async with world.as_(stranger) as caller:
            assert (await caller.get(f"/v1/villages/{town.village}/posts")).status_code == 403
            assert (await caller.post("/v1/posts", body)).status_code == 403
            assert (await caller.get(f"/v1/posts/{made.json()['post_id']}")).status_code == 404
            ended = await caller.step(f"/v1/posts/{made.json()['post_id']}", "end", {"reason": "other"})
            assert (ended.status_code, ended.json()["code"]) == (404, "post_not_found")


async def test_a_village_that_nobody_has_heard_of_is_not_found(world: World, town: Town) -> None:
    async with world.as_(official("county_official", COUNTY)) as caller:
        reply = await caller.get(f"/v1/villages/{town.code}999/posts")
    assert (reply.status_code, reply.json()["code"]) == (404, "village_not_found")


async def test_a_post_may_be_given_ahead_of_its_start(world: World, town: Town) -> None:
    cadre = await town.cadre()
    body = body_of(town, "agri_technician", cadre_id=str(cadre.cadre_id)) | {"from": "2027-01-01"}
    async with world.as_(town.official) as caller:
        assert (await caller.post("/v1/posts", body)).status_code == 201
        assert (await five(caller, town.village))["agri_technician"]["state"] == "vacant"
        assert (await five(caller, town.village, as_of="2027-01-01"))["agri_technician"]["state"] == "filled"
