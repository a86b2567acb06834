"""A veto that follows from a bank's report suspends the grade at once."""

from tests.credit.course_world import Course
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import BANK, Town, World


async def test_a_loan_more_than_90_days_past_due_suspends_the_grade_until_it_is_paid_and_the_county_puts_it_back(
    world: World, town: Town
) -> None:
    household_id, course = await town.household(), Course(town)
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    late = event(household_id, 2, "overdue", "2026-11-20", amount_cents=0, balance_cents=10_000_00, days_past_due=91)
    await report(world, disbursed(household_id), late)
    shown = await course.grade(household_id)
    assert (shown["grade"], shown["state"]) == ("vetoed", "SUSPENDED")
    by = "SELECT actor FROM grade_transitions WHERE household_id = $1 ORDER BY seq DESC LIMIT 1"
    assert await world.rows(by, household_id) == [(BANK,)]
    paid = event(household_id, 3, "settled", "2026-11-24", amount_cents=10_000_00, balance_cents=0)
    await report(world, paid)
    assert (await course.move(case_id, "EFFECTIVE")).status_code == 200
    assert (await course.grade(household_id))["state"] == "EFFECTIVE"


async def test_a_report_that_opens_no_veto_leaves_the_grade_alone(world: World, town: Town) -> None:
    household_id, course = await town.household(), Course(town)
    case_id = await course.begin(household_id)
    await course.go_to(case_id, household_id, "EFFECTIVE")
    await report(world, disbursed(household_id))
    assert (await course.grade(household_id))["state"] == "EFFECTIVE"
