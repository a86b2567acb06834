"""规模控制、选票排序: who is inside a village's quota, and what a village's whole list does in one call."""

import asyncio
from typing import Any

from tests.households.identification_world import MEETING, SITTING, VILLAGE, Village, code, step
from tests.households.monitoring_people import key


async def voted(village: Village, *votes: int, incomes: tuple[int | None, ...] = ()) -> list[str]:
    """Courses that the assembly voted on, with so many votes each."""
    cases = []
    for place, number in enumerate(votes):
        income = incomes[place] if incomes else None
        case = await village.applied(await village.household(net_income_per_head_cents=income))
        await village.moved(case, "GROUP_REVIEW")
        await village.moved(case, "VILLAGE_REVIEW", votes=number)
        cases.append(case)
    return cases


async def bulk(village: Village, to: str, office: str = "village", **fields: object) -> dict[str, Any]:
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    body = {name: value for name, value in step(to).items() if name != "votes"}
    reply = await village.post(office, path, {**body, **fields})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def test_without_a_quota_of_the_county_nobody_is_confirmed(village: Village) -> None:
    (case,) = await voted(village, 50)
    assert code(await village.move(case, "COMMITTEE_CONFIRMED")) == (409, "quota_missing")


async def test_the_ranking_of_votes_decides_who_is_inside(village: Village) -> None:
    await village.quota(2)
    low, high, middle = await voted(village, 31, 59, 40)
    assert code(await village.move(low, "COMMITTEE_CONFIRMED")) == (409, "outside_quota")
    done = await bulk(village, "COMMITTEE_CONFIRMED")
    assert {one["identification_id"] for one in done["moved"]} == {high, middle}
    assert [(one["identification_id"], one["code"]) for one in done["stay"]] == [(low, "outside_quota")]
    assert done["stay"][0]["allowed"] == ["NOT_SELECTED", "WITHDRAWN"]
    assert (await village.move(low, "NOT_SELECTED")).json()["state"] == "NOT_SELECTED"


async def test_equal_votes_are_parted_by_the_stated_rule_lower_income_first(village: Village) -> None:
    await village.quota(1)
    unknown, rich, poor = await voted(village, 50, 50, 50, incomes=(None, 300_000, 200_000))
    ranking = (await village.get("village", f"/v1/villages/{VILLAGE}/identification-rankings/2026")).json()
    assert [one["identification_id"] for one in ranking["items"]] == [poor, rich, unknown]
    assert [one["inside"] for one in ranking["items"]] == [True, False, False]
    assert code(await village.move(rich, "COMMITTEE_CONFIRMED")) == (409, "outside_quota")
    assert (await village.move(poor, "COMMITTEE_CONFIRMED")).status_code == 200


async def test_of_two_that_race_for_the_last_place_the_ranking_gives_it_to_one(village: Village) -> None:
    await village.quota(1)
    first, second = await voted(village, 50, 40)
    for _ in range(3):
        replies = await asyncio.gather(*(village.move(case, "COMMITTEE_CONFIRMED") for case in (first, second)))
        assert [reply.status_code for reply in replies].count(200) <= 1
    states = [(await village.see(case))["state"] for case in (first, second)]
    assert states == ["COMMITTEE_CONFIRMED", "VILLAGE_REVIEW"]


async def test_whoever_takes_the_last_place_waits_for_the_county_that_takes_it_away(village: Village) -> None:
    """The county's lower figure is written but not committed when the committees confirm."""
    await village.quota(2)
    first, second = await voted(village, 50, 40)
    await village.moved(first, "COMMITTEE_CONFIRMED")
    async with village.world.database.transaction() as county:
        await county.exec_driver_sql("UPDATE identification_quotas SET places = 1, version = 2")
        confirming = asyncio.create_task(village.move(second, "COMMITTEE_CONFIRMED"))
        await asyncio.sleep(0.3)
    assert code(await confirming) == (409, "outside_quota")


async def test_places_that_many_race_for_are_never_overfilled(village: Village) -> None:
    await village.quota(2)
    cases = await voted(village, 50, 49, 48, 47, 46)
    await asyncio.gather(*(village.move(case, "COMMITTEE_CONFIRMED") for case in cases for _ in range(2)))
    quota = (await village.get("county", f"/v1/villages/{VILLAGE}/identification-quotas/2026")).json()
    assert (quota["places"], quota["used"]) == (2, 2)


async def test_two_that_move_the_same_course_at_once_move_it_once(village: Village) -> None:
    case = await village.applied()
    replies = await asyncio.gather(*(village.move(case, "GROUP_REVIEW") for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [200] + [409] * 7
    assert [one["to"] for one in (await village.see(case))["transitions"]] == ["APPLIED", "GROUP_REVIEW"]


async def test_a_household_that_applies_many_times_at_once_is_on_its_way_once(village: Village) -> None:
    household = await village.household()
    replies = await asyncio.gather(*(village.apply(household) for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 7


async def test_a_freed_place_goes_to_the_next_in_the_ranking(village: Village) -> None:
    await village.quota(1)
    first, second = await voted(village, 50, 40)
    await village.moved(first, "COMMITTEE_CONFIRMED")
    assert code(await village.move(second, "COMMITTEE_CONFIRMED")) == (409, "outside_quota")
    await village.move(first, "WITHDRAWN", office="village")
    assert (await village.move(second, "COMMITTEE_CONFIRMED")).status_code == 200


async def test_whoever_leaves_the_list_fills_no_place(village: Village) -> None:
    await village.quota(0)
    case = await village.applied(await village.household("poor"), "exit")
    await village.moved(case, "GROUP_REVIEW", "VILLAGE_REVIEW")
    assert code(await village.move(case, "COMMITTEE_CONFIRMED")) == (409, "may_not_exit")


async def test_a_quota_is_the_countys_changed_by_version_and_never_below_what_is_filled(village: Village) -> None:
    assert (await village.quota(2)).json()["version"] == 1
    assert code(await village.quota(3)) == (428, "version_missing")
    assert code(await village.quota(3, version=9)) == (412, "quota_stale")
    await village.moved((await voted(village, 50))[0], "COMMITTEE_CONFIRMED")
    below = await village.quota(0, version=1)
    assert code(below) == (409, "quota_below_used")
    assert "1户" in below.json()["message"]
    assert (await village.quota(1, version=1)).json()["used"] == 1
    async with village.office("township") as client:
        path = f"/v1/villages/{VILLAGE}/identification-quotas/2026"
        body = {"places": 9, "document": "自己定", "version": 2}
        assert code(await client.put(path, json=body)) == (403, "not_permitted")


async def test_a_whole_village_goes_through_the_assembly_in_one_call_each_with_its_votes(village: Village) -> None:
    cases = [await village.applied() for _ in range(3)]
    assert len((await bulk(village, "GROUP_REVIEW"))["moved"]) == 3
    lines = [
        {"identification_id": cases[0], "votes": 55},
        {"identification_id": cases[1], "votes": 20},
        {"identification_id": cases[2], "votes": 50, "recused": 15},
    ]
    done = await bulk(village, "VILLAGE_REVIEW", lines=lines, reviewers=SITTING["VILLAGE_REVIEW"], meeting=MEETING)
    assert [one["identification_id"] for one in done["moved"]] == [cases[0]]
    assert {one["identification_id"]: one["code"] for one in done["stay"]} == {
        cases[1]: "votes_too_few",
        cases[2]: "votes_impossible",
    }


async def test_refusing_and_withdrawing_are_said_of_each_household_by_name(village: Village) -> None:
    case = await village.applied()
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    assert code(await village.post("village", path, {"to": "REFUSED", "reason": "不合条件"})) == (
        422,
        "identification_lines_needed",
    )
    named = {"to": "REFUSED", "lines": [{"identification_id": case, "reason": "有财政供养人员"}]}
    reply = await village.post("village", path, named)
    assert [one["state"] for one in reply.json()["moved"]] == ["REFUSED"]
    twice = {"to": "REFUSED", "lines": [{"identification_id": case}, {"identification_id": case}]}
    assert code(await village.post("village", path, twice)) == (422, "schema_invalid")


async def test_a_replayed_call_moves_nothing_twice(village: Village) -> None:
    await village.applied()
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    same = key()
    async with village.office("village") as client:
        first = await client.post(path, json=step("GROUP_REVIEW"), headers=same)
        again = await client.post(path, json=step("GROUP_REVIEW"), headers=same)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
