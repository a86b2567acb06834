"""How well a scoring told those who repaid from those who did not, a year later."""

from datetime import date

from tests.builders.worked_cases import H1, H4
from tests.credit.loan_world import disbursed, event, report
from tests.credit.world import TODAY, Town, World

A_YEAR_LATER = date(2027, 11, 25)


async def test_a_scoring_that_parts_them_is_told_so_after_twelve_months(world: World, town: Town) -> None:
    good, bad = await town.households(6, H1), await town.households(6, H4)
    run_id = await town.score()
    world.set_day(date(2027, 6, 1))
    for household_id in good:
        paid = event(household_id, 2, "repaid", "2027-05-01", amount_cents=1_00, balance_cents=9_999_00)
        await report(world, disbursed(household_id), paid)
    for household_id in bad:
        late = event(
            household_id, 2, "overdue", "2027-05-01", amount_cents=0, balance_cents=10_000_00, days_past_due=91
        )
        await report(world, disbursed(household_id), late)
    given = {"region": town.code, "run_id": str(run_id)}
    for day, early in ((date(2027, 11, 24), True), (A_YEAR_LATER, False)):
        world.set_day(day)
        async with world.as_(town.official) as caller:
            reply = await caller.get("/v1/credit/discrimination", **given)
        body = reply.json()
        if early:
            assert (body["auc"], body["borrowers"], body["until"]) == (None, 0, "2027-11-24")
            continue
        assert (body["auc"], body["gini"], body["ks"]) == ("1.0000", "1.0000", "1.0000")
        assert (body["borrowers"], body["as_of"], body["until"]) == (12, TODAY.isoformat(), "2027-11-24")


async def test_of_fewer_than_five_bad_ones_no_figure_is_shown(world: World, town: Town) -> None:
    good = await town.households(6, H1)
    run_id = await town.score()
    world.set_day(date(2027, 6, 1))
    for household_id in good:
        paid = event(household_id, 2, "repaid", "2027-05-01", amount_cents=1_00, balance_cents=9_999_00)
        await report(world, disbursed(household_id), paid)
    world.set_day(A_YEAR_LATER)
    async with world.as_(town.official) as caller:
        body = (await caller.get("/v1/credit/discrimination", region=town.code, run_id=str(run_id))).json()
    assert (body["borrowers"], body["auc"], body["ks"]) == (6, None, None)
