"""The moral bank over HTTP: points by two people, goods for points, and nothing of it for anybody else."""

import asyncio
from typing import Any

from tests.households.import_world import ImportWorld
from tests.households.plan_callers import VILLAGE, caller, good, helps, poor_household, refused

GOODS = f"/v1/villages/{VILLAGE}/moral-goods"
HELPED = {"rule": "neighbour_helped", "happened_on": "2026-11-01", "evidence": "邻居李某证明"}


async def earned(world: ImportWorld, household: str, times: int = 1) -> None:
    path = f"/v1/households/{household}/moral-claims"
    for _ in range(times):
        claim = good(await caller(world, "zhang").post(path, HELPED), 201)["claim_id"]
        good(await caller(world, "li").post(f"{path}/{claim}/decision", {"to": "confirmed"}, version=1))


async def goods(world: ImportWorld, points: int = 10, stock: int = 5) -> str:
    body = {"name": "洗衣液 2 千克", "points": points, "stock": stock}
    found: str = good(await caller(world).post(GOODS, body), 201)["goods_id"]
    return found


async def redeemed(world: ImportWorld, household: str, goods_id: str, quantity: int = 1) -> Any:
    path = f"/v1/households/{household}/moral-redemptions"
    return await caller(world, "li").post(path, {"goods_id": goods_id, "quantity": quantity})


async def test_points_are_earned_by_two_people_exchanged_and_read_by_the_household(world: ImportWorld) -> None:
    household = await poor_household(world)
    path = f"/v1/households/{household}/moral-claims"
    claim = good(await caller(world, "zhang").post(path, HELPED), 201)
    one = f"{path}/{claim['claim_id']}/decision"
    refused(await caller(world, "zhang").post(one, {"to": "confirmed"}, version=1), 409, "moral_other_person_needed")
    good(await caller(world, "li").post(one, {"to": "confirmed"}, version=1))
    refused(await caller(world, "li").post(one, {"to": "confirmed"}, version=1), 412, "moral_claim_version_stale")
    await earned(world, household)
    soap = await goods(world)
    assert good(await redeemed(world, household, soap), 201) == {"points": 10}
    own = caller(world, "bai", "household", household_id=household)
    account = good(await own.get(f"/v1/households/{household}/moral-bank"))
    assert account["points"] == 10
    assert [(entry["kind"], entry["points"], entry["balance"]) for entry in account["entries"]] == [
        ("redeemed", -10, 10),
        ("earned", 10, 20),
        ("earned", 10, 10),
    ]
    assert sum(entry["points"] for entry in account["entries"]) == account["points"]
    assert good(await caller(world).get(GOODS))["items"][0]["stock"] == 4


async def test_a_wrong_confirmation_is_withdrawn_by_a_counter_entry(world: ImportWorld) -> None:
    household = await poor_household(world)
    await earned(world, household)
    path = f"/v1/households/{household}"
    (claim,) = good(await caller(world).get(f"{path}/moral-bank"))["claims"]
    one = f"{path}/moral-claims/{claim['claim_id']}/decision"
    refused(await caller(world, "li").post(one, {"to": "withdrawn"}, version=2), 409, "moral_other_person_needed")
    good(await caller(world, "zhang").post(one, {"to": "withdrawn", "note": "张冠李戴"}, version=2))
    account = good(await caller(world).get(f"{path}/moral-bank"))
    assert (account["points"], [entry["points"] for entry in account["entries"]]) == (0, [-10, 10])


async def test_neither_points_nor_stock_are_overdrawn_and_what_fails_takes_nothing(world: ImportWorld) -> None:
    household = await poor_household(world)
    await earned(world, household, 3)
    dear, scarce = await goods(world, points=31), await goods(world, stock=1)
    assert refused(await redeemed(world, household, dear), 409, "moral_points_short")["points"] == 30
    assert refused(await redeemed(world, household, scarce, 2), 409, "moral_goods_short")["stock"] == 1
    stocks = {one["goods_id"]: one["stock"] for one in good(await caller(world).get(GOODS))["items"]}
    assert stocks == {dear: 5, scarce: 1}


async def test_twenty_redemptions_at_once_spend_what_is_there_and_no_more(world: ImportWorld) -> None:
    household = await poor_household(world)
    await earned(world, household, 3)
    soap = await goods(world, stock=100)

    async def once() -> int:
        for _ in range(200):
            reply = await redeemed(world, household, soap)
            if reply.status_code != 503:
                break
            await asyncio.sleep(0.05)
        return int(reply.status_code)

    assert sorted(await asyncio.gather(*(once() for _ in range(20)))) == [201] * 3 + [409] * 17
    assert good(await caller(world).get(GOODS))["items"][0]["stock"] == 97


async def test_goods_are_goods_and_the_helper_proposes_but_does_not_decide(world: ImportWorld) -> None:
    money = {"name": "现金 20 元", "points": 10, "stock": 5}
    refused(await caller(world).post(GOODS, money), 409, "moral_goods_not_money")
    soap = await goods(world)
    refused(await caller(world).put(f"{GOODS}/{soap}", money, version=1), 409, "moral_goods_not_money")
    changed = {"name": "香皂", "points": 5, "stock": 9}
    assert good(await caller(world).put(f"{GOODS}/{soap}", changed, version=1))["version"] == 2
    household, cadre = await poor_household(world), "00000000-0000-7000-8000-000000000002"
    await helps(world, household, cadre)
    helper = caller(world, "wang", "cadre", cadre_id=cadre)
    path = f"/v1/households/{household}/moral-claims"
    claim = good(await helper.post(path, HELPED), 201)["claim_id"]
    refused(await helper.post(f"{path}/{claim}/decision", {"to": "confirmed"}, version=1), 403, "outside_scope")


async def test_nothing_of_it_goes_into_the_feed(world: ImportWorld) -> None:
    """Whatever happens in the moral bank, siblings are told of the household what they were told before."""
    household = await poor_household(world)
    feed = "SELECT topic, key, payload::text AS payload FROM change_log ORDER BY id"
    async with world.database.transaction() as connection:
        before = (await connection.exec_driver_sql(feed)).all()
    await earned(world, household, 2)
    good(await redeemed(world, household, await goods(world)), 201)
    async with world.database.transaction() as connection:
        after = (await connection.exec_driver_sql(feed)).all()
    assert after == before
    assert before, "the household itself is there"
    assert not any("moral" in row.topic or "points" in row.payload for row in after)
