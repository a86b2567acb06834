"""A village takes its households' grades through the whole course, over the API."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.credit.storage.course_log import grade_log
from tests.builders.worked_cases import H1, H3
from tests.credit.course_world import MEETING, NINTH, VILLAGERS, Course
from tests.credit.world import BANK, TODAY, Town, World, assert_problem, bank, household_login, official


async def test_the_bank_sees_the_grade_from_effective_on_and_not_before(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "COUNTY_ENTRY")
    assert (await course.bank_reads(household_id))["grade"] == "none"
    assert (await course.grade(household_id))["code"] == "grade_not_found"
    assert (await course.summary())["credit_households"] == 0
    await course.go_to(case_id, household_id, "EFFECTIVE", done="COUNTY_ENTRY")
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    until = date(course.day.year + 2, course.day.month, course.day.day).isoformat()
    assert (read["grade"], read["valid_until"], read["objection"]) == ("AAA", until, False)
    assert (shown["grade"], shown["basis"], shown["in_effect"]) == ("AAA", "course", True)
    assert (await course.summary())["by_band"] == {"AAA": 1, "AA": 0, "A": 0}
    async with town.world.as_(household_login(household_id)) as caller:
        explained = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert explained["trace_replays"] is True
    assert explained["points"]["E1"] == 8


async def test_a_grade_by_the_course_counts_before_the_one_that_was_first_set(course: Course, town: Town) -> None:
    household_id = await town.household(H3)
    await town.take_over()
    assert (await course.bank_reads(household_id))["grade"] == "A"
    case_id = await course.begin(household_id)
    async with town.world.as_(town.official) as caller:
        body = {name: value for name, value in H1.items() if name != "reviews"}
        entered = await caller.put(f"/v1/credit/households/{household_id}/facts", body, 1)
    assert entered.status_code == 200, entered.text
    await course.go_to(case_id, household_id, "COUNTY_ENTRY")
    assert (await course.bank_reads(household_id))["grade"] == "A"
    await course.go_to(case_id, household_id, "EFFECTIVE", done="COUNTY_ENTRY")
    assert (await course.bank_reads(household_id))["grade"] == "AAA"
    assert (await course.grade(household_id))["grade"] == "AAA"
    assert (await course.summary())["by_band"] == {"AAA": 1, "AA": 0, "A": 0}


async def test_a_step_out_of_order_is_409_with_the_steps_that_are_open(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    body = assert_problem(await course.move(case_id, "EFFECTIVE"), 409, "transition_not_next")
    assert (body["state"], body["allowed"]) == ("DRAFT", ["COLLECTED"])
    await course.go_to(case_id, household_id, "NOTICE_1")
    early = assert_problem(await course.move(case_id, "TOWN_REVIEW"), 409, "notice_still_runs")
    assert early["allowed"] == []


async def test_a_notice_is_open_to_all_and_shows_masked_name_and_grade_only(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    posted = (await course.move(case_id, "NOTICE_1")).json()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(town.world.app), base_url="http://credit") as anyone:
        reply = await anyone.get(f"/v1/credit/notices/{posted['notice_1']}")
    assert reply.status_code == 200, reply.text
    notice = reply.json()
    assert notice["lines"] == [{"number": 1, "name": "李**", "grade": "AAA"}]
    assert (notice["posted_on"], notice["first_free_day"]) == (TODAY.isoformat(), NINTH.isoformat())
    assert notice["unchanged"] is True
    assert str(household_id) not in reply.text
    await town.world.rows(
        "UPDATE grade_notices SET lines = '[]' WHERE notice_id = $1 RETURNING 1", UUID(posted["notice_1"])
    )
    async with town.world.as_(town.official) as caller:
        assert (await caller.get(f"/v1/credit/notices/{posted['notice_1']}")).json()["unchanged"] is False


async def test_a_whole_village_moves_in_one_call_with_a_line_for_each_that_stays(course: Course, town: Town) -> None:
    households = await town.households(3)
    cases = [await course.begin(household_id) for household_id in households]
    without = await town.household()
    async with town.world.as_(course.person("COLLECTED")) as caller:
        late = await caller.post("/v1/credit/grade-cases", {"household_id": str(without)})
        reply = await caller.post(f"/v1/credit/villages/{town.village}/transitions", {"to": "COLLECTED"})
    assert reply.status_code == 200, reply.text
    assert sorted(one["case_id"] for one in reply.json()["moved"]) == sorted(cases)
    stay = reply.json()["stay"]
    assert [(one["case_id"], one["code"]) for one in stay] == [(late.json()["case_id"], "consents_missing")]
    assert stay[0]["allowed"] == []


async def test_a_villages_meeting_reviews_every_household_on_its_own_line(course: Course, town: Town) -> None:
    households = await town.households(2)
    cases = [await course.begin(household_id) for household_id in households]
    for case_id, household_id in zip(cases, households, strict=True):
        await course.go_to(case_id, household_id, "GROUP_REVIEW")
    lines = [{"case_id": cases[0], "reviewers": VILLAGERS}, {"case_id": cases[1], "reviewers": VILLAGERS[:4]}]
    body = {"to": "VILLAGE_REVIEW", "meeting": MEETING, "cases": lines}
    path = f"/v1/credit/villages/{town.village}/transitions"
    async with town.world.as_(town.official) as caller:
        met = (await caller.post(path, body)).json()
        posted = (await caller.post(path, {"to": "NOTICE_1"})).json()
    assert [one["case_id"] for one in met["moved"]] == [cases[0]]
    assert [(one["case_id"], one["code"]) for one in met["stay"]] == [(cases[1], "too_few_reviewers")]
    assert [one["notice_1"] for one in posted["moved"]] == [posted["notice_id"]]


async def test_two_county_entries_at_once_end_as_one(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "NOTICE_2")
    town.world.set_day(course.day + timedelta(days=8))
    people = [official("county_official", town.code[:6], f"county-{number}") for number in range(2)]
    async with town.world.owner_transaction() as held:
        # Both are under way before either can go on.
        await held.exec_driver_sql("SELECT 1 FROM grade_cases WHERE case_id = $1 FOR UPDATE", (UUID(case_id),))
        entries = [asyncio.create_task(course.move(case_id, "COUNTY_ENTRY", who)) for who in people]
        await asyncio.sleep(0.5)
    replies = await asyncio.gather(*entries)
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    lost = next(reply for reply in replies if reply.status_code == 409)
    assert assert_problem(lost, 409, "transition_not_next")["allowed"] == ["EFFECTIVE"]
    kept = await town.world.rows("SELECT count(*) FROM grade_transitions WHERE case_id = $1", UUID(case_id))
    assert kept == [(9,)]


async def test_a_household_is_on_one_way_to_a_grade_at_a_time(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    async with town.world.as_(course.person("COLLECTED")) as caller:
        for case in ({}, {"case_id": str(case_id)}):
            again = await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id), **case})
            assert_problem(again, 409, "grade_case_exists")


async def test_verify_names_the_transition_that_was_changed(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "SCORED")
    async with town.world.database.transaction() as connection:
        assert case_id not in [str(one.case_id) for one in (await grade_log.verify(connection))[1]]
        for change, expected in (
            ("UPDATE grade_transitions SET actor = 'other' WHERE case_id = $1 AND seq = 2", (2, "content was changed")),
            ("DELETE FROM grade_transitions WHERE case_id = $1 AND seq = 3", (3, "it does not stand where")),
        ):
            inner = await connection.begin_nested()
            await connection.exec_driver_sql(change, (UUID(case_id),))
            broken = [one for one in (await grade_log.verify(connection))[1] if str(one.case_id) == case_id]
            await inner.rollback()
            assert broken[0].broken.seq == expected[0]
            assert broken[0].broken.reason.startswith(expected[1])


async def test_halves_far_apart_are_decided_by_a_person_and_both_are_kept(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "TOWN_REVIEW")
    assert_problem(await course.move(case_id, "NOTICE_2"), 409, "recommendation_missing")
    assert (await course.recommend(household_id, "A"))["status"] == "ok"
    assert_problem(await course.move(case_id, "NOTICE_2"), 409, "person_must_decide")
    moved = await course.move(case_id, "NOTICE_2", decision={"band": "AA", "reason": "取中"})
    assert (moved.json()["grade"], moved.json()["scored_grade"]) == ("AA", "AAA")
    async with town.world.as_(town.official) as caller:
        seen = (await caller.get(f"/v1/credit/grade-cases/{case_id}")).json()
    assert [(one["partner_id"], one["grade"]) for one in seen["recommendations"]] == [(BANK, "A")]
    assert seen["transitions"][-1]["facts"]["decision"]["reason"] == "取中"


async def test_a_household_reads_that_a_person_set_its_grade_and_why_it_is_not_that_of_its_points(
    course: Course, town: Town
) -> None:
    household_id, other = await town.households(2)
    for one in (household_id, other):
        case_id = await course.begin(one)
        await course.go_to(case_id, one, "TOWN_REVIEW")
        await course.recommend(one, "A" if one == household_id else "AAA")
        decision: dict[str, Any] = {"decision": {"band": "AA", "reason": "取中"}} if one == household_id else {}
        assert (await course.move(case_id, "NOTICE_2", **decision)).status_code == 200
        await course.go_to(case_id, one, "EFFECTIVE", done="NOTICE_2")
    shown = await course.grade(household_id)
    assert (shown["grade"], shown["total"]) == ("AA", 83)
    assert shown["decision"].startswith("按83分算是AAA级；工作人员看了银行的推荐意见，定为AA级")
    async with town.world.as_(town.official) as caller:
        explained = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert explained["decision"] == shown["decision"]
    assert (await course.grade(other))["decision"] is None


async def test_a_bank_recommends_only_with_consent_and_before_the_second_notice(course: Course, town: Town) -> None:
    household_id = await town.household()
    assert (await course.recommend(household_id))["code"] == "no_open_case"
    body = {"household_id": str(household_id), "reference": "r", "grade": "A", "reason": "好"}
    async with town.world.as_(bank()) as caller:
        reply = await caller.post(
            "/v1/partner/recommendations", {"recommendations": [{**body, "consent_id": str(household_id)}]}
        )
    assert reply.json()["results"] == [{"reference": "r", "status": "refused", "code": "consent_invalid"}]


async def test_an_office_moves_only_what_is_its_own(course: Course, town: Town, world: World) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    village = official("village_official", town.village, "village-2")
    assert (await course.move(case_id, "NOTICE_1", village)).status_code == 200
    world.set_day(NINTH)
    assert_problem(await course.move(case_id, "TOWN_REVIEW", village), 403, "not_permitted")
    elsewhere = (await world.town()).official
    assert_problem(await course.move(case_id, "TOWN_REVIEW", elsewhere), 404, "grade_case_not_found")


async def test_a_whole_village_that_moves_nobody_says_why_and_what_is_open(course: Course, town: Town) -> None:
    (household_id,) = await town.households(1)
    await course.begin(household_id)
    told = []
    for to in ("NOTICE_1", "EXPIRED", "COLLECTED"):
        async with town.world.as_(course.person(to)) as caller:
            reply = await caller.post(f"/v1/credit/villages/{town.village}/transitions", {"to": to})
        assert reply.status_code == 200, reply.text
        nothing = reply.json()["nothing"]
        told.append((len(reply.json()["moved"]), nothing and (nothing["code"], nothing["allowed"])))
    open_now = ["COLLECTED"]
    assert told == [(0, ("nobody_at_stage_before", open_now)), (0, ("not_for_whole_village", open_now)), (1, None)]
