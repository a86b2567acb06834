"""One responsible cadre per household: who may decide it, what is refused, who wins a race."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from tests.cadres.world import COUNTY, TODAY, Town, World, cadre_login, household_login, official, other_login


async def test_an_official_pairs_a_household_and_all_of_its_readers_see_it(world: World, town: Town) -> None:
    household_id, cadre = await town.household(), await town.cadre(name="陈建国")
    async with world.as_(town.official) as caller:
        made = await caller.post(
            "/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id), "from": "2026-11-01"}
        )
        listed = await caller.get("/v1/pairings", region=town.code)
        one = await caller.get(made.headers["location"])
    assert made.status_code == 201, made.text
    assert made.headers["etag"] == '"v1"'
    assert made.json() == one.json() == listed.json()["items"][0]
    assert {k: made.json()[k] for k in ("village_code", "head", "cadre_name", "from", "to")} == {
        "village_code": town.village,
        "head": "李**",
        "cadre_name": "陈建国",
        "from": "2026-11-01",
        "to": None,
    }
    async with world.as_(cadre_login(cadre)) as caller:
        cases = (await caller.get("/v1/me/caseload")).json()["items"]
    assert [(case["household_id"], case["village"], case["since"]) for case in cases] == [
        (str(household_id), f"地{town.village[-3:]}", "2026-11-01")
    ]
    async with world.as_(household_login(household_id)) as caller:
        seen = await caller.get(f"/v1/pairings/of/{household_id}")
    assert seen.json()["helper"] == {"cadre_id": str(cadre.cadre_id), "name": "陈建国", "since": "2026-11-01"}


async def test_a_household_that_has_a_cadre_is_not_given_a_second(world: World, town: Town) -> None:
    household_id = await town.household()
    first, second = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as caller:
        await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(first.cadre_id)})
        refused = await caller.post(
            "/v1/pairings", {"household_id": str(household_id), "cadre_id": str(second.cadre_id)}
        )
    assert (refused.status_code, refused.json()["code"]) == (409, "household_already_paired")


async def test_of_many_cadres_who_compete_for_a_household_one_wins(world: World, town: Town) -> None:
    household_id = await town.household()
    cadres = [await town.cadre() for _ in range(8)]
    async with world.as_(town.official) as caller:
        replies = await asyncio.gather(
            *(
                caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
                for cadre in cadres
            )
        )
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 7}
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} == {"household_already_paired"}


async def test_a_cadre_that_many_households_reach_for_at_once_stays_within_the_bound(world: World, town: Town) -> None:
    cadre = await town.cadre("staff")
    households = [await town.household() for _ in range(7)]
    async with world.as_(town.official) as caller:
        replies = await asyncio.gather(
            *(
                caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
                for household_id in households
            )
        )
    assert Counter(reply.status_code for reply in replies) == {201: 3, 409: 4}
    refused = next(reply.json() for reply in replies if reply.status_code == 409)
    assert (refused["code"], refused["most"]) == ("cadre_fully_loaded", 3)
    assert "最多 3 户" in refused["message"]


async def test_a_cadre_has_room_again_for_each_pairing_that_ended(world: World, town: Town) -> None:
    cadre = await town.cadre("party_member")
    async with world.as_(town.official) as caller:
        for _ in range(3):
            body = {"household_id": str(await town.household()), "cadre_id": str(cadre.cadre_id)}
            made = await caller.post("/v1/pairings", body)
            assert made.status_code == 201, made.text
            await caller.step(f"/v1/pairings/{made.json()['pairing_id']}", "end", {"reason": "rebalanced"})


async def test_a_pairing_ends_with_a_reason_and_the_next_begins_on_that_day(world: World, town: Town) -> None:
    household_id = await town.household()
    first, second = await town.cadre(), await town.cadre()
    async with world.as_(town.official) as caller:
        made = await caller.post(
            "/v1/pairings", {"household_id": str(household_id), "cadre_id": str(first.cadre_id), "from": "2026-01-05"}
        )
        path = f"/v1/pairings/{made.json()['pairing_id']}"
        ended = await caller.step(path, "end", {"reason": "cadre_left", "on": "2026-11-20"})
        again = await caller.step(path, "end", {"reason": "cadre_left"})
        following = await caller.post(
            "/v1/pairings", {"household_id": str(household_id), "cadre_id": str(second.cadre_id), "from": "2026-11-20"}
        )
        history = (await caller.get(f"/v1/pairings/of/{household_id}")).json()["pairings"]
        before = (await caller.get("/v1/pairings", region=town.code, as_of="2026-06-01")).json()["items"]
    assert (ended.status_code, ended.json()["to"], ended.headers["etag"]) == (200, "2026-11-20", '"v2"')
    assert (again.status_code, again.json()["code"]) == (409, "pairing_already_ended")
    assert following.status_code == 201
    assert [p["cadre_id"] for p in history] == [str(second.cadre_id), str(first.cadre_id)]
    assert [p["cadre_id"] for p in before] == [str(first.cadre_id)]


async def test_a_pairing_is_not_ended_over_a_change_that_the_caller_has_not_seen(world: World, town: Town) -> None:
    household_id, cadre = await town.household(), await town.cadre()
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
        path = f"/v1/pairings/{made.json()['pairing_id']}/end"
        blind = await caller.post(path, {"reason": "rebalanced"})
        stale = await caller.post(path, {"reason": "rebalanced"}, **{"if-match": '"v7"'})
        fine = await caller.post(path, {"reason": "rebalanced", "version": 1})
    assert (blind.status_code, blind.json()["code"]) == (428, "version_missing")
    assert (stale.status_code, stale.json()["code"]) == (412, "pairing_version_stale")
    assert stale.json()["current"] == made.json(), "what stands"
    assert fine.status_code == 200, "a client that cannot set headers"


async def test_what_the_rules_refuse_is_said_by_its_reason(world: World, town: Town) -> None:
    cadre, household_id = await town.cadre(), await town.household()
    gone = await town.cadre(valid_to=TODAY - timedelta(days=10))
    other_kind = await town.household(poor=False)
    cases = [
        (other_kind, cadre, "2026-11-01", "household_not_registered_poor"),
        (household_id, cadre, "2026-11-25", "pairing_starts_in_future"),
        (household_id, cadre, "2023-12-31", "cadre_not_in_office"),
        (household_id, gone, "2026-11-01", "cadre_not_in_office"),
    ]
    async with world.as_(town.official) as caller:
        for household, person, start, code in cases:
            body = {"household_id": str(household), "cadre_id": str(person.cadre_id), "from": start}
            reply = await caller.post("/v1/pairings", body)
            assert (reply.status_code, reply.json()["code"]) == (409, code)


async def test_people_whom_the_asker_may_not_know_of_are_not_there(world: World, town: Town) -> None:
    elsewhere = await world.town()
    household_id, cadre = await town.household(), await town.cadre()
    foreign_household, foreign_cadre = await elsewhere.household(), await elsewhere.cadre()
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
        for body, code in (
            ({"household_id": str(foreign_household), "cadre_id": str(cadre.cadre_id)}, "helped_household_not_found"),
            ({"household_id": str(household_id), "cadre_id": str(foreign_cadre.cadre_id)}, "cadre_not_found"),
        ):
            reply = await caller.post("/v1/pairings", body)
            assert (reply.status_code, reply.json()["code"]) == (404, code)
    pairing_id = made.json()["pairing_id"]
    strangers = [
        elsewhere.official,
        cadre_login(foreign_cadre),
        household_login(foreign_household),
        other_login("auditor"),
        other_login("operator"),
        other_login("donor"),
    ]
    for stranger in strangers:
        async with world.as_(stranger) as caller:
            assert (await caller.get(f"/v1/pairings/of/{household_id}")).status_code == 404
            assert (await caller.get(f"/v1/pairings/{pairing_id}")).status_code == 404
            assert (await caller.get("/v1/pairings", region=town.code)).status_code == 403
            ended = await caller.step(f"/v1/pairings/{pairing_id}", "end", {"reason": "other"})
            assert ended.status_code == 404


async def test_a_township_is_helped_by_cadres_of_the_county_too(world: World, town: Town) -> None:
    household_id = await town.household()
    cadre = await town.cadre("county_leader", region_code=COUNTY)
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
        record = await caller.get(f"/v1/cadres/{cadre.cadre_id}")
    assert made.status_code == 201
    assert record.status_code == 404


async def test_a_cadre_sees_its_own_households_and_loses_them_when_the_pairing_ends(world: World, town: Town) -> None:
    household_id, cadre, other = await town.household(), await town.cadre(), await town.cadre()
    async with world.as_(official("county_official", COUNTY)) as caller:
        made = await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)})
    async with world.as_(cadre_login(cadre)) as helper, world.as_(cadre_login(other)) as colleague:
        assert len((await helper.get("/v1/me/caseload")).json()["items"]) == 1
        assert (await helper.get(f"/v1/pairings/of/{household_id}")).status_code == 200
        assert (await colleague.get("/v1/me/caseload")).json()["items"] == []
        async with world.as_(town.official) as caller:
            await caller.step(f"/v1/pairings/{made.json()['pairing_id']}", "end", {"reason": "rebalanced"})
        assert (await helper.get("/v1/me/caseload")).json()["items"] == []
        assert (await helper.get(f"/v1/pairings/of/{household_id}")).status_code == 404


async def test_only_a_cadre_has_a_caseload(world: World, town: Town) -> None:
    without_id = replace(cadre_login(await town.cadre()), cadre_id=None)
    for who in (town.official, household_login(await town.household()), without_id):
        async with world.as_(who) as caller:
            assert (await caller.get("/v1/me/caseload")).status_code == 403


async def test_the_same_key_pairs_once(world: World, town: Town) -> None:
    household_id, cadre = await town.household(), await town.cadre()
    body = {"household_id": str(household_id), "cadre_id": str(cadre.cadre_id)}
    async with world.as_(town.official) as caller:
        first = await caller.post("/v1/pairings", body, key="pair-once")
        second = await caller.post("/v1/pairings", body, key="pair-once")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"


async def test_a_list_of_pairings_is_walked_page_by_page(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        for _ in range(5):
            body = {"household_id": str(await town.household()), "cadre_id": str((await town.cadre()).cadre_id)}
            assert (await caller.post("/v1/pairings", body)).status_code == 201
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(3):
            page = (await caller.get("/v1/pairings", region=town.code, limit=2, **cursor)).json()
            seen += [item["household_id"] for item in page["items"]]
            cursor = {"cursor": page["next_cursor"]}
    assert (len(seen), len(set(seen)), page["has_more"]) == (5, 5, False)
    assert seen == sorted(seen)
