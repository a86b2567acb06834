"""What time alone brings is done once a day, wherever a killed one stopped."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.credit.use_cases.do_days_work import JOB, order_days_work, work_of_day
from shared.jobs import Progress
from tests.builders.worked_cases import H1, H3, H4
from tests.credit.course_world import Course
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import Town, World, assert_problem, household_login, official


async def work(town: Town, day: date) -> dict[str, Any]:
    town.world.set_day(day)
    progress = Progress()
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    await work_of_day(town.world.jobs_database, town.code, at, progress)
    return progress.result


async def reviews(town: Town) -> dict[str, dict[str, Any]]:
    async with town.world.as_(town.official) as caller:
        reply = await caller.get("/v1/credit/grade-reviews", region=town.code, limit=100)
    assert reply.status_code == 200, reply.text
    return {one["household_id"]: one for one in reply.json()["items"]}


async def state_of(town: Town, household_id: UUID) -> str:
    (found,) = await town.world.rows("SELECT state FROM grades WHERE household_id = $1", household_id)
    return str(found[0])


async def test_a_grade_by_the_course_expires_the_day_after_its_last_day_and_once(town: Town) -> None:
    household_id, course = await town.household(), Course(town)
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    last = date(course.day.year + 2, course.day.month, course.day.day)
    for day, ended, state in (
        (last, 0, "EFFECTIVE"),
        (last.replace(day=last.day + 1), 1, "EXPIRED"),
        (last.replace(day=last.day + 2), 0, "EXPIRED"),
    ):
        assert (await work(town, day))["grades_expired"] == ended
        assert await state_of(town, household_id) == state
    last_row = (
        "SELECT event, actor, facts->>'reason' FROM grade_transitions WHERE case_id = $1 ORDER BY seq DESC LIMIT 1"
    )
    assert await town.world.rows(last_row, UUID(case_id)) == [("EXPIRED", "system", "last day over")]


async def test_an_override_ends_by_itself_on_its_last_day_and_names_its_owner(town: Town) -> None:
    household_id, course = await town.household(), Course(town)
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "TOWN_REVIEW")
    await course.recommend(household_id)
    decision = {"band": "A", "reason": "水灾以后收入下降", "owner": "王县长", "ends_on": "2027-06-30"}
    assert (await course.move(case_id, "NOTICE_2", decision=decision)).status_code == 200
    await course.go_to(case_id, household_id, "EFFECTIVE", done="NOTICE_2")
    assert (await course.grade(household_id))["valid_until"] == "2027-06-30"
    assert (await work(town, date(2027, 6, 30)))["grades_expired"] == 0
    assert (await work(town, date(2027, 7, 1)))["grades_expired"] == 1
    facts = "SELECT facts->>'override_of' FROM grade_transitions WHERE case_id = $1 ORDER BY seq DESC LIMIT 1"
    assert await town.world.rows(facts, UUID(case_id)) == [("王县长",)]
    assert (await course.grade(household_id))["state"] == "EXPIRED"


async def test_a_suspended_grade_expires_too(town: Town) -> None:
    household_id = await town.household(vetoes=["V1"])
    await town.take_over()
    async with town.world.as_(town.official) as caller:
        assert (await caller.post(f"/v1/credit/households/{household_id}/grade-case")).json()["state"] == "SUSPENDED"
    assert (await work(town, date(2028, 11, 25)))["grades_expired"] == 1
    assert await state_of(town, household_id) == "EXPIRED"


async def test_after_a_year_every_grade_is_scored_anew_once_and_only_proposed(town: Town) -> None:
    same, down, up = await town.household(H1), await town.household(H1), await town.household(H3)
    await town.take_over()
    for household_id, facts in ((down, H4), (up, H1)):
        async with town.world.as_(town.official) as caller:
            body = {name: value for name, value in facts.items() if name != "reviews"}
            assert (await caller.put(f"/v1/credit/households/{household_id}/facts", body, 1)).status_code == 200
    assert ((await work(town, date(2027, 11, 23)))["reviews_scored"], await reviews(town)) == (0, {})
    town.world.set_day(date(2027, 11, 24))
    assert {one["proposal"] for one in (await reviews(town)).values()} == {"look"}
    assert (await work(town, date(2027, 11, 24)))["reviews_scored"] == 3
    assert (await work(town, date(2027, 11, 25)))["reviews_scored"] == 0
    found = await reviews(town)
    assert {one: (found[str(one)]["grade"], found[str(one)]["proposal"]) for one in (same, down, up)} == {
        same: ("AAA", "same"),
        down: ("AAA", "down"),
        up: ("A", "up"),
    }
    assert (await Course(town).grade(down))["grade"] == "AAA", "nothing but a proposal"


async def test_a_reviewed_grade_leaves_the_list_until_the_next_year(town: Town) -> None:
    household_id = await town.household()
    await town.take_over()
    await work(town, date(2027, 11, 24))
    county = official("county_official", town.code[:6], "county")
    async with town.world.as_(county) as caller:
        done = await caller.post(f"/v1/credit/villages/{town.village}/transitions", {"to": "ANNUAL_REVIEW"})
    assert [one["household_id"] for one in done.json()["moved"]] == [str(household_id)]
    assert await reviews(town) == {}
    await work(town, date(2028, 11, 24))
    assert list(await reviews(town)) == [str(household_id)]


async def test_the_list_of_reviews_is_read_page_by_page_by_officials_of_the_place(town: Town) -> None:
    households = await town.households(5)
    await town.take_over()
    town.world.set_day(date(2027, 11, 24))
    seen, cursor = [], None
    async with town.world.as_(town.official) as caller:
        while True:
            given = {"region": town.code, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await caller.get("/v1/credit/grade-reviews", **given)).json()
            seen += [one["household_id"] for one in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
    assert (len(seen), set(seen)) == (5, set(map(str, households)))
    async with town.world.as_(household_login(households[0])) as caller:
        assert_problem(await caller.get("/v1/credit/grade-reviews", region=town.code), 403, "not_permitted")


async def test_a_month_more_since_the_first_loan_comes_into_the_file_by_itself(world: World, town: Town) -> None:
    household_id = await town.household()
    await report(world, disbursed(household_id))
    months = "SELECT months_since_first_loan, version FROM facts WHERE household_id = $1"
    ((before, version),) = await world.rows(months, household_id)
    assert (await work(town, date(2027, 11, 24)))["loan_facts_looked_at"] == 1
    assert await world.rows(months, household_id) == [(before + 12, version + 1)]
    assert (await work(town, date(2027, 11, 24)))["loan_facts_looked_at"] == 0, "once a day is enough"


async def test_a_lateness_that_is_forgotten_leaves_the_score_of_the_next_run(world: World, town: Town) -> None:
    household_id = await town.household()
    late = event(household_id, 2, "overdue", "2026-10-01", amount_cents=0, balance_cents=10_000_00, days_past_due=40)
    paid = event(household_id, 3, "settled", "2026-11-01", amount_cents=10_000_00, balance_cents=0)
    await report(world, disbursed(household_id), late, paid)
    d1 = "SELECT bins[9] FROM scores WHERE run_id = $1 AND household_id = $2"
    for day, bin_id in ((date(2028, 11, 1), "b3"), (date(2028, 11, 2), "no_record")):
        world.set_day(day)
        assert await world.rows(d1, await town.score(as_of=day), household_id) == [(bin_id,)]


async def test_the_days_work_is_ordered_once_however_many_processes_ask(world: World, town: Town) -> None:
    async def order() -> UUID | None:
        async with world.database.transaction() as connection:
            return await order_days_work(connection, world.rooms.jobs, world.service.clock)

    (job_id,) = set(await asyncio.gather(*(order() for _ in range(5))))
    assert await world.rows("SELECT count(*) FROM jobs WHERE kind = $1 AND job_id = $2", JOB, job_id) == [(1,)]
    await world.run_jobs()
    assert await world.rows("SELECT state FROM jobs WHERE job_id = $1", job_id) == [("succeeded",)]


@pytest.mark.parametrize("killed_after", [1, 2])
async def test_a_killed_days_work_goes_on_where_it_stopped(
    town: Town, killed_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of one; the process dies between two of them."""
    from services.credit.use_cases import score_anew

    monkeypatch.setattr(score_anew, "HOUSEHOLDS_AT_ONCE", 1)
    await town.households(3)
    await town.take_over()
    scored = 0
    whole = score_anew.score_anew

    async def dies(*given: Any) -> None:
        nonlocal scored
        if scored == killed_after:
            raise RuntimeError("killed")
        scored += 1
        await whole(*given)

    monkeypatch.setattr(score_anew, "score_anew", dies)
    with pytest.raises(RuntimeError):
        await work(town, date(2027, 11, 24))
    assert len(await town.world.rows("SELECT 1 FROM rescores WHERE village_code = $1", town.village)) == killed_after
    monkeypatch.setattr(score_anew, "score_anew", whole)
    assert (await work(town, date(2027, 11, 24)))["reviews_scored"] == 3 - killed_after
