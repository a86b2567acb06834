"""Who holds a wish, and for how long: one at a time, 72 hours, five at once."""

from datetime import timedelta

from services.households.use_cases.free_wishes import free_wishes
from tests.households.import_world import NOON, ImportWorld
from tests.households.monitoring_people import as_helper, as_household
from tests.households.wish_people import (
    HELD,
    REGION,
    as_donor,
    clock_at,
    deliver_without_upload,
    helped,
    open_wish,
    post,
)


async def test_the_second_to_claim_is_told_that_another_was_first(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world, "one") as one, as_donor(world, "two") as two:
        assert (await post(one, f"/v1/wishes/{wish}/claims")).status_code == 201
        second = await post(two, f"/v1/wishes/{wish}/claims")
        assert (second.status_code, second.json()["code"]) == (409, "wish_claimed")
        masked = (await two.get(f"/v1/wishes/{wish}")).json()
        assert (masked["delivery"], masked["holder"], masked["mine"]) == (None, None, False)
        assert (await two.get("/v1/wishes", params=REGION)).json()["items"] == []
        assert [line["wish_id"] for line in (await one.get("/v1/wishes/held")).json()["items"]] == [wish]


async def test_a_claim_stands_to_the_last_instant_of_its_72_hours_and_is_free_at_the_next(world: ImportWorld) -> None:
    household, _ = await helped(world)
    with clock_at(world) as clock:
        wish = await open_wish(world, household)
        async with as_donor(world, "one") as one, as_donor(world, "two") as two:
            assert (await post(one, f"/v1/wishes/{wish}/claims")).status_code == 201
            clock.at = NOON + HELD - timedelta(microseconds=1)
            assert (await post(two, f"/v1/wishes/{wish}/claims")).status_code == 409
            clock.at = NOON + HELD
            assert [line["state"] for line in (await two.get("/v1/wishes", params=REGION)).json()["items"]] == ["open"]
            assert (await one.get("/v1/wishes/held")).json()["items"] == []
            late = await deliver_without_upload(one, wish)
            assert (late.status_code, late.json()["code"]) == (409, "wish_step_not_allowed")
            taken = await post(two, f"/v1/wishes/{wish}/claims")
            assert (taken.status_code, taken.json()["mine"]) == (201, True)
            assert taken.json()["version"] == 5, "published, claimed, ran out, claimed again"


async def test_the_sweep_writes_down_what_ran_out_and_leaves_the_rest(world: ImportWorld) -> None:
    household, _ = await helped(world)
    with clock_at(world) as clock:
        first = await open_wish(world, household)
        second = await open_wish(world, household)
        async with as_donor(world) as donor:
            await post(donor, f"/v1/wishes/{first}/claims")
            clock.at = NOON + timedelta(hours=1)
            await post(donor, f"/v1/wishes/{second}/claims")
        clock.at = NOON + HELD
        log = world.app.state.service.change_log
        assert await free_wishes(world.database, log, clock) == 1
        assert await free_wishes(world.database, log, clock) == 0
        async with as_household(world, household) as own:
            events = (await own.get(f"/v1/wishes/{first}/history")).json()["items"]
            assert (events[-1]["event"], events[-1]["actor_name"]) == ("claim_ran_out", "系统")
            assert (await own.get(f"/v1/wishes/{second}")).json()["state"] == "claimed"


async def test_payments_of_a_claim_that_ended_are_returned_and_count_no_more(world: ImportWorld) -> None:
    household, cadre = await helped(world)
    wish = await open_wish(world, household)
    async with as_helper(world, cadre) as helper:
        await post(helper, f"/v1/wishes/{wish}/claims")
        await post(helper, f"/v1/wishes/{wish}/payments", {"payer": "helper", "amount_cents": 5_000})
        too_much = await post(helper, f"/v1/wishes/{wish}/payments", {"payer": "household", "amount_cents": 4_901})
        assert (too_much.status_code, too_much.json()["code"], too_much.json()["left_cents"]) == (
            409,
            "wish_overpaid",
            4_900,
        )
        let_go = (await post(helper, f"/v1/wishes/{wish}/transitions", {"to": "open"})).json()
        assert [(one["amount_cents"], one["returned"]) for one in let_go["payments"]] == [(5_000, True)]
        again = (await post(helper, f"/v1/wishes/{wish}/claims")).json()
    assert again["left_cents"] == 9_900


async def test_a_donor_holds_no_more_than_five_wishes_at_once(world: ImportWorld) -> None:
    wishes = []
    for _ in range(2):
        household, _ = await helped(world)
        wishes += [await open_wish(world, household) for _ in range(3)]
    async with as_donor(world) as donor:
        replies = [await post(donor, f"/v1/wishes/{wish}/claims") for wish in wishes]
    assert [reply.status_code for reply in replies] == [201] * 5 + [409]
    assert replies[-1].json()["code"] == "wish_claims_too_many"
