"""What happens on the way to a grade does not stop the household for good, and nothing typed stands in for a step."""

from tests.builders.worked_cases import H1, H4
from tests.credit.course_world import FACTS, Course, another, objection_of, put_veto
from tests.credit.world import TODAY, Town, World, assert_problem, household_login


async def test_a_veto_that_was_cleared_after_the_meeting_does_not_hold_the_household_up(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "GROUP_REVIEW")
    veto_id = await put_veto(town, household_id)
    reviewed = await course.move(case_id, "VILLAGE_REVIEW")
    assert reviewed.json()["grade"] == "vetoed"
    assert_problem(await course.move(case_id, "NOTICE_1"), 409, "veto_stands")
    async with world.as_(another(town)) as caller:
        path = f"/v1/credit/households/{household_id}/vetoes/{veto_id}/clear"
        assert (await caller.post(path, {"reason": "已履行完毕"})).status_code == 204
    posted = await course.move(case_id, "NOTICE_1")
    assert (posted.status_code, posted.json()["grade"], posted.json()["total"]) == (200, "AAA", 83)
    await course.go_to(case_id, household_id, "EFFECTIVE", done="NOTICE_1")
    async with world.as_(household_login(household_id)) as caller:
        explained = (await caller.get(f"/v1/credit/households/{household_id}/explanation")).json()
    assert (explained["grade"], explained["trace_replays"]) == ("AAA", True)


async def test_a_field_that_was_missing_at_the_meeting_is_collected_and_the_course_goes_on(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household({name: value for name, value in H1.items() if name != "workers"})
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    refused = assert_problem(await course.move(case_id, "NOTICE_1"), 409, "not_rated_yet")
    assert refused["allowed"] == ["COLLECTED"]
    async with world.as_(course.person("COLLECTED")) as caller:
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS, 2)).status_code == 200
    assert_problem(await course.move(case_id, "COLLECTED"), 409, "reason_needed")
    assert (await course.move(case_id, "COLLECTED", reason="补登劳动力人数")).status_code == 200
    await course.go_to(case_id, household_id, "EFFECTIVE", done="COLLECTED")
    assert (await course.grade(household_id))["grade"] == "AAA"


async def test_a_decision_before_the_second_notice_shows_nobody_a_typed_grade(course: Course, town: Town) -> None:
    household_id = await town.household(H4)
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "VILLAGE_REVIEW")
    typed = {"band": "AAA", "reason": "条件好"}
    refused = await course.move(case_id, "NOTICE_1", decision=typed)
    assert_problem(refused, 409, "decision_only_at_second_notice")
    line = {"case_id": case_id, "decision": typed}
    async with town.world.as_(course.person("NOTICE_1")) as caller:
        path = f"/v1/credit/villages/{town.village}/transitions"
        whole = (await caller.post(path, {"to": "NOTICE_1", "cases": [line]})).json()
    assert [one["code"] for one in whole["stay"]] == ["decision_only_at_second_notice"]


async def test_what_a_bank_recommended_before_does_not_count_when_a_case_is_collected_anew(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    assert (await course.recommend(household_id))["code"] == "no_open_case"
    await course.go_to(case_id, household_id, "NOTICE_1")
    assert (await course.recommend(household_id))["status"] == "ok"
    objection = await objection_of(town, household_id)
    async with world.as_(another(town)) as caller:
        path = f"/v1/credit/objections/{objection['objection_id']}/decide"
        assert (await caller.post(path, {"outcome": "corrected", "answer": "漏登保险"})).status_code == 200
    assert (await course.move(case_id, "COLLECTED", reason="异议查实，重新采集")).status_code == 200
    course.day = TODAY
    await course.go_to(case_id, household_id, "TOWN_REVIEW", done="COLLECTED")
    assert_problem(await course.move(case_id, "NOTICE_2"), 409, "recommendation_missing")
    await course.go_to(case_id, household_id, "NOTICE_2", done="TOWN_REVIEW")
