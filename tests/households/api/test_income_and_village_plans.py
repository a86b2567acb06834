"""Ten-thousand-yuan plans and three-year plans of villages over HTTP."""

import asyncio
from typing import Any

from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.plan_callers import VILLAGE, caller, good, poor_household, refused

TEA = {"name": "茶园 3 亩", "expected_cents": 600_000}
PIGS = {"name": "生猪 10 头", "expected_cents": 450_000}
ROAD = {"name": "通组路 2 公里", "year": 2027, "amount_cents": 80_000_000, "owner": "村两委"}


async def test_totals_of_a_place_name_their_bases(world: ImportWorld) -> None:
    for people in (2, 3, 4, 2, 4):
        household = await poor_household(world, people)
        body = {"year": 2026, "projects": [TEA, PIGS]}
        plan = good(await caller(world).post(f"/v1/households/{household}/income-plans", body), 201)
        assert (plan["expected_cents"], plan["people"], plan["reaches_target"]) == (1_050_000, people, True)
    await poor_household(world)
    achieved = {"projects": [{**TEA, "achieved_cents": 500_000}, PIGS]}
    path = f"/v1/households/{household}/income-plans/2026"
    assert good(await caller(world).put(path, achieved, version=1))["achieved_cents"] == 500_000
    summary = good(await caller(world).get("/v1/income-plans/summary", region=TOWNSHIP, year=2026))
    assert (summary["plans"], summary["people"], summary["expected_cents"]) == (5, 15, 5_250_000)
    assert (summary["expected_per_household_cents"], summary["expected_per_head_cents"]) == (1_050_000, 350_000)
    assert summary["covered"] == {
        "numerator": 5,
        "denominator": 6,
        "base": "本地建档立卡户数",
        "percent": "83.3333",
        "printed": "83.33 %",
    }
    assert summary["achieved"]["percent"] == "9.5238"
    listed = good(await caller(world).get("/v1/income-plans", region=TOWNSHIP, year=2026, limit=3))
    assert (len(listed["items"]), listed["has_more"]) == (3, True)
    rest = await caller(world).get(
        "/v1/income-plans", region=TOWNSHIP, year=2026, limit=3, cursor=listed["next_cursor"]
    )
    assert len(good(rest)["items"]) == 2


async def test_few_plans_are_not_told_to_who_may_not_see_them(world: ImportWorld) -> None:
    household = await poor_household(world)
    good(await caller(world).post(f"/v1/households/{household}/income-plans", {"year": 2026, "projects": [TEA]}), 201)
    stranger = caller(world, "bai", "household", household_id=household)
    told = good(await stranger.get("/v1/income-plans/summary", region=VILLAGE, year=2026))
    assert set(told.values()) == {VILLAGE, 2026, None}


async def test_no_sum_less_its_parts_tells_who_may_not_see_the_rows_what_one_household_plans(
    world: ImportWorld,
) -> None:
    for people in (2, 3, 4, 2, 4, 3):
        household = await poor_household(world, people)
        body = {"year": 2026, "projects": [TEA]}
        good(await caller(world).post(f"/v1/households/{household}/income-plans", body), 201)
    stranger = caller(world, "bai", "household", household_id=household)
    told = good(await stranger.get("/v1/income-plans/summary", region=TOWNSHIP, year=2026))
    assert (told["plans"], told["covered"]["numerator"], told["covered"]["denominator"]) == (5, 5, 5)
    money = {name for name in told if name.endswith("_cents")} | {"people", "achieved"}
    assert {told[name] for name in money} == {None}


async def test_a_household_has_one_plan_a_year_also_when_ten_make_it_at_once(world: ImportWorld) -> None:
    household = await poor_household(world)
    path, body = f"/v1/households/{household}/income-plans", {"year": 2026, "projects": [TEA]}
    replies = await asyncio.gather(*(caller(world).post(path, body) for _ in range(10)))
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 9
    refused(await caller(world).put(f"{path}/2026", {"projects": [TEA]}, version=9), 412, "income_plan_version_stale")
    refused(await caller(world).put(f"{path}/2027", {"projects": [TEA]}, version=1), 404, "income_plan_not_found")


async def test_only_households_on_the_register_have_an_income_plan(world: ImportWorld) -> None:
    household = await poor_household(world, status="general")
    reply = await caller(world).post(f"/v1/households/{household}/income-plans", {"year": 2026, "projects": [TEA]})
    refused(reply, 409, "income_plan_needs_poor_household")


def village_plan(**fields: Any) -> dict[str, Any]:
    return {"first_year": 2026, "aim": "三年通路通水", "projects": [ROAD], **fields}


async def test_a_village_plan_covers_three_years_and_is_adopted_by_a_second_person(world: ImportWorld) -> None:
    path = f"/v1/villages/{VILLAGE}/plans"
    plan = good(await caller(world).post(path, village_plan()), 201)
    assert (plan["last_year"], plan["state"], plan["amount_cents"]) == (2028, "draft", 80_000_000)
    one = f"{path}/{plan['plan_id']}"
    changed = good(await caller(world).put(one, {"aim": "通路", "projects": [ROAD, ROAD]}, version=1))
    refused(await caller(world).post(f"{one}/adoption", version=2), 409, "other_person_needed")
    refused(await caller(world, "li").post(f"{one}/adoption", version=1), 412, "village_plan_version_stale")
    assert good(await caller(world, "li").post(f"{one}/adoption", version=2))["state"] == "adopted"
    refused(await caller(world).put(one, {"aim": "通水", "projects": [ROAD]}, version=3), 409, "village_plan_adopted")
    assert good(await caller(world).get(path))["items"][0]["aim"] == changed["aim"]


async def test_a_villages_plans_do_not_overlap(world: ImportWorld) -> None:
    path = f"/v1/villages/{VILLAGE}/plans"
    good(await caller(world).post(path, village_plan()), 201)
    refused(await caller(world).post(path, village_plan(first_year=2027)), 409, "village_plan_overlaps")
    beside = village_plan(first_year=2029, projects=[{**ROAD, "year": 2031}])
    good(await caller(world).post(path, beside), 201)
    outside = village_plan(first_year=2035, projects=[{**ROAD, "year": 2038}])
    assert "2035—2037" in refused(await caller(world).post(path, outside), 422, "village_plan_year_outside")["message"]
    refused(await caller(world, "he", "village_official", "511921122203").get(path), 403, "outside_scope")
