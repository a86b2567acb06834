"""A grade that was first set by a run lives on like one by the full course."""

import asyncio
from datetime import date
from uuid import UUID

from services.credit.storage.course_log import grade_log
from tests.builders.worked_cases import H1, H4
from tests.credit.course_world import Course, case_of, objection_of, put_veto
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import Town, World, assert_problem, household_login, official


async def test_a_veto_suspends_it_at_once_and_the_county_puts_it_back_as_it_was(course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    before = await course.grade(household_id)
    assert (before["basis"], before["case_id"], before["grade"]) == ("initial", None, "AAA")
    veto_id = await put_veto(town, household_id)
    stopped = await course.grade(household_id)
    assert (stopped["grade"], stopped["state"], stopped["basis"]) == ("vetoed", "SUSPENDED", "initial")
    assert (await course.bank_reads(household_id))["grade"] == "none"
    case_id = await case_of(town, household_id)
    assert_problem(await course.move(case_id, "EFFECTIVE"), 409, "veto_stands")
    async with town.world.as_(official("township_official", town.code, "another")) as caller:
        path = f"/v1/credit/households/{household_id}/vetoes/{veto_id}/clear"
        assert (await caller.post(path, {"reason": "已履行完毕"})).status_code == 204
    assert (await course.move(case_id, "EFFECTIVE")).status_code == 200
    after = await course.grade(household_id)
    assert {**after, "case_id": None} == before


async def test_one_that_was_set_under_a_veto_returns_with_what_its_facts_score(course: Course, town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    await town.take_over()
    assert (await course.grade(household_id))["grade"] == "vetoed"
    await objection_of(town, household_id)
    case_id = await case_of(town, household_id)
    assert (await course.grade(household_id))["state"] == "SUSPENDED"
    await town.world.rows(
        "UPDATE vetoes SET cleared_on = '2026-11-24' WHERE household_id = $1 RETURNING 1", household_id
    )
    assert (await course.move(case_id, "EFFECTIVE")).status_code == 200
    back = await course.grade(household_id)
    assert (back["grade"], back["total"], back["state"]) == ("AAA", 83, "EFFECTIVE")


async def test_a_report_of_a_bank_suspends_it(world: World, course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    late = event(household_id, 2, "overdue", "2026-11-20", amount_cents=0, balance_cents=10_000_00, days_past_due=91)
    await report(world, disbursed(household_id), late)
    shown = await course.grade(household_id)
    assert (shown["grade"], shown["state"]) == ("vetoed", "SUSPENDED")


async def test_who_ordered_or_confirmed_the_run_does_not_decide_an_objection_to_it(town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    objection = await objection_of(town, household_id)
    assert objection["case_id"] == await case_of(town, household_id)
    path = f"/v1/credit/objections/{objection['objection_id']}/decide"
    body = {"outcome": "unfounded", "answer": "登记无误"}
    for who in (town.orderer, town.confirmer):
        async with town.world.as_(who) as caller:
            assert_problem(await caller.post(path, body), 409, "decided_by_one_who_took_part")
    async with town.world.as_(town.official) as caller:
        assert (await caller.post(path, body)).status_code == 200


async def test_two_things_at_once_open_one_case_and_its_chain_holds(town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1"])
    await town.take_over()
    await asyncio.gather(*(objection_of(town, household_id) for _ in range(4)))
    case_id = UUID(await case_of(town, household_id))
    events = await town.world.rows(
        "SELECT event, facts->>'basis' FROM grade_transitions WHERE case_id = $1 ORDER BY seq", case_id
    )
    assert events == [("SCORED", "initial"), ("EFFECTIVE", "initial"), ("SUSPENDED", "initial")]
    async with town.world.database.transaction() as connection:
        assert case_id not in [one.case_id for one in (await grade_log.verify(connection))[1]]


async def test_with_its_last_consent_withdrawn_it_ends_and_its_scoring_data_go(course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    consents = [await town.consent(household_id) for _ in range(2)]
    for consent_id, left in zip(consents, (True, False), strict=True):
        async with town.world.as_(household_login(household_id)) as caller:
            assert (await caller.post(f"/v1/credit/consents/{consent_id}/withdraw")).status_code == 200
        assert ("grade" in await course.grade(household_id)) is left
    assert await town.world.rows("SELECT 1 FROM facts WHERE household_id = $1", household_id) == []
    assert await town.world.rows("SELECT 1 FROM scores WHERE household_id = $1", household_id) == []


async def test_it_comes_up_for_review_after_a_year_and_may_then_be_lowered_by_the_usual_steps(
    course: Course, town: Town
) -> None:
    """A whole village's list in one call; who is not due stays where it is."""
    households = await town.households(2)
    await town.take_over()
    county = course.person("COUNTY_ENTRY")
    path = f"/v1/credit/villages/{town.village}/transitions"
    town.world.set_day(date(2027, 11, 23))
    async with town.world.as_(county) as caller:
        early = (await caller.post(path, {"to": "ANNUAL_REVIEW"})).json()
    assert (early["moved"], early["stay"]) == ([], [])
    town.world.set_day(date(2027, 11, 24))
    async with town.world.as_(county) as caller:
        due = (await caller.post(path, {"to": "ANNUAL_REVIEW"})).json()
    assert sorted(one["household_id"] for one in due["moved"]) == sorted(map(str, households))
    case_id = due["moved"][0]["case_id"]
    body = {name: value for name, value in H4.items() if name != "reviews"}
    async with town.world.as_(town.official) as caller:
        household_id = due["moved"][0]["household_id"]
        assert (await caller.put(f"/v1/credit/households/{household_id}/facts", body, 1)).status_code == 200
    async with town.world.as_(county) as caller:
        told = await caller.post(f"/v1/credit/grade-cases/{case_id}/lower-grade-notices", {"reason": "收入下降"})
        assert told.status_code == 201, told.text
    assert_problem(await course.move(case_id, "DOWNGRADED", county, reason="收入下降"), 409, "objection_days_run")
    town.world.set_day(date(2027, 12, 15))
    assert (await course.move(case_id, "DOWNGRADED", county, reason="收入下降")).status_code == 200
    assert (await course.grade(UUID(household_id)))["state"] == "DOWNGRADED"


async def test_an_official_of_the_place_opens_its_case_and_nobody_else(town: Town) -> None:
    household_id, without = await town.household(), await town.household({})
    await town.take_over()
    path = f"/v1/credit/households/{household_id}/grade-case"
    async with town.world.as_((await town.world.town()).official) as caller:
        assert_problem(await caller.post(path), 404, "household_not_found")
    async with town.world.as_(town.official) as caller:
        opened, again = await caller.post(path), await caller.post(path)
        nothing = await caller.post(f"/v1/credit/households/{without}/grade-case")
    assert (opened.status_code, opened.json()["state"], opened.json()) == (200, "EFFECTIVE", again.json())
    assert_problem(nothing, 404, "grade_not_found")


async def test_past_its_last_day_it_reads_as_expired(course: Course, town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    for day, state in ((date(2028, 11, 24), "EFFECTIVE"), (date(2028, 11, 25), "EXPIRED")):
        town.world.set_day(day)
        assert (await course.grade(household_id))["state"] == state
