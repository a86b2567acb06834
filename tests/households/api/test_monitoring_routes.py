"""Monitoring over HTTP: who may call, what a check needs, and that a danger ends by two people."""

import asyncio
from collections import Counter
from typing import Any

from shared.clock import Clock
from shared.ids import new_id
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import (
    VILLAGE,
    as_helper,
    as_household,
    cases_of,
    duties,
    help_by,
    key,
    measure,
    open_case,
    put_sheet,
    register,
    step,
)


async def test_a_household_calls_for_help_and_its_helper_has_five_working_days(world: ImportWorld) -> None:
    household, cadre = await register(world), str(new_id())
    await help_by(world, household, cadre)
    async with as_household(world, household) as own:
        opened = await open_case(own, household, "户主住院，家里没有收入")
        again = await open_case(own, household)
    assert (opened.status_code, opened.json()["origin"], opened.json()["state"]) == (201, "own_call", "found")
    due = world.app.state.rooms.monitoring.calendar.due(Clock().today(), 5)
    assert opened.json()["check_due_on"] == str(due.on)
    assert (again.status_code, again.json()["code"]) == (409, "monitoring_case_already_open")
    assert again.json()["case_id"] == opened.json()["case_id"]
    async with as_helper(world, cadre) as helper:
        file = (await helper.get(f"/v1/monitoring/cases/{opened.json()['case_id']}")).json()
    assert [(one["origin"], one["detail"]) for one in file["findings"]] == [("own_call", "户主住院，家里没有收入")]
    assert [(one["role"], one["state"]) for one in file["steps"]] == [("household", "found")]
    async with as_household(world, household) as own:
        looks = (await own.get(f"/v1/households/{household}/looks")).json()["items"]
    assert [(look["what"], look["role"]) for look in looks] == [("monitoring_case", "helper")]


async def test_of_many_calls_at_once_one_case_comes_about(world: ImportWorld) -> None:
    household = await register(world)
    async with as_household(world, household) as own, world.as_official(TOWNSHIP) as official:
        replies = await asyncio.gather(*(open_case(one, household) for one in (own, official) for _ in range(4)))
        assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 7}
        assert len(await cases_of(official, household)) == 1


async def test_two_cases_of_one_class_cannot_be_open_at_once(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official:
        first = (await open_case(official, household)).json()
        assert (await step(official, first, "in_danger", monitoring_type="sudden")).status_code == 200
        second = (await open_case(official, household)).json()
        same = await step(official, second, "in_danger", monitoring_type="sudden")
        other = await step(official, second, "in_danger", monitoring_type="marginal")
    assert (same.status_code, same.json()["code"]) == (409, "monitoring_case_already_open")
    assert other.status_code == 200


async def test_a_danger_ends_by_two_people_and_the_record_follows(world: ImportWorld) -> None:
    household, cadre = await register(world), str(new_id())
    await help_by(world, household, cadre)
    async with as_helper(world, cadre) as helper, world.as_official(TOWNSHIP) as official:
        case = (await open_case(helper, household)).json()
        case = (await step(helper, case, "in_danger", monitoring_type="sudden")).json()
        record = (await official.get(f"/v1/households/{household}")).json()
        assert (record["monitoring_type"], record["risk_removed"]) == ("sudden", False)
        early = await step(helper, case, "removal_proposed")
        assert (early.status_code, early.json()["code"]) == (409, "risk_not_removed")
        assert [error["code"] for error in early.json()["errors"]] == ["measure_needed"]
        await measure(helper, case)
        case = (await step(helper, case, "removal_proposed")).json()
        alone = await step(helper, case, "removed")
        assert (alone.status_code, alone.json()["code"]) == (403, "risk_removal_needs_official")
        removed = await step(official, case, "removed")
        assert (removed.status_code, removed.json()["state"]) == (200, "removed")
        record = (await official.get(f"/v1/households/{household}")).json()
        history = (await official.get(f"/v1/households/{household}/history")).json()
        file = (await official.get(f"/v1/monitoring/cases/{case['case_id']}")).json()
    assert (record["monitoring_type"], record["risk_removed"]) == ("sudden", True)
    assert record["risk_removed_on"] == str(Clock().today())
    assert [change["source"] for change in history["changes"]] == ["monitoring", "monitoring", "form"]
    assert [one["state"] for one in file["steps"]] == ["removed", "removal_proposed", "in_danger", "found"]
    told = await duties(world, household)
    assert [one["open_cases"] for one in told] == [1, 1, 1, 0]
    assert set(told[0]) >= {"open_cases", "check_due_on", "watch_due_on"}
    async with world.database.transaction() as connection:
        events = await connection.exec_driver_sql(
            "SELECT event FROM audit_events WHERE subject = $1", (case["case_id"],)
        )
        assert [row[0] for row in events] == ["risk_removed"]


async def test_an_official_who_proposed_it_cannot_confirm_it(world: ImportWorld) -> None:
    household = await register(world)
    async with (
        world.as_official(TOWNSHIP) as one,
        world.as_official(TOWNSHIP, subject="official-2") as other,
    ):
        case = (await open_case(one, household)).json()
        case = (await step(one, case, "removal_proposed")).json()
        replies = await asyncio.gather(*(step(one, case, "removed") for _ in range(3)))
        assert {reply.status_code for reply in replies} == {409}
        assert replies[0].json()["errors"][0]["message"] == "提出消除的人不能自己确认，请换另一人确认。"
        replies = await asyncio.gather(*(step(other, case, "removed") for _ in range(3)))
    assert Counter(reply.status_code for reply in replies) == {200: 1, 412: 2}
    stale = next(reply for reply in replies if reply.status_code == 412)
    assert stale.json()["current"]["state"] == "removed", "whoever comes too late is shown what stands"


async def test_a_removal_that_is_not_agreed_goes_back_and_a_removed_case_may_be_opened_again(
    world: ImportWorld,
) -> None:
    household = await register(world)
    async with (
        world.as_official(TOWNSHIP) as one,
        world.as_official(TOWNSHIP, subject="official-2") as other,
    ):
        case = (await open_case(one, household)).json()
        case = (await step(one, case, "removal_proposed")).json()
        case = (await step(other, case, "found")).json()
        assert (case["state"], case["check_due_on"] is not None) == ("found", True)
        case = (await step(one, case, "removal_proposed")).json()
        case = (await step(other, case, "removed")).json()
        wrong = await step(other, case, "in_danger", monitoring_type="sudden")
        assert (wrong.status_code, wrong.json()["allowed"]) == (409, ["found"])
        again = await step(other, case, "found")
    assert (again.status_code, again.json()["removed_on"]) == (200, None)


async def test_a_missing_guarantee_opens_a_case_and_more_news_join_it(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official:
        await put_sheet(official, household, 1, housing="no")
        (case,) = await cases_of(official, household)
        assert (case["origin"], case["state"]) == ("missing_guarantee", "found")
        await put_sheet(official, household, 2, housing="no", water="no")
        await put_sheet(official, household, 3, housing="no", water="no")
        (case,) = await cases_of(official, household)
        file = (await official.get(f"/v1/monitoring/cases/{case['case_id']}")).json()
        blocked = await step(official, file, "removal_proposed")
    assert [one["detail"] for one in file["findings"]] == ["住房安全没有保障", "饮水安全没有保障"]
    assert [error["code"] for error in blocked.json()["errors"]] == ["guarantee_missing"]


async def test_an_income_under_the_line_opens_a_case_when_it_is_registered_or_changes(world: ImportWorld) -> None:
    line = world.app.state.rooms.monitoring.at(Clock().today()).watch_income_cents
    poor = await register(world, net_income_per_head_cents=line - 1)
    fine = await register(world, net_income_per_head_cents=line)
    async with world.as_official(TOWNSHIP) as official:
        assert [case["origin"] for case in await cases_of(official, poor)] == ["income_under_line"]
        assert await cases_of(official, fine) == []
        body = {"changes": {"net_income_per_head_cents": 100}, "version": 1}
        reply = await official.post(f"/v1/households/{fine}/changes", json=body, headers=key())
        assert reply.status_code == 200
        assert [case["origin"] for case in await cases_of(official, fine)] == ["income_under_line"]


async def test_measures_are_done_once_and_not_in_the_future(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official:
        case = (await open_case(official, household)).json()
        made = await measure(official, case, done=False)
        path = f"/v1/monitoring/cases/{case['case_id']}/measures/{made['measure_id']}/done"
        early = await official.post(path, json={"done_on": "2199-01-01", "result": "好"}, headers=key())
        body = {"done_on": made["recorded_on"], "result": "好"}
        good, twice = [await official.post(path, json=body, headers=key()) for _ in range(2)]
    assert (early.status_code, early.json()["code"]) == (422, "monitoring_measure_day_to_come")
    assert (good.status_code, twice.status_code, twice.json()["code"]) == (200, 409, "monitoring_measure_done")


async def test_news_from_the_household_asks_for_another_visit(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official, as_household(world, household) as own:
        case = (await open_case(official, household)).json()
        case = (await step(official, case, "in_danger", monitoring_type="marginal")).json()
        path = f"/v1/monitoring/cases/{case['case_id']}/findings"
        reply = await own.post(path, json={"what": "房子又漏了"}, headers=key())
        assert (reply.status_code, reply.json()["check_due_on"] is not None) == (201, True)
        await measure(official, case)
        blocked = await step(official, reply.json(), "removal_proposed")
    assert [error["code"] for error in blocked.json()["errors"]] == ["check_outstanding"]


async def test_overdue_checks_are_listed_by_place_and_by_helper_page_by_page(world: ImportWorld) -> None:
    cadre, other = str(new_id()), str(new_id())
    households = [await register(world) for _ in range(3)]
    elsewhere = await register(world, village=f"{TOWNSHIP}203")
    for household, helper_id in zip([*households, elsewhere], [cadre, cadre, other, other], strict=True):
        await help_by(world, household, helper_id)
    async with world.as_official(TOWNSHIP) as official:
        for household in [*households, elsewhere]:
            await open_case(official, household)
        assert (await official.get("/v1/monitoring/overdue", params={"region": TOWNSHIP})).json()["items"] == []
        async with world.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE monitoring_cases SET check_due_on = date '2026-01-05'")
        pages: list[dict[str, Any]] = []
        cursor = None
        while cursor is not None or not pages:
            params = {"region": VILLAGE, "limit": "2", **({"cursor": cursor} if cursor else {})}
            pages.append((await official.get("/v1/monitoring/overdue", params=params)).json())
            cursor = pages[-1]["next_cursor"]
        of_helper = (await official.get("/v1/monitoring/overdue", params={"cadre": cadre})).json()["items"]
        none = await official.get("/v1/monitoring/overdue")
    assert [len(page["items"]) for page in pages] == [2, 1]
    assert {item["household_id"] for page in pages for item in page["items"]} == set(households)
    assert {item["household_id"] for item in of_helper} == set(households[:2])
    assert {item["cadre_name"] for item in of_helper} == {"帮扶人"}
    assert (none.status_code, none.json()["code"]) == (422, "list_needs_region_or_person")
    async with as_helper(world, cadre) as helper:
        own = (await helper.get("/v1/monitoring/overdue", params={"region": TOWNSHIP})).json()["items"]
        others = (await helper.get("/v1/monitoring/overdue", params={"cadre": other})).json()["items"]
    assert {item["household_id"] for item in own} == set(households[:2])
    assert others == [], "a cadre is shown its own caseload"


async def test_an_official_of_another_place_is_told_that_there_is_no_such_case(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as official:
        case = (await open_case(official, household)).json()
    async with world.as_official("511923") as stranger:
        assert (await stranger.get(f"/v1/monitoring/cases/{case['case_id']}")).status_code == 404
        assert (await step(stranger, case, "in_danger", monitoring_type="sudden")).status_code == 404
        assert (await open_case(stranger, household)).status_code == 404
        listed = await stranger.get("/v1/monitoring/cases", params={"region": TOWNSHIP})
    assert (listed.status_code, listed.json()["code"]) == (403, "outside_scope")


async def test_the_danger_of_a_merged_household_is_looked_into_where_its_people_live_now(world: ImportWorld) -> None:
    home, absorbed = await register(world), await register(world)
    async with world.as_official(TOWNSHIP) as official:
        assert (await open_case(official, absorbed)).status_code == 201
        people = (await official.get(f"/v1/households/{absorbed}")).json()["members"]
        body = {
            "kind": "merge",
            "happened_on": "2026-11-01",
            "version": 1,
            "other_household_id": absorbed,
            "members": [{"member_id": one["member_id"], "relation": "之父"} for one in people],
        }
        reply = await official.post(f"/v1/households/{home}/events", json=body, headers=key())
        assert reply.status_code == 201, reply.text
        (case,) = await cases_of(official, home)
        (kept,) = await cases_of(official, absorbed)
    assert (case["state"], case["origin"], case["check_due_on"] is None) == ("found", kept["origin"], False)
    assert (await duties(world, home))[-1]["open_cases"] == 1
    assert (await duties(world, absorbed))[-1]["open_cases"] == 0, "nobody is sent where nobody lives"
