"""What becomes of a grade once it is in effect: a newer one, a veto, a withdrawn consent, a lower grade (check S63)."""

from datetime import timedelta
from uuid import UUID

from tests.builders.worked_cases import H3
from tests.credit.course_world import Course, put_veto
from tests.credit.world import TODAY, Town, assert_problem, household_login


async def test_a_new_grade_ends_the_one_before_and_the_chain_says_so(course: Course, town: Town) -> None:
    household_id = await town.household(H3)
    first = await course.begin(household_id)
    await course.go_to(first, household_id, "EFFECTIVE")
    second = await course.begin(household_id)
    await course.go_to(second, household_id, "EFFECTIVE")
    states = "SELECT case_id, state FROM grade_cases WHERE household_id = $1"
    assert dict(await town.world.rows(states, household_id)) == {UUID(first): "EXPIRED", UUID(second): "EFFECTIVE"}
    last = "SELECT event, facts->>'reason' FROM grade_transitions WHERE case_id = $1 ORDER BY seq DESC LIMIT 1"
    assert await town.world.rows(last, UUID(first)) == [("EXPIRED", "replaced by the grade of another case")]


async def test_a_veto_suspends_at_once_and_the_bank_reads_none(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    veto = {"code": "V1", "evidence": "判决书", "source": "法院", "opened_on": TODAY.isoformat()}
    async with town.world.as_(town.official) as caller:
        opened = await caller.post(f"/v1/credit/households/{household_id}/vetoes", veto)
    assert opened.status_code == 201, opened.text
    veto_id = opened.json()["veto_id"]
    async with town.world.as_(household_login(household_id)) as caller:
        assert (await caller.get(f"/v1/credit/households/{household_id}/negative-facts")).status_code == 200
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    assert (read["grade"], read["reasons"][0]) == ("none", "veto/V1")
    assert (shown["grade"], shown["state"], shown["in_effect"]) == ("vetoed", "SUSPENDED", False)
    summary = await course.summary()
    assert (summary["credit_households"], summary["rated_households"]) == (0, 1)
    assert_problem(await course.move(case_id, "EFFECTIVE"), 409, "veto_stands")
    clear, reason = f"/v1/credit/households/{household_id}/vetoes/{veto_id}/clear", {"reason": "已履行完毕"}
    async with town.world.as_(town.official) as caller:
        assert_problem(await caller.post(clear, reason), 409, "second_person_needed")
    async with town.world.as_(course.person("EFFECTIVE")) as caller:
        unknown = clear.replace(veto_id, str(household_id))
        assert_problem(await caller.post(unknown, reason), 404, "veto_not_found")
        assert (await caller.post(clear, reason)).status_code == 204
    assert (await course.move(case_id, "EFFECTIVE")).status_code == 200
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    assert (read["grade"], shown["state"], shown["in_effect"]) == ("AAA", "EFFECTIVE", True)


async def test_a_household_is_not_told_that_it_loses_a_grade_which_it_has_not(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    path, reason = f"/v1/credit/grade-cases/{case_id}", {"reason": "收入下降"}
    async with town.world.as_(course.person("EFFECTIVE")) as caller:
        for notice in ("lower-grade-notices", "revocation-notices"):
            refused = assert_problem(await caller.post(f"{path}/{notice}", reason), 409, "no_grade_in_effect")
            assert (refused["state"], refused["allowed"]) == ("DRAFT", ["COLLECTED"])
    await course.go_to(case_id, household_id, "EFFECTIVE")
    await put_veto(town, household_id)
    async with town.world.as_(course.person("EFFECTIVE")) as caller:
        refused = assert_problem(await caller.post(f"{path}/lower-grade-notices", reason), 409, "no_grade_in_effect")
        assert (refused["state"], refused["allowed"]) == ("SUSPENDED", [])


async def test_each_step_names_the_office_that_took_it(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    async with town.world.as_(town.official) as caller:
        steps = (await caller.get(f"/v1/credit/grade-cases/{case_id}")).json()["transitions"]
    assert [step["facts"]["role"] for step in steps] == [
        *["village_official"] * 3,
        *["township_official"] * 5,
        *["county_official"] * 2,
    ]


async def test_the_last_consent_withdrawn_deletes_scoring_data_and_keeps_loans(course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    await town.loans([(household_id, {})])
    ordinary, written = await course.consents(household_id)
    async with town.world.as_(course.person("COLLECTED")) as caller:
        opened = await caller.post("/v1/credit/grade-cases", {"household_id": str(household_id)})
    case_id = opened.json()["case_id"]
    await course.go_to(case_id, household_id, "NOTICE_1")
    async with town.world.as_(household_login(household_id)) as caller:
        for consent_id in (written, ordinary):
            assert (await caller.post(f"/v1/credit/consents/{consent_id}/withdraw", {})).status_code == 200
        seen = (await caller.get(f"/v1/credit/grade-cases/{case_id}")).json()
        assert (seen["state"], seen["grade"], seen["total"]) == ("WITHDRAWN", None, None)
        assert_problem(await caller.get(f"/v1/credit/households/{household_id}/grade"), 404, "grade_not_found")
    for table, left in (("facts", 0), ("fact_history", 0), ("scores", 0), ("grades", 0), ("loans", 1)):
        rows = await town.world.rows(f"SELECT count(*) FROM {table} WHERE household_id = $1", household_id)  # noqa: S608 - names of the line above
        assert rows == [(left,)], table


async def test_a_lower_grade_is_told_and_takes_effect_after_twenty_days(course: Course, town: Town) -> None:
    household_id = await town.household()
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    path = f"/v1/credit/grade-cases/{case_id}/lower-grade-notices"
    county = course.person("EFFECTIVE")
    async with town.world.as_(county) as caller:
        assert_problem(await caller.post(path, {"reason": "收入下降"}), 409, "grade_not_lower")
    poorer = {name: value for name, value in H3.items() if name != "reviews"}
    async with town.world.as_(town.official) as caller:
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", poorer, 2)).status_code == 200
    async with town.world.as_(county) as caller:
        told = await caller.post(path, {"reason": "收入下降"})
    assert told.status_code == 201, told.text
    assert told.json()["lower_grade_told_on"] == course.day.isoformat()
    assert (await course.bank_reads(household_id))["grade"] == "AAA"
    town.world.set_day(course.day + timedelta(days=20))
    assert_problem(await course.move(case_id, "DOWNGRADED", reason="收入下降"), 409, "objection_days_run")
    town.world.set_day(course.day + timedelta(days=21))
    assert (await course.move(case_id, "DOWNGRADED", reason="收入下降")).status_code == 200
    read, shown = await course.bank_reads(household_id), await course.grade(household_id)
    assert (read["grade"], shown["state"], shown["in_effect"]) == ("A", "DOWNGRADED", True)
