"""Negative facts go five years after the conduct ended, and nothing else does."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.credit.storage.course_log import grade_log
from services.credit.use_cases import delete_old_negative_facts as deleting
from services.credit.use_cases.delete_old_negative_facts import delete_old_negative_facts
from services.credit.use_cases.expire_grades import expire_grades
from services.credit.use_cases.score_anew import score_anew
from tests.builders.worked_cases import H1
from tests.credit.course_world import Course
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import NOON, TODAY, Town, World

LAST_DAY, FIRST_DAY_GONE = date(2025, 2, 28), date(2025, 3, 1)


async def clean(town: Town, day: date) -> int:
    town.world.set_day(day)
    return await delete_old_negative_facts(town.world.jobs_database, town.code, day)


async def count(town: Town, sql: str, household_id: UUID) -> int:
    ((number,),) = await town.world.rows(sql, household_id)
    return int(number)


async def late_and_paid(world: World, household_id: UUID) -> None:
    """Past due in February 2020, paid on the 29th, settled in 2021."""
    owed: dict[str, Any] = {"amount_cents": 0, "balance_cents": 10_000_00}
    world.set_day(date(2021, 6, 1))
    await report(
        world,
        {**disbursed(household_id), "on": "2020-01-05"},
        event(household_id, 2, "overdue", "2020-02-10", days_past_due=20, **owed),
        event(household_id, 3, "repaid", "2020-02-20", amount_cents=1_00, balance_cents=9_999_00, days_past_due=30),
        event(household_id, 4, "repaid", "2020-02-29", amount_cents=1_00, balance_cents=9_998_00),
        event(household_id, 5, "settled", "2021-05-01", amount_cents=9_998_00, balance_cents=0),
    )


LATE = "SELECT count(*) FROM loan_events WHERE household_id = $1 AND (days_past_due > 0 OR kind = 'overdue')"


async def test_lateness_goes_on_the_first_of_march_2025_and_the_loan_stays(world: World, town: Town) -> None:
    household_id = await town.household()
    await late_and_paid(world, household_id)
    assert (await clean(town, LAST_DAY), await count(town, LATE, household_id)) == (0, 2)
    assert (await clean(town, FIRST_DAY_GONE), await count(town, LATE, household_id)) == (1, 0)
    assert await clean(town, FIRST_DAY_GONE) == 0, "a second time finds nothing"
    kinds = "SELECT kind FROM loan_events WHERE household_id = $1 ORDER BY event_number"
    assert await world.rows(kinds, household_id) == [("disbursed",), ("repaid",), ("repaid",), ("settled",)]
    assert await count(town, "SELECT count(*) FROM loans WHERE household_id = $1", household_id) == 1


async def test_lateness_of_a_household_without_a_file_goes_on_the_same_day(world: World, town: Town) -> None:
    household_id = await town.household(None)
    await late_and_paid(world, household_id)
    assert (await clean(town, LAST_DAY), await count(town, LATE, household_id)) == (0, 2)
    assert (await clean(town, FIRST_DAY_GONE), await count(town, LATE, household_id)) == (1, 0)


async def test_what_is_entered_again_and_again_goes_five_years_after_it_was_entered_first(
    world: World, town: Town
) -> None:
    household_id = await town.household({**H1, "worst_days_past_due": 40})
    since = "UPDATE facts SET lateness_since = '2020-02-29T12:00:00+08:00' WHERE household_id = $1 RETURNING 1"
    assert await world.rows(since, household_id) == [(1,)]
    shown = "SELECT count(*) FROM facts WHERE household_id = $1 AND worst_days_past_due = 40"
    assert (await clean(town, LAST_DAY), await count(town, shown, household_id)) == (0, 1)
    assert (await clean(town, FIRST_DAY_GONE), await count(town, shown, household_id)) == (1, 0)


async def test_no_earlier_version_of_the_file_says_it_any_more_and_it_is_scored_again(world: World, town: Town) -> None:
    household_id = await town.household()
    await late_and_paid(world, household_id)
    shown = "SELECT count(*) FROM fact_history WHERE household_id = $1 AND (facts->>'worst_days_past_due')::int > 0"
    now = "UPDATE facts SET entered_at = '2021-06-01' WHERE household_id = $1 RETURNING worst_days_past_due"
    assert await world.rows(now, household_id) == [(30,)]
    await clean(town, FIRST_DAY_GONE)
    assert await count(town, shown, household_id) == 0
    assert await world.rows("SELECT why, scored_on, band FROM rescores WHERE household_id = $1", household_id) == [
        ("negative_fact_deleted", FIRST_DAY_GONE, "AA")
    ]


async def test_no_grade_that_is_over_says_it_any_more_and_the_steps_of_its_case_still_fit(
    world: World, town: Town
) -> None:
    """Scored in the summer of 2021, when the lateness still counted, and over in the summer of 2023."""
    household_id = await town.household()
    await late_and_paid(world, household_id)
    world.set_day(TODAY)
    course = Course(town)
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    shown = """UPDATE {} WHERE household_id = $1 RETURNING 1"""
    early = "'2021-07-01'"
    scored = "jsonb_set(score, '{as_of}', '\"2021-07-01\"'), valid_until = '2023-07-01'"
    await world.rows(shown.format(f"grades SET as_of = {early}, valid_until = '2023-07-01'"), household_id)
    await world.rows(shown.format(f"grade_cases SET score = {scored}"), household_id)
    await expire_grades(world.jobs_database, town.code, NOON)
    await clean(town, FIRST_DAY_GONE)
    assert await count(town, "SELECT count(*) FROM grades WHERE household_id = $1", household_id) == 0
    kept = "SELECT state, score FROM grade_cases WHERE household_id = $1"
    assert await world.rows(kept, household_id) == [("EXPIRED", None)]
    async with world.database.transaction() as connection:
        _, broken = await grade_log.verify(connection)
    assert UUID(case_id) not in {one.case_id for one in broken}


@pytest.mark.parametrize(("entered", "kept"), [("2022-02-28T15:59:00Z", 0), ("2022-02-28T16:00:00Z", 1)])
async def test_the_day_until_which_a_file_may_have_shown_it_ends_in_china(
    world: World, town: Town, entered: str, kept: int
) -> None:
    """Two years after the 29th of February 2020: 16 o'clock in Greenwich is the next day."""
    household_id = await town.household()
    await late_and_paid(world, household_id)
    await world.rows(f"UPDATE facts SET entered_at = '{entered}' WHERE household_id = $1 RETURNING 1", household_id)  # noqa: S608 - our own words
    await clean(town, FIRST_DAY_GONE)
    shown = "SELECT count(*) FROM fact_history WHERE household_id = $1 AND (facts->>'worst_days_past_due')::int > 0"
    assert await count(town, shown, household_id) == kept


async def test_a_deleted_report_that_its_bank_sends_again_does_not_come_back(world: World, town: Town) -> None:
    household_id = await town.household()
    await late_and_paid(world, household_id)
    await clean(town, FIRST_DAY_GONE)
    again = event(household_id, 2, "overdue", "2020-02-10", amount_cents=0, balance_cents=10_000_00, days_past_due=20)
    (answer,) = await report(world, again)
    assert answer["status"] == "repeated"
    assert await count(town, LATE, household_id) == 0


async def test_a_cleared_veto_goes_with_its_evidence_and_one_that_stands_stays(world: World, town: Town) -> None:
    household_id = await town.household(H1, vetoes=["V1", "V3"])
    cleared = """UPDATE vetoes SET cleared_on = '2020-02-29', opened_on = '2019-01-01'
                 WHERE household_id = $1 AND code = 'V1' RETURNING 1"""
    await world.rows(cleared, household_id)
    assert await clean(town, LAST_DAY) == 0
    assert await clean(town, FIRST_DAY_GONE) == 1
    assert await world.rows("SELECT code FROM vetoes WHERE household_id = $1", household_id) == [("V3",)]


async def test_lateness_that_an_official_entered_five_years_ago_is_missing_until_it_is_entered_anew(
    world: World, town: Town
) -> None:
    household_id = await town.household({**H1, "worst_days_past_due": 40})
    await world.rows("UPDATE facts SET entered_at = '2020-02-29' WHERE household_id = $1 RETURNING 1", household_id)
    assert await clean(town, LAST_DAY) == 0
    assert await clean(town, FIRST_DAY_GONE) == 1
    file = "SELECT worst_days_past_due, 'worst_days_past_due' = ANY(no_record) FROM facts WHERE household_id = $1"
    assert await world.rows(file, household_id) == [(None, False)]
    everywhere = "SELECT count(*) FROM fact_history WHERE household_id = $1 AND facts->>'worst_days_past_due' = '40'"
    assert await count(town, everywhere, household_id) == 0


async def test_a_killed_deletion_goes_on_where_it_stopped(
    world: World, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    households = await town.households(3)
    for household_id in households:
        await late_and_paid(world, household_id)
    monkeypatch.setattr(deleting, "HOUSEHOLDS_AT_ONCE", 1)
    whole, seen = score_anew, 0

    async def dies(*given: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == 2:
            raise RuntimeError("killed")
        await whole(*given)

    monkeypatch.setattr(deleting, "score_anew", dies)
    with pytest.raises(RuntimeError):
        await clean(town, FIRST_DAY_GONE)
    monkeypatch.setattr(deleting, "score_anew", whole)
    assert await clean(town, FIRST_DAY_GONE) == 2
    for household_id in households:
        assert await count(town, LATE, household_id) == 0
