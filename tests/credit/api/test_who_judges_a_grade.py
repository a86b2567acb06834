"""Who may not judge: the own household's people, who made the file, who told; and what only the banks can end.

Check S64.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from tests.builders.worked_cases import H4
from tests.credit.course_world import ANSWER, FACTS, VETO, VILLAGERS, Course, another, case_of, objection_of, put_veto
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import TODAY, Town, World, assert_problem, official


async def late(world: World, household_id: UUID) -> str:
    """91 days past due, as the bank reports it; the veto that follows."""
    overdue = event(household_id, 2, "overdue", "2026-11-20", amount_cents=0, balance_cents=10_000_00, days_past_due=91)
    await report(world, disbursed(household_id), overdue)
    (found,) = await world.rows("SELECT veto_id FROM vetoes WHERE household_id = $1", household_id)
    return str(found[0])


async def test_no_official_clears_what_banks_report(world: World, course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    path = f"/v1/credit/households/{household_id}/vetoes/{await late(world, household_id)}/clear"
    async with world.as_(town.official) as caller:
        assert_problem(await caller.post(path, {"reason": "说是还清了"}), 409, "banks_still_report")
    assert (await course.grade(household_id))["state"] == "SUSPENDED"
    await report(world, event(household_id, 3, "settled", "2026-11-24", amount_cents=10_000_00, balance_cents=0))
    cleared = await world.rows("SELECT cleared_on FROM vetoes WHERE household_id = $1", household_id)
    assert cleared == [(TODAY,)]
    assert (await course.move(await case_of(town, household_id), "EFFECTIVE")).status_code == 200


async def test_a_v2_that_an_official_entered_is_not_cleared_either_while_a_bank_reports_it(
    world: World, town: Town
) -> None:
    household_id = await town.household()
    async with world.as_(town.official) as caller:
        entered = await caller.post(f"/v1/credit/households/{household_id}/vetoes", {**VETO, "code": "V2"})
    assert entered.status_code == 201, entered.text
    (veto,) = await world.rows("SELECT veto_id FROM vetoes WHERE household_id = $1", household_id)
    path = f"/v1/credit/households/{household_id}/vetoes/{veto[0]}/clear"
    await report(world, disbursed(household_id))
    overdue = event(household_id, 2, "overdue", "2026-11-20", amount_cents=0, balance_cents=10_000_00, days_past_due=91)
    await report(world, overdue)
    async with world.as_(another(town)) as caller:
        assert_problem(await caller.post(path, {"reason": "已还"}), 409, "banks_still_report")
        await report(world, event(household_id, 3, "settled", "2026-11-24", amount_cents=10_000_00, balance_cents=0))
        assert (await caller.post(path, {"reason": "已还"})).status_code == 204


async def test_who_entered_the_facts_or_the_veto_does_not_decide_the_objection(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(official("township_official", town.code, "typist")) as caller:
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS, 1)).status_code == 200
    async with world.as_(official("township_official", town.code, "later")) as caller:
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS, 2)).status_code == 200
    async with world.as_(official("township_official", town.code, "accuser")) as caller:
        assert (await caller.post(f"/v1/credit/households/{household_id}/vetoes", VETO)).status_code == 201
    objection = await objection_of(town, household_id)
    path = f"/v1/credit/objections/{objection['objection_id']}/decide"
    for subject in ("typist", "later", "accuser"):
        async with world.as_(another(town, subject)) as caller:
            assert_problem(await caller.post(path, ANSWER), 409, "decided_by_one_who_took_part")
    async with world.as_(another(town)) as caller:
        assert (await caller.post(path, ANSWER)).status_code == 200


async def told_of_less(course: Course, town: Town, household_id: UUID) -> str:
    """A grade in effect, of which the county told the household that it is to be lowered, from facts entered since."""
    await town.take_over()
    async with town.world.as_(town.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{household_id}/grade-case")
        less = {name: value for name, value in H4.items() if name != "reviews"}
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", less, 1)).status_code == 200
    case_id = str(opened.json()["case_id"])
    async with town.world.as_(course.person("COUNTY_ENTRY")) as caller:
        told = await caller.post(f"/v1/credit/grade-cases/{case_id}/lower-grade-notices", {"reason": "收入下降"})
    assert told.status_code == 201, told.text
    return case_id


async def test_an_upheld_objection_takes_back_what_was_told_from_wrong_facts(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    case_id = await told_of_less(course, town, household_id)
    objection = await objection_of(town, household_id)
    path = f"/v1/credit/objections/{objection['objection_id']}/decide"
    async with world.as_(course.person("COUNTY_ENTRY")) as caller:
        assert_problem(await caller.post(path, ANSWER), 409, "decided_by_one_who_took_part")
    async with world.as_(another(town)) as caller:
        assert (await caller.post(path, {"outcome": "corrected", "answer": "收入登记错了"})).status_code == 200
    world.set_day(TODAY + timedelta(days=21))
    refused = assert_problem(await course.move(case_id, "DOWNGRADED", reason="收入下降"), 409, "lower_grade_not_told")
    assert "20 天" in refused["message"]
    assert (await course.grade(household_id))["grade"] == "AAA"


async def test_an_objection_that_was_unfounded_leaves_the_days_running(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    case_id = await told_of_less(course, town, household_id)
    objection = await objection_of(town, household_id)
    async with world.as_(another(town)) as caller:
        await caller.post(f"/v1/credit/objections/{objection['objection_id']}/decide", ANSWER)
    world.set_day(TODAY + timedelta(days=21))
    assert (await course.move(case_id, "DOWNGRADED", reason="收入下降")).status_code == 200


async def test_a_grade_is_revoked_by_a_second_person_after_the_household_was_told(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    await town.take_over()
    async with world.as_(town.official) as caller:
        case_id = (await caller.post(f"/v1/credit/households/{household_id}/grade-case")).json()["case_id"]
        path, body = f"/v1/credit/grade-cases/{case_id}/revocation-notices", {"reason": "冒用他人名义"}
        assert_problem(await caller.post(path, body), 403, "not_permitted")
    first, second = (official("county_official", town.code[:6], one) for one in ("county-1", "county-2"))
    early = assert_problem(await course.move(case_id, "REVOKED", first, **body), 409, "revocation_not_told")
    assert "20 天" in early["message"]
    async with world.as_(first) as caller:
        told = await caller.post(path, body)
    assert (told.status_code, told.json()["revocation_told_on"]) == (201, TODAY.isoformat())
    assert_problem(await course.move(case_id, "REVOKED", second, **body), 409, "objection_days_run")
    world.set_day(TODAY + timedelta(days=21))
    assert_problem(await course.move(case_id, "REVOKED", first, **body), 409, "second_person_must_revoke")
    assert (await course.move(case_id, "REVOKED", second, **body)).status_code == 200
    assert (await course.grade(household_id))["state"] == "REVOKED"
    teller = "SELECT facts->>'told_by' FROM grade_transitions WHERE household_id = $1 AND event = 'REVOKED'"
    assert await world.rows(teller, household_id) == [("county-1",)]


async def test_nobody_acts_as_an_official_for_the_own_household(world: World, course: Course, town: Town) -> None:
    household_id, other = await town.households(2)
    await town.take_over()
    veto_id = await put_veto(town, household_id)
    objection = await objection_of(town, household_id)
    case_id = await case_of(town, household_id)
    own = replace(official("county_official", town.code[:6], "clerk"), household_id=str(household_id))
    base = f"/v1/credit/households/{household_id}"
    async with world.as_(own) as caller:
        for reply in (
            await caller.put(f"{base}/facts", FACTS, 1),
            await caller.put(f"{base}/reviews", {"reviews": [10] * 5}, 1),
            await caller.post(f"{base}/vetoes", VETO),
            await caller.post(f"{base}/vetoes/{veto_id}/clear", {"reason": "已履行"}),
            await caller.post(f"/v1/credit/objections/{objection['objection_id']}/decide", ANSWER),
            await caller.post(f"/v1/credit/grade-cases/{case_id}/lower-grade-notices", {"reason": "收入下降"}),
            await caller.post(f"/v1/credit/grade-cases/{case_id}/revocation-notices", {"reason": "冒名"}),
            await course.move(case_id, "EFFECTIVE", own),
        ):
            assert_problem(reply, 409, "own_household")
        assert (await caller.put(f"/v1/credit/households/{other}/facts", FACTS, 1)).status_code == 200


async def test_of_a_whole_list_the_own_household_stays(world: World, course: Course, town: Town) -> None:
    own_id, other = await town.households(2)
    cases = {household_id: await course.begin(household_id) for household_id in (own_id, other)}
    who = replace(course.person("COLLECTED"), household_id=str(own_id))
    async with world.as_(who) as caller:
        reply = (await caller.post(f"/v1/credit/villages/{town.village}/transitions", {"to": "COLLECTED"})).json()
    assert [one["case_id"] for one in reply["moved"]] == [cases[other]]
    assert [(one["case_id"], one["code"]) for one in reply["stay"]] == [(cases[own_id], "own_household")]


async def test_who_entered_the_file_is_no_reviewer_by_login_or_by_the_name_in_the_minutes(
    world: World, course: Course, town: Town
) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    typist = replace(course.person("GROUP_REVIEW"), name="何录入")
    async with world.as_(typist) as caller:
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", FACTS, 1)).status_code == 200
    await course.go_to(case_id, household_id, "SCORED")
    assert_problem(await course.move(case_id, "GROUP_REVIEW"), 409, "reviewer_is_collector")
    reviewer = another(town)
    assert (await course.move(case_id, "GROUP_REVIEW", reviewer)).status_code == 200
    for name in ("何录入", course.person("COLLECTED").name):
        typed = [*VILLAGERS, {"person": name, "points": 9}]
        refused = await course.move(case_id, "VILLAGE_REVIEW", reviewer, reviewers=typed)
        assert_problem(refused, 409, "reviewer_is_collector")
    assert (await course.move(case_id, "VILLAGE_REVIEW", reviewer)).status_code == 200
