"""The reserved fund over HTTP, on real connections: tranches, fifty payments at once, a ledger that adds up."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.households.domain.reserve_fund import first_wrong_entry
from services.households.storage.reserve_repository import entries_of, pot_of
from tests.households.import_world import ImportWorld
from tests.households.plan_callers import VILLAGE, PlanCaller, caller, good, helps, poor_household, refused

POT = f"/v1/villages/{VILLAGE}/reserve-fund"
BOOKED = {"on": "2026-11-01", "note": "凭证 7 号"}


def county(world: ImportWorld) -> PlanCaller:
    return caller(world, "chen", "county_official", "511921")


def second(world: ImportWorld) -> PlanCaller:
    return caller(world, "deng", "county_official", "511921")


async def ordered(world: ImportWorld, cents: int, kind: str = "allocation") -> str:
    """The path of an order that waits for a second person."""
    body = {**BOOKED, "kind": kind, "amount_cents": cents}
    order: str = good(await county(world).post(f"{POT}/orders", body), 201)["order_id"]
    return f"{POT}/orders/{order}"


async def funded(world: ImportWorld, cents: int) -> None:
    good(await second(world).post(f"{await ordered(world, cents)}/confirmation", version=1))


async def asked(world: ImportWorld, household: str, cents: int) -> str:
    path = f"/v1/households/{household}/reserve-tranches"
    reply = await caller(world, "zhang").post(path, {"amount_cents": cents, "purpose": "购买鸡苗"})
    tranche: str = good(reply, 201)["tranche_id"]
    return f"{path}/{tranche}"


async def test_a_tranche_is_asked_for_paid_by_another_and_returned_to_be_used_again(world: ImportWorld) -> None:
    household = await poor_household(world)
    await funded(world, 100_000)
    one = await asked(world, household, 80_000)
    zhang, li = caller(world, "zhang"), caller(world, "li")
    refused(await zhang.post(f"{one}/payment", BOOKED, version=1), 409, "other_person_needed")
    paid = good(await li.post(f"{one}/payment", BOOKED, version=1))
    assert (paid["state"], paid["out_cents"], paid["allowed"]) == ("paid", 80_000, ["return"])
    stale = refused(await li.post(f"{one}/payment", BOOKED, version=1), 412, "reserve_tranche_version_stale")
    assert stale["current"] == paid
    refused(await li.post(f"{one}/payment", BOOKED, version=2), 409, "reserve_tranche_step_not_allowed")
    back = good(await li.post(f"{one}/returns", {**BOOKED, "amount_cents": 30_000}, version=2))
    assert back["out_cents"] == 50_000
    pot = good(await li.get(POT))
    assert (pot["balance_cents"], pot["ledger_cents"], pot["paid_cents"], pot["returned_cents"]) == (
        50_000,
        50_000,
        80_000,
        30_000,
    )
    again = await asked(world, household, 150_000)
    short = refused(await li.post(f"{again}/payment", BOOKED, version=1), 409, "reserve_pot_short")
    assert short["balance_cents"] == 50_000
    lines = good(await li.get(f"{POT}/entries", limit=2))
    assert [line["amount_cents"] for line in lines["items"]] == [30_000, -80_000]
    assert good(await li.get(f"{POT}/entries", cursor=lines["next_cursor"]))["items"][0]["kind"] == "allocation"
    mine = good(await caller(world, "bai", "household", household_id=household).get(one.rpartition("/")[0]))
    assert (mine["ceiling_cents"], mine["out_cents"], mine["left_cents"]) == (200_000, 50_000, 0)


async def test_what_goes_beyond_the_households_sum_is_not_even_asked_for(world: ImportWorld) -> None:
    household = await poor_household(world)
    await asked(world, household, 150_000)
    path = f"/v1/households/{household}/reserve-tranches"
    reply = await caller(world).post(path, {"amount_cents": 50_001, "purpose": "化肥"})
    assert refused(reply, 409, "reserve_ceiling_reached")["left_cents"] == 50_000


async def test_the_helper_asks_but_does_not_pay_and_the_county_alone_funds(world: ImportWorld) -> None:
    household, cadre = await poor_household(world), "00000000-0000-7000-8000-000000000001"
    await helps(world, household, cadre)
    helper = caller(world, "wang", "cadre", cadre_id=cadre)
    path = f"/v1/households/{household}/reserve-tranches"
    one = good(await helper.post(path, {"amount_cents": 100, "purpose": "种子"}), 201)["tranche_id"]
    refused(await helper.post(f"{path}/{one}/payment", BOOKED, version=1), 403, "outside_scope")
    body = {**BOOKED, "kind": "allocation", "amount_cents": 100}
    refused(await caller(world).post(f"{POT}/orders", body), 403, "not_permitted")
    elsewhere = caller(world, "he", "county_official", "511923")
    refused(await elsewhere.post(f"{POT}/orders", body), 403, "outside_scope")
    refused(await county(world).post(f"{POT}/orders", {**body, "on": "2199-01-01"}), 422, "reserve_day_ahead")
    recall = await ordered(world, 100, "recall")
    refused(await caller(world).post(f"{recall}/confirmation", version=1), 403, "not_permitted")
    refused(await elsewhere.post(f"{recall}/confirmation", version=1), 403, "outside_scope")
    refused(await second(world).post(f"{recall}/confirmation", version=1), 409, "reserve_pot_short")


async def test_whoever_orders_money_for_a_pot_does_not_book_it(world: ImportWorld) -> None:
    one = await ordered(world, 100_000)
    refused(await county(world).post(f"{one}/confirmation", version=1), 409, "other_person_needed")
    assert good(await county(world).get(POT))["balance_cents"] == 0
    waiting = good(await caller(world).get(f"{POT}/orders"))["items"]
    assert [(order["state"], order["ordered_name"], order["allowed"]) for order in waiting] == [
        ("ordered", waiting[0]["ordered_name"], ["confirmation", "drop"])
    ]
    booked = good(await second(world).post(f"{one}/confirmation", version=1))
    assert (booked["state"], booked["entry_no"], booked["allowed"], booked["version"]) == ("booked", 1, [], 2)
    assert good(await county(world).get(POT))["balance_cents"] == 100_000
    assert good(await caller(world).get(f"{POT}/orders"))["items"] == []
    stale = refused(await second(world).post(f"{one}/drop", version=1), 412, "reserve_order_version_stale")
    assert stale["current"] == booked
    over = refused(await second(world).post(f"{one}/confirmation", version=2), 409, "reserve_order_step_not_allowed")
    assert over["allowed"] == []


async def test_an_order_that_was_dropped_moves_no_money(world: ImportWorld) -> None:
    one = await ordered(world, 100_000)
    assert good(await county(world).post(f"{one}/drop", version=1))["state"] == "dropped"
    refused(await second(world).post(f"{one}/confirmation", version=2), 409, "reserve_order_step_not_allowed")
    missing = f"{POT}/orders/00000000-0000-7000-8000-00000000000f"
    refused(await second(world).post(f"{missing}/confirmation", version=1), 404, "reserve_order_not_found")
    pot = good(await county(world).get(POT))
    assert (pot["balance_cents"], pot["entries"]) == (0, 0)


async def test_one_order_is_booked_once_however_many_confirm_it_at_once(world: ImportWorld) -> None:
    one = await ordered(world, 100_000)

    async def confirmed() -> int:
        for _ in range(200):
            reply = await second(world).post(f"{one}/confirmation", version=1)
            if reply.status_code != 503:
                break
            await asyncio.sleep(0.05)
        return int(reply.status_code)

    assert sorted(await asyncio.gather(*(confirmed() for _ in range(10)))) == [200] + [412] * 9
    pot = good(await county(world).get(POT))
    assert (pot["balance_cents"], pot["entries"]) == (100_000, 1)


async def test_fifty_payments_at_once_never_overdraw_the_pot(world: ImportWorld) -> None:
    """Money for twenty of them: twenty are paid, thirty are told that the pot is short."""
    await funded(world, 20 * 10_000)
    tranches = [await asked(world, await poor_household(world, 1), 10_000) for _ in range(50)]
    li = caller(world, "li")
    replies = await all_at_once(li, tranches)
    codes = [reply.json().get("code") for reply in replies if reply.status_code != 200]
    assert codes == ["reserve_pot_short"] * 30
    pot = good(await li.get(POT))
    assert (pot["balance_cents"], pot["ledger_cents"], pot["paid_cents"]) == (0, 0, 200_000)
    assert pot["entries"] == 21


async def all_at_once(li: PlanCaller, tranches: list[str]) -> list[Any]:
    """All fifty are under way at once; a connection that is busy is waited for and asked again, as a client does."""

    async def paid(tranche: str) -> Any:
        for _ in range(200):
            reply = await li.post(f"{tranche}/payment", BOOKED, version=1)
            if reply.status_code != 503:
                break
            await asyncio.sleep(0.05)
        return reply

    return await asyncio.gather(*(paid(tranche) for tranche in tranches))


async def test_one_household_is_never_paid_above_its_sum_however_many_pay_at_once(world: ImportWorld) -> None:
    """The tranches stand from a time when more was reserved: at the payment the present sum counts."""
    household = await poor_household(world)
    await funded(world, 1_000_000)
    tranches = [await asked(world, household, 20_000) for _ in range(10)]
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE reserve_tranches SET amount_cents = 60000")
    replies = await all_at_once(caller(world, "li"), tranches)
    assert sorted(reply.status_code for reply in replies) == [200] * 3 + [409] * 7
    assert good(await caller(world).get(POT))["paid_cents"] == 180_000


async def test_one_tranche_is_paid_once_however_often_it_is_paid_at_once(world: ImportWorld) -> None:
    household = await poor_household(world)
    await funded(world, 1_000_000)
    one = await asked(world, household, 20_000)
    replies = await all_at_once(caller(world, "li"), [one] * 10)
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 9
    assert good(await caller(world).get(POT))["paid_cents"] == 20_000


STEPS = st.lists(
    st.tuples(st.sampled_from(["fund", "recall", "pay", "return"]), st.integers(1, 120_000)), min_size=1, max_size=8
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_the_stored_balance_is_the_sum_of_the_ledger(world: ImportWorld, steps: list[tuple[str, int]]) -> None:
    await world.empty()
    household = await poor_household(world)
    await funded(world, 150_000)
    li, open_ones = caller(world, "li"), []
    for step, cents in steps:
        if step in ("fund", "recall"):
            kind = {"fund": "allocation", "recall": "recall"}[step]
            await second(world).post(f"{await ordered(world, cents, kind)}/confirmation", version=1)
        elif step == "pay":
            path = f"/v1/households/{household}/reserve-tranches"
            reply = await caller(world, "zhang").post(path, {"amount_cents": cents, "purpose": "鸡苗"})
            if reply.status_code == 201:
                one = f"{path}/{reply.json()['tranche_id']}"
                if (await li.post(f"{one}/payment", BOOKED, version=1)).status_code == 200:
                    open_ones.append(one)
        elif open_ones:
            await li.post(f"{open_ones.pop()}/returns", {**BOOKED, "amount_cents": cents}, version=2)
    async with world.database.transaction() as connection:
        entries = [line.entry for line in await entries_of(connection, VILLAGE, limit=100)][::-1]
        pot = await pot_of(connection, VILLAGE)
    assert first_wrong_entry(entries) is None
    assert pot.balance_cents == sum(entry.amount_cents for entry in entries) == sum(pot.sums.values())
    assert pot.entries == len(entries)


async def test_a_ledger_that_somebody_touched_is_seen_by_whoever_reads_the_pot(world: ImportWorld) -> None:
    await funded(world, 100_000)
    await funded(world, 50_000)
    assert good(await caller(world).get(POT))["first_wrong_entry"] is None
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE reserve_entries SET amount_cents = 60000 WHERE entry_no = 2")
    touched = good(await caller(world).get(POT))
    assert (touched["first_wrong_entry"], touched["ledger_cents"], touched["balance_cents"]) == (2, 160_000, 150_000)


async def test_each_movement_of_money_stands_in_the_hash_chain(world: ImportWorld) -> None:
    household = await poor_household(world)
    await funded(world, 100_000)
    one = await asked(world, household, 10_000)
    good(await caller(world, "li").post(f"{one}/payment", BOOKED, version=1))
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT event, facts FROM audit_events ORDER BY seq DESC LIMIT 2")
        paid, allocated = rows.all()
        trail = world.app.state.service.audit
        _, broken = await trail.verify(connection)
    assert (paid.event, allocated.event, broken) == ("reserve_payment", "reserve_allocation", None)
    assert paid.facts["amount_cents"] == -10_000
    assert paid.facts["requested_by"] == "zhang"


async def test_whoever_asked_takes_the_asking_back_and_the_sum_is_free_again(world: ImportWorld) -> None:
    household = await poor_household(world)
    one = await asked(world, household, 150_000)
    zhang = caller(world, "zhang")
    back = good(await zhang.post(f"{one}/refusal", {"reason": "填错金额"}, version=1))
    assert (back["state"], back["allowed"]) == ("refused", [])
    assert good(await zhang.get(one.rpartition("/")[0]))["left_cents"] == 200_000
