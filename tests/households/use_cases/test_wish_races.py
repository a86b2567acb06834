"""Only one: the holder of a wish, the last place of the year, the last cent. On real connections, all at once."""

import asyncio
from contextlib import AsyncExitStack

from tests.households.import_world import ImportWorld
from tests.households.monitoring_people import as_household
from tests.households.wish_people import as_donor, as_village, helped, open_wish, post, record


async def test_of_fifty_who_claim_at_the_same_instant_one_wins(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with AsyncExitStack() as stack:
        donors = [await stack.enter_async_context(as_donor(world, f"donor-{number}")) for number in range(50)]
        replies = await asyncio.gather(*(post(donor, f"/v1/wishes/{wish}/claims") for donor in donors))
        assert sorted(reply.status_code for reply in replies) == [201] + [409] * 49
        assert {reply.json()["code"] for reply in replies if reply.status_code == 409} == {"wish_claimed"}
        held = [(await donor.get("/v1/wishes/held")).json()["items"] for donor in donors]
    assert [len(items) for items in held].count(1) == 1
    async with as_household(world, household) as own:
        events = (await own.get(f"/v1/wishes/{wish}/history")).json()["items"]
    assert [event["event"] for event in events].count("claimed") == 1


async def test_the_last_wish_of_the_year_is_given_once(world: ImportWorld) -> None:
    household, _ = await helped(world)
    async with as_household(world, household) as own:
        replies = await asyncio.gather(*(record(own, household) for _ in range(20)))
    assert sorted(reply.status_code for reply in replies) == [201] * 3 + [409] * 17
    assert await world.count("wishes") == 3


async def test_fifty_payments_at_once_never_come_to_more_than_the_wish_costs(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_village(world) as official:
        await post(official, f"/v1/wishes/{wish}/claims")
        share = {"payer": "helper", "amount_cents": 1_000}
        replies = await asyncio.gather(*(post(official, f"/v1/wishes/{wish}/payments", share) for _ in range(50)))
        left = (await official.get(f"/v1/wishes/{wish}")).json()["left_cents"]
    assert sorted(reply.status_code for reply in replies) == [201] * 9 + [409] * 41
    assert left == 900


async def test_a_donor_who_claims_everything_at_once_gets_five(world: ImportWorld) -> None:
    wishes = []
    for _ in range(3):
        household, _ = await helped(world)
        wishes += [await open_wish(world, household) for _ in range(3)]
    async with as_donor(world) as donor:
        replies = await asyncio.gather(*(post(donor, f"/v1/wishes/{wish}/claims") for wish in wishes))
    assert sorted(reply.status_code for reply in replies) == [201] * 5 + [409] * 4
