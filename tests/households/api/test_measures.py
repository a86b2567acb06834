"""A household's plan over HTTP: type and causes, measures, who moves them, what a place has overdue."""

import asyncio
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.plan_callers import VILLAGE, caller, good, helps, person, poor_household, refused

TRAINING = {
    "kind": "training",
    "title": "茶叶种植培训",
    "owner": "镇农技站",
    "amount_cents": 100_000,
    "starts_on": "2026-01-01",
    "due_on": "2026-03-01",
}


async def planned(world: ImportWorld, **fields: Any) -> tuple[str, dict[str, Any]]:
    household = await poor_household(world, poverty_type="lacking_skills")
    reply = await caller(world).post(f"/v1/households/{household}/measures", {**TRAINING, **fields})
    return household, good(reply, 201)


async def test_a_measure_goes_from_planned_to_accepted_by_two_people(world: ImportWorld) -> None:
    household, measure = await planned(world)
    path = f"/v1/households/{household}/measures/{measure['measure_id']}"
    zhang, li = caller(world, "zhang"), caller(world, "li")
    good(await zhang.post(f"{path}/transitions", {"to": "under_way"}, version=1))
    done = good(await zhang.post(f"{path}/transitions", {"to": "done", "spent_cents": 90_000}, version=2))
    assert (done["spent_cents"], done["allowed"]) == (90_000, ["accepted", "under_way"])
    own = refused(await zhang.post(f"{path}/transitions", {"to": "accepted"}, version=3), 409, "other_person_needed")
    assert "另一个人" in own["message"]
    assert good(await li.post(f"{path}/transitions", {"to": "accepted"}, version=3))["state"] == "accepted"
    steps = good(await zhang.get(f"{path}/steps"))["items"]
    assert [step["state"] for step in steps] == ["planned", "under_way", "done", "accepted"]
    unknown = f"{path.rpartition('/')[0]}/00000000-0000-7000-8000-000000000000/steps"
    assert (await zhang.get(unknown)).status_code == 404, "a measure that is none has no steps"
    assert steps[-1]["actor_name"] == "li同志"
    settled = refused(
        await li.post(f"{path}/transitions", {"to": "cancelled", "note": "x"}, version=4),
        409,
        "measure_step_not_allowed",
    )
    assert settled["allowed"] == []
    refused(await li.put(path, TRAINING, version=4), 409, "measure_settled")


async def test_a_stale_change_is_shown_what_stands(world: ImportWorld) -> None:
    household, measure = await planned(world)
    path = f"/v1/households/{household}/measures/{measure['measure_id']}"
    changed = good(await caller(world).put(path, {**TRAINING, "amount_cents": 120_000}, version=1))
    assert (changed["amount_cents"], changed["version"]) == (120_000, 2)
    assert (
        refused(await caller(world).put(path, TRAINING, version=1), 412, "measure_version_stale")["current"] == changed
    )


async def test_the_helper_plans_for_its_own_household_and_no_other(world: ImportWorld) -> None:
    mine, other = await poor_household(world), await poor_household(world)
    cadre = str(new_id())
    await helps(world, mine, cadre)
    helper = caller(world, "wang", "cadre", cadre_id=cadre)
    school = {**TRAINING, "kind": "school_aid"}
    good(await helper.post(f"/v1/households/{mine}/measures", school), 201)
    refused(await helper.post(f"/v1/households/{other}/measures", school), 404, "household_not_found")
    assert len(good(await helper.get("/v1/measures", region=VILLAGE))["items"]) == 1


async def test_the_household_reads_its_plan_and_who_looked_at_it_but_writes_nothing(world: ImportWorld) -> None:
    household, _ = await planned(world)
    own = caller(world, "bai", "household", household_id=household)
    assert len(good(await own.get(f"/v1/households/{household}/measures"))["items"]) == 1
    refused(await own.post(f"/v1/households/{household}/measures", TRAINING), 403, "not_permitted")
    await caller(world).get(f"/v1/households/{household}/measures")
    looks = good(await own.get(f"/v1/households/{household}/looks"))["items"]
    assert [look["what"] for look in looks] == ["measures"]


async def test_type_and_causes_are_chosen_from_the_catalogue_and_become_part_of_the_record(world: ImportWorld) -> None:
    household = await poor_household(world)
    catalogue = good(await caller(world).get("/v1/plan-catalogue"))
    assert catalogue["reserve_cents_per_household"] == 200_000
    path = f"/v1/households/{household}/plan"
    wrong = {"poverty_type": "lagging_industry", "causes": ["懒"]}
    assert "缺技术" in refused(await caller(world).put(path, wrong, version=1), 422, "poverty_cause_unknown")["message"]
    wrong = {"poverty_type": "lazy", "causes": []}
    refused(await caller(world).put(path, wrong, version=1), 422, "poverty_type_unknown")
    right = {"poverty_type": "lagging_industry", "causes": ["缺资金", "因病", "缺资金"]}
    plan = good(await caller(world).put(path, right, version=1))
    assert (plan["causes"], plan["version"]) == (["缺资金", "因病"], 2)
    assert "priority_cooperative" in plan["advised_kinds"]
    record = good(await caller(world).get(f"/v1/households/{household}"))
    assert (record["poverty_type"], record["causes"]) == ("lagging_industry", ["缺资金", "因病"])
    changes = good(await caller(world).get(f"/v1/households/{household}/history"))["changes"]
    assert changes[0]["changed"] == ["poverty_type", "causes"]


async def test_by_hand_only_the_lists_causes_are_added_and_what_a_register_brought_stays(world: ImportWorld) -> None:
    household = await poor_household(world)
    await world.put("UPDATE households SET causes = $1 WHERE household_id = $2", (["旧时写法"], UUID(household)))
    path = f"/v1/households/{household}/changes"

    async def said(version: int, *causes: str) -> Any:
        body = {"changes": {"causes": list(causes)}, "source": "form"}
        return await caller(world).post(path, body, version=version)

    assert "缺技术" in refused(await said(1, "旧时写法", "懒"), 422, "poverty_cause_unknown")["message"]
    assert good(await said(1, "旧时写法", "因病"))["causes"] == ["旧时写法", "因病"]
    assert good(await said(2, "因病"))["causes"] == ["因病"]
    refused(await said(3, "旧时写法"), 422, "poverty_cause_unknown")
    new = {"village_code": VILLAGE, "causes": ["懒"], "members": [person()]}
    refused(await caller(world).post("/v1/households", new), 422, "poverty_cause_unknown")


async def test_a_place_lists_what_is_overdue_in_pages(world: ImportWorld) -> None:
    late = {(await planned(world))[0] for _ in range(3)}
    await planned(world, due_on="2199-01-01")
    seen: list[str] = []
    query: dict[str, Any] = {"region": TOWNSHIP, "overdue": "true", "limit": 2}
    while True:
        page = good(await caller(world).get("/v1/measures", **query))
        seen += [line["household_id"] for line in page["items"]]
        if not page["has_more"]:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == sorted(late)
    refused(
        await caller(world, "he", "county_official", "511923").get("/v1/measures", region=TOWNSHIP),
        403,
        "outside_scope",
    )


async def test_a_third_skilled_earner_is_refused_also_when_five_are_planned_at_once(world: ImportWorld) -> None:
    household = await poor_household(world)
    path, earner = f"/v1/households/{household}/measures", {**TRAINING, "kind": "skilled_earner"}
    replies = await asyncio.gather(*(caller(world).post(path, earner) for _ in range(5)))
    assert sorted(reply.status_code for reply in replies) == [201, 201, 409, 409, 409]
