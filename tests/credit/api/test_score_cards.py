"""A scorecard is proposed by one city official and approved by another; from its day on it scores."""

import copy
from datetime import date
from typing import Any

import httpx

from services.credit.domain.card_document import card_to_document
from tests.builders.worked_cases import H1, rural_household
from tests.credit.world import Town, World, assert_problem, official

FIRST, SECOND = official("city_official", "5119", "city-1"), official("city_official", "5119", "city-2")


def card(card_id: str, *, version: int = 1, effective_from: str = "2026-01-01") -> dict[str, Any]:
    document = copy.deepcopy(card_to_document(rural_household()))
    document.update(id=card_id, version=version, effective_from=effective_from)
    document.pop("sha256", None)
    return document


async def test_a_draft_scores_nobody_until_a_second_person_approves_it(world: World) -> None:
    async with world.as_(FIRST) as caller:
        proposed = await caller.post("/v1/credit/cards", {"document": card("approved-card")})
        assert (proposed.status_code, proposed.json()["status"]) == (201, "draft")
        preview = {"card": "approved-card", "facts": H1, "as_of": "2026-11-24"}
        assert_problem(await caller.post("/v1/credit/score-previews", preview), 404, "card_not_found")
        own = await caller.post("/v1/credit/cards/approved-card/approve", {"version": 1})
        assert_problem(own, 409, "second_person_needed")
    async with world.as_(SECOND) as caller:
        approved = await caller.post("/v1/credit/cards/approved-card/approve", {"version": 1})
        assert (approved.status_code, approved.json()["approved_by"]) == (200, "city-2")
        again = await caller.post("/v1/credit/cards/approved-card/approve", {"version": 1})
        assert_problem(again, 409, "card_not_draft")
        scored = await caller.post("/v1/credit/score-previews", preview)
        assert (scored.json()["total"], scored.json()["reasons"][0]["code"]) == (83, "approved-card@1/A2/none")
        listed = (await caller.get("/v1/credit/cards")).json()["items"]
    assert ("approved-card", 1, "approved") in {(one["card_id"], one["version"], one["status"]) for one in listed}
    audited = await world.rows("SELECT event, actor FROM audit_events WHERE subject = 'approved-card@1' ORDER BY seq")
    assert audited == [("card_proposed", "city-1"), ("card_approved", "city-2")]


async def test_the_version_in_force_is_the_newest_approved_one_of_that_day(world: World, town: Town) -> None:
    await propose(world, card("card-in-time"))
    assert (await approve(world, "card-in-time", 1)).status_code == 200
    await propose(world, card("card-in-time", version=2, effective_from="2026-12-01"))
    await rehearse(world, town, "card-in-time", 2)
    assert (await approve(world, "card-in-time", 2)).status_code == 200
    async with world.as_(FIRST) as caller:
        for day, version in (("2026-11-30", 1), ("2026-12-01", 2)):
            preview = {"card": "card-in-time", "facts": H1, "as_of": day}
            assert (await caller.post("/v1/credit/score-previews", preview)).json()["card"]["version"] == version


async def propose(world: World, document: dict[str, Any]) -> None:
    async with world.as_(FIRST) as caller:
        assert (await caller.post("/v1/credit/cards", {"document": document})).status_code == 201


async def approve(world: World, card_id: str, version: int) -> httpx.Response:
    async with world.as_(SECOND) as caller:
        return await caller.post(f"/v1/credit/cards/{card_id}/approve", {"version": version})


async def rehearse(world: World, town: Town, card_id: str, version: int) -> None:
    async with world.as_(FIRST) as caller:
        ordered = await caller.post(f"/v1/credit/cards/{card_id}/rehearsals", {"version": version, "region": town.code})
    assert ordered.status_code == 202, ordered.text
    await world.run_jobs()


async def test_a_later_version_takes_effect_only_after_a_rehearsal_beside_the_one_in_force(
    world: World, town: Town
) -> None:
    await propose(world, card("changed-card"))
    assert (await approve(world, "changed-card", 1)).status_code == 200
    await propose(world, card("changed-card", version=2, effective_from="2026-12-01"))
    assert_problem(await approve(world, "changed-card", 2), 409, "card_not_rehearsed")
    await rehearse(world, town, "changed-card", 2)
    assert (await approve(world, "changed-card", 2)).status_code == 200


async def test_a_later_version_begins_on_a_day_to_come(world: World, town: Town) -> None:
    await propose(world, card("early-card"))
    assert (await approve(world, "early-card", 1)).status_code == 200
    for version, day, code in ((2, "2026-11-24", "card_begins_too_early"), (3, "2026-11-25", None)):
        await propose(world, card("early-card", version=version, effective_from=day))
        await rehearse(world, town, "early-card", version)
        reply = await approve(world, "early-card", version)
        if code is None:
            assert reply.status_code == 200, reply.text
        else:
            assert_problem(reply, 409, code)


async def test_a_version_is_retired_when_the_next_one_takes_its_place(world: World, town: Town) -> None:
    async def statuses() -> list[str]:
        async with world.as_(FIRST) as caller:
            listed = (await caller.get("/v1/credit/cards")).json()["items"]
            one = (await caller.get("/v1/credit/cards/old-card/versions/1")).json()
        found = [line["status"] for line in listed if line["card_id"] == "old-card"]
        assert found[0] == one["status"]
        return found

    await propose(world, card("old-card"))
    await approve(world, "old-card", 1)
    await propose(world, card("old-card", version=2, effective_from="2026-12-01"))
    assert await statuses() == ["approved", "draft"]
    await rehearse(world, town, "old-card", 2)
    await approve(world, "old-card", 2)
    assert await statuses() == ["approved", "approved"]
    world.set_day(date(2026, 12, 1))
    assert await statuses() == ["retired", "approved"]


async def test_a_bad_card_is_refused_with_each_place_named(world: World) -> None:
    document = card("bad-card")
    document["attributes"][0]["bins"][1]["interval"] = "[1,1.5)"
    document["attributes"][3]["field"] = "health"
    async with world.as_(FIRST) as caller:
        body = assert_problem(await caller.post("/v1/credit/cards", {"document": document}), 422, "card_refused")
    assert ("/document/attributes/0/bins", "bins_gap") in {(one["pointer"], one["code"]) for one in body["errors"]}
    assert all(one["pointer"].startswith("/document") for one in body["errors"])


async def test_a_card_that_reads_a_banned_fact_is_refused(world: World) -> None:
    document = card("banned-card")
    document["attributes"][0]["field"] = "age"
    async with world.as_(FIRST) as caller:
        body = assert_problem(await caller.post("/v1/credit/cards", {"document": document}), 422, "card_refused")
    assert [(one["pointer"], one["code"]) for one in body["errors"]] == [("/document/attributes/0", "fact_banned")]


async def test_a_version_that_is_there_is_not_replaced(world: World) -> None:
    async with world.as_(FIRST) as caller:
        taken = await caller.post("/v1/credit/cards", {"document": card("rural-household")})
        assert_problem(taken, 409, "card_exists")
        assert_problem(await caller.post("/v1/credit/cards/no-card/approve", {"version": 1}), 404, "card_not_found")
        unreadable = await caller.post("/v1/credit/cards/a%00b/approve", {"version": 1})
        assert_problem(unreadable, 422, "schema_invalid")


async def test_cards_are_the_city_officials_business(world: World, town: Town) -> None:
    for who in (town.official, official("county_official", "511921")):
        async with world.as_(who) as caller:
            assert_problem(await caller.post("/v1/credit/cards", {"document": {}}), 403, "not_permitted")
            assert_problem(
                await caller.post("/v1/credit/cards/rural-household/approve", {"version": 1}), 403, "not_permitted"
            )
