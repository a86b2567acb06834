"""The credit file of a household: who may write it, versions, history, what may never stand in it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.ids import new_id
from tests.builders.worked_cases import H1
from tests.credit.world import (
    Town,
    World,
    assert_problem,
    bank,
    cadre_login,
    household_login,
    official,
    other_login,
    pairing,
)

FACTS = {name: value for name, value in H1.items() if name != "reviews"}


async def test_a_file_is_begun_once_then_replaced_by_version_and_every_version_is_kept(
    world: World, town: Town
) -> None:
    household_id = await town.household(None)
    path = f"/v1/credit/households/{household_id}/facts"
    async with world.as_(town.official) as caller:
        begun = await caller.put(path, FACTS, 0)
        assert (begun.status_code, begun.headers["etag"], begun.json()["version"]) == (200, '"v1"', 1)
        richer = await caller.put(path, FACTS | {"workers": 3}, 1)
        assert (richer.status_code, richer.headers["etag"]) == (200, '"v2"')
        assert (await caller.get(path)).json()["facts"] == FACTS | {"workers": 3}
    kept = await world.rows("SELECT version, facts->>'workers' FROM fact_history WHERE household_id = $1", household_id)
    assert kept == [(1, "2")]
    audited = await world.rows(
        "SELECT event, facts->>'version' FROM audit_events WHERE subject = $1 ORDER BY seq", str(household_id)
    )
    assert audited == [("facts_entered", "1"), ("facts_entered", "2")]


async def test_a_write_must_say_which_version_it_replaces_and_a_stale_one_sees_what_stands(
    world: World, town: Town
) -> None:
    household_id = await town.household()
    path = f"/v1/credit/households/{household_id}/facts"
    async with world.as_(town.official) as caller:
        assert_problem(await caller.put(path, FACTS), 428, "version_missing")
        again = assert_problem(await caller.put(path, FACTS, 0), 412, "facts_version_stale")
        assert again["current"] == {"version": 1, "facts": H1, "vetoes": []}
        assert_problem(await caller.put(path, FACTS, 2), 412, "facts_version_stale")
        first = await caller.put(f"/v1/credit/households/{await town.household(None)}/facts", FACTS, 1)
        assert assert_problem(first, 412, "facts_version_stale")["current"] is None


@pytest.mark.parametrize("name", ["sex", "health", "ethnicity", "registered_poor", "weather", "reviews"])
async def test_what_is_no_fact_of_this_service_is_refused_and_not_shown_back(
    world: World, town: Town, name: str
) -> None:
    path = f"/v1/credit/households/{await town.household()}/facts"
    async with world.as_(town.official) as caller:
        refused = await caller.put(path, FACTS | {name: "511921198001011234"}, 1)
    assert_problem(refused, 400, "field_unknown")
    assert "511921198001011234" not in refused.text


@pytest.mark.parametrize(
    ("changed", "status", "pointer"),
    [
        ({"workers": -1}, 422, "/workers"),
        ({"workers": "2"}, 422, "/workers"),
        ({"workers": 1.5}, 422, "/workers"),
        ({"workers": True}, 422, "/workers"),
        ({"net_income_cents": 10**12 + 1}, 422, "/net_income_cents"),
        ({"net_income_cents": 2**63}, 422, "/net_income_cents"),
        ({"net_income_cents": 10**40}, 422, "/net_income_cents"),
        ({"skill": "genius"}, 422, "/skill"),
        ({"bills_ok": 13}, 422, "/bills_ok"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_with_its_place(
    world: World, town: Town, changed: dict[str, Any], status: int, pointer: str
) -> None:
    path = f"/v1/credit/households/{await town.household()}/facts"
    async with world.as_(town.official) as caller:
        refused = await caller.put(path, FACTS | changed, 1)
    body = assert_problem(refused, status, refused.json()["code"])
    assert [one["pointer"] for one in body["errors"]] == [pointer]


async def test_null_says_that_there_is_no_record_and_an_absent_fact_is_missing(world: World, town: Town) -> None:
    household_id = await town.household(None)
    path = f"/v1/credit/households/{household_id}/facts"
    no_record: dict[str, Any] = {"worst_days_past_due": None, "months_since_first_loan": None, "lenders": 0}
    async with world.as_(town.official) as caller:
        await caller.put(path, {**FACTS, **no_record, "workers": None}, 0)
        known = (await caller.get(path)).json()["facts"]
    assert known["worst_days_past_due"] is None
    assert known["months_since_first_loan"] is None
    assert "workers" not in known


async def test_the_villages_reviews_stay_when_the_facts_change_and_the_other_way_round(
    world: World, town: Town
) -> None:
    path = f"/v1/credit/households/{await town.household(None)}"
    async with world.as_(town.official) as caller:
        await caller.put(f"{path}/facts", FACTS, 0)
        reviewed = await caller.put(f"{path}/reviews", {"reviews": [8, 8, 7, 9, 8]}, 1)
        assert reviewed.json()["facts"] == H1
        changed = await caller.put(f"{path}/facts", FACTS | {"workers": 1}, 2)
        assert changed.json()["facts"] == H1 | {"workers": 1}
        for wrong in ([], [11], [8.5], ["8"], [8] * 1001):
            assert (await caller.put(f"{path}/reviews", {"reviews": wrong}, 3)).status_code == 422


async def test_only_an_official_of_the_place_may_write_a_file(world: World, town: Town) -> None:
    household_id, cadre_id = await town.household(), new_id()
    await world.tell(pairing(household_id, cadre_id))
    path = f"/v1/credit/households/{household_id}/facts"
    elsewhere = official("township_official", "511922101")
    for who, status, code in (
        (household_login(household_id), 403, "not_permitted"),
        (cadre_login(cadre_id), 403, "not_permitted"),
        (other_login("auditor"), 403, "not_permitted"),
        (elsewhere, 404, "household_not_found"),
    ):
        async with world.as_(who) as caller:
            assert_problem(await caller.put(path, FACTS, 1), status, code)
    async with world.as_(official("county_official", "511921")) as caller:
        assert (await caller.put(path, FACTS, 1)).status_code == 200
        unknown = await caller.put(f"/v1/credit/households/{new_id()}/facts", FACTS, 0)
        assert_problem(unknown, 404, "household_not_found")
    async with world.as_(bank()) as caller:
        assert_problem(await caller.get(path), 401, "token_invalid")


async def test_a_helper_that_is_also_an_official_elsewhere_still_may_not_write(world: World, town: Town) -> None:
    household_id, cadre_id = await town.household(), new_id()
    await world.tell(pairing(household_id, cadre_id))
    scopes: dict[str, tuple[str, ...]] = {"cadre": (), "village_official": ("511922101201",)}
    both = replace(cadre_login(cadre_id), scopes=scopes, roles=frozenset(scopes))
    async with world.as_(both) as caller:
        refused = await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS, 1)
    assert_problem(refused, 403, "outside_scope")


async def test_of_many_writes_of_one_version_at_once_one_is_taken(world: World, town: Town) -> None:
    path = f"/v1/credit/households/{await town.household(None)}/facts"
    async with world.as_(town.official) as caller:
        for version in (0, 1):
            writes = [caller.put(path, FACTS | {"workers": turn}, version) for turn in range(8)]
            statuses = sorted(reply.status_code for reply in await asyncio.gather(*writes))
            assert statuses == [200] + [412] * 7
        assert (await caller.get(path)).json()["version"] == 2
