"""Titles are granted by the formula that everybody can read, and looked after day by day."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import httpx

from services.credit.storage.title_repository import title_log
from services.credit.use_cases.do_days_work import work_of_day
from services.credit.use_cases.recompute_titles import recompute_titles
from shared.jobs import Progress
from tests.builders.worked_cases import H1, H4
from tests.credit.world import TODAY, Town, World, assert_problem, household_login, official, rows_of

COUNTY = official("county_official", "5119", "county-1")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


async def good_village(town: Town, balance_cents: int = 50_000_00) -> None:
    """70 of 100 are credit households, 20 of them borrow."""
    people = await town.households(70, H1)
    await town.households(30, H4)
    await town.loans([(one, {"balance_cents": balance_cents}) for one in people[:20]])
    await town.take_over()


async def compute(town: Town, day: date = TODAY, *, grants: bool = True) -> dict[str, Any]:
    progress = Progress()
    await recompute_titles(town.world.jobs_database, town.code, "county-1", noon(day), progress, grants=grants)
    steps: dict[str, Any] = progress.result["steps"]
    return steps


async def of_village(town: Town) -> dict[str, Any]:
    async with town.world.as_(town.official) as caller:
        body: dict[str, Any] = (await caller.get(f"/v1/credit/villages/{town.village}/grade")).json()
    return body


async def summary(town: Town) -> tuple[int, int]:
    async with town.world.as_(town.official) as caller:
        body = (await caller.get("/v1/credit/summary", region=town.code)).json()
    return body["credit_villages"], body["credit_townships"]


async def set_npl(town: Town, days_past_due: int) -> None:
    """One of the 20 loans: 5 % of the balance and a little more."""
    sql = """UPDATE loans SET days_past_due = $2, balance_cents = balance_cents + 100,
             non_performing_since = CASE WHEN $2 > 90 THEN DATE '2026-11-01' END
             WHERE (household_id, loan_number) = (SELECT household_id, loan_number FROM loans WHERE village_code = $1
             ORDER BY household_id LIMIT 1) RETURNING 1"""
    assert len(await town.world.rows(sql, town.village, days_past_due)) == 1


async def test_a_village_and_its_township_are_granted_their_titles_once(world: World, town: Town) -> None:
    await good_village(town)
    assert (await of_village(town))["title"] is None
    async with world.as_(COUNTY) as caller:
        ordered = await caller.post("/v1/credit/titles/recomputations", {"region": town.code})
        assert ordered.status_code == 202, ordered.text
        await world.run_jobs()
        job = (await caller.get(ordered.headers["location"])).json()
    assert (job["state"], job["result"]["steps"]) == ("succeeded", {"granted": 2})
    assert await compute(town) == {}, "the same day again changes nothing"
    shown = await of_village(town)
    assert (shown["verdict"], shown["title"]["state"], shown["title"]["valid_until"]) == (True, "HELD", "2029-11-24")
    async with world.as_(town.official) as caller:
        steps = (await caller.get(f"/v1/credit/titles/{town.village}/steps")).json()["items"]
        township = (await caller.get(f"/v1/credit/townships/{town.code}/grade")).json()
    assert [(one["number"], one["to"], one["facts"]["reason"]) for one in steps] == [(1, "HELD", "granted")]
    share = next(one for one in steps[0]["facts"]["tests"] if one["name"] == "credit_of_rated")
    assert (share["numerator"], share["denominator"], share["threshold"]) == (70, 100, 70)
    assert township["title"]["state"] == "HELD"


async def test_ten_who_compute_at_once_grant_one_title(town: Town) -> None:
    await good_village(town)
    done = await asyncio.gather(*(compute(town) for _ in range(5)))
    assert sum(one.get("granted", 0) for one in done) == 2
    found = await town.world.rows("SELECT count(*) FROM titles WHERE place_code = $1", town.village)
    assert found == [(1,)]


async def test_bad_loans_suspend_it_everywhere_and_two_good_quarters_bring_it_back(town: Town) -> None:
    await good_village(town)
    await compute(town)
    assert await summary(town) == (1, 1)
    await set_npl(town, 91)
    await work(town, TODAY)
    shown = await of_village(town)
    assert (shown["title"]["state"], shown["title"]["suspended_on"]) == ("SUSPENDED", TODAY.isoformat())
    assert await summary(town) == (0, 0), "a suspended village counts for nothing, nor does its township"
    await set_npl(town, 0)
    await work(town, date(2026, 12, 31))
    assert (await of_village(town))["title"]["clean_quarters"] == 1
    await work(town, date(2027, 4, 1))
    assert (await of_village(town))["title"]["state"] == "HELD"
    assert (await summary(town))[0] == 1
    async with town.world.as_(town.official) as caller:
        steps = (await caller.get(f"/v1/credit/titles/{town.village}/steps")).json()["items"]
    assert [one["facts"]["reason"] for one in steps] == ["granted", "npl_too_high", "quarter_good", "npl_low_again"]


async def test_a_households_grade_never_changes_with_its_villages_title(town: Town) -> None:
    await good_village(town)
    await compute(town)
    grades = "SELECT household_id, band, total FROM scores WHERE village_code = $1 ORDER BY 1"
    before = await town.world.rows(grades, town.village)
    await set_npl(town, 91)
    await work(town, TODAY)
    assert await town.world.rows(grades, town.village) == before


async def test_two_failed_reviews_revoke_it_and_no_order_grants_it_again_before_a_year_is_over(town: Town) -> None:
    await good_village(town)
    await compute(town)
    await town.world.rows("DELETE FROM loans WHERE village_code = $1 RETURNING 1", town.village)
    await work(town, date(2027, 11, 24))
    title = (await of_village(town))["title"]
    assert (title["state"], title["failed_reviews"]) == ("HELD", 1)
    await work(town, date(2028, 11, 24))
    assert (await of_village(town))["title"]["state"] == "REVOKED"
    people = await town.world.rows("SELECT household_id FROM facts WHERE village_code = $1 LIMIT 20", town.village)
    await town.loans([(one[0], {"balance_cents": 50_000_00}) for one in people])
    await town.world.rows("UPDATE runs SET valid_until = '2031-01-01' WHERE region = $1 RETURNING 1", town.code)
    assert await compute(town, date(2029, 11, 23)) == {}
    assert await compute(town, date(2029, 11, 24), grants=False) == {}
    assert await compute(town, date(2029, 11, 24)) == {"granted": 2}


async def test_a_written_off_loan_stays_bad_in_the_tests_of_the_title(town: Town) -> None:
    people = await town.households(70, H1)
    await town.households(30, H4)
    loans = [(one, {"balance_cents": 50_000_00}) for one in people[:20]]
    await town.loans([*loans[1:], (people[0], {"balance_cents": 50_000_00, "written_off_on": TODAY})])
    await town.take_over()
    tests = {one["name"]: one for one in (await of_village(town))["tests"]}
    assert (tests["npl_of_balance"]["numerator"], tests["npl_of_balance"]["result"]) == (50_000_00, "fail")
    assert (tests["new_npl"]["numerator"], tests["new_npl"]["result"]) == (50_000_00, "fail")
    assert tests["on_time"]["numerator"] == 19


async def test_the_formula_is_open_to_everybody_without_a_login(world: World) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://credit") as anyone:
        formula = (await anyone.get("/v1/credit/titles/formula")).json()
    assert (formula["version"], formula["village"]["credit_percent"]) == ("credit-titles@1", 70)
    assert any("70%" in line for line in formula["text"])


async def test_the_list_of_titles_is_public_and_goes_page_by_page(world: World) -> None:
    town = await world.town(villages=3)
    async with world.database.transaction() as connection:
        for number, village in enumerate(town.villages):
            await connection.exec_driver_sql(
                """INSERT INTO titles (place_code, title_id, state, version, stars, granted_on, valid_until,
                   policy_version, failed_reviews, clean_quarters)
                   VALUES ($1, gen_random_uuid(), 'HELD', 1, $2, '2026-01-01', '2029-01-01', 'x', 0, 0)""",
                (village, number + 1),
            )
    seen, cursor = [], None
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://credit") as anyone:
        while True:
            given: dict[str, Any] = {"region": town.code, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await anyone.get("/v1/credit/titles", params=given)).json()
            seen += [one["place_code"] for one in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
    assert seen == town.villages


async def test_only_county_and_city_officials_of_the_place_order_it_and_officials_see_its_steps(town: Town) -> None:
    path = "/v1/credit/titles/recomputations"
    async with town.world.as_(town.official) as caller:
        assert_problem(await caller.post(path, {"region": town.code}), 403, "not_permitted")
    async with town.world.as_(official("county_official", "511923")) as caller:
        assert_problem(await caller.post(path, {"region": town.code}), 403, "outside_scope")
        assert_problem(await caller.get(f"/v1/credit/titles/{town.village}/steps"), 403, "outside_scope")
    household_id = await town.household()
    async with town.world.as_(household_login(household_id)) as caller:
        assert_problem(await caller.get(f"/v1/credit/titles/{town.village}/steps"), 403, "not_permitted")


async def test_verify_names_the_step_of_a_title_that_was_changed(town: Town) -> None:
    await good_village(town)
    await compute(town)
    await set_npl(town, 91)
    await work(town, TODAY)
    async with town.world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "UPDATE title_transitions SET actor = 'other' WHERE place_code = $1 AND seq = 2", (town.village,)
        )
        ((own,),) = await rows_of(connection, "SELECT title_id FROM titles WHERE place_code = $1", town.village)
        broken = [one for one in (await title_log.verify(connection))[1] if one.case_id == own]
        assert [(one.broken.seq, one.broken.reason) for one in broken] == [(2, "content was changed")]
        await connection.rollback()


async def work(town: Town, day: date) -> None:
    town.world.set_day(day)
    await work_of_day(town.world.jobs_database, town.code, noon(day), Progress())
