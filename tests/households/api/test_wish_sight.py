"""Who sees a wish, and how much of it: masked until claimed, logged when shown."""

import base64

from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import VILLAGE, as_helper, as_household
from tests.households.wish_people import (
    REGION,
    as_donor,
    as_village,
    clock_at,
    helped,
    open_wish,
    poor,
    post,
    record,
)


async def test_a_donor_browses_what_is_free_and_never_whose_it_is(world: ImportWorld) -> None:
    household, _ = await helped(world, address="一组 1 号", phone="15400000000")
    wish = await open_wish(world, household)
    hidden = await poor(world)
    async with as_household(world, hidden) as own:
        await record(own, hidden)
    async with as_donor(world) as donor:
        listed = await donor.get("/v1/wishes", params={**REGION, "limit": 1})
        one = await donor.get(f"/v1/wishes/{wish}")
    assert [line["wish_id"] for line in listed.json()["items"]] == [wish]
    assert listed.json()["has_more"] is False
    for said in (listed, one):
        assert VILLAGE not in said.text
        for word in (household, "陈", "15400000000", "一组", "帮扶人"):
            assert word not in said.text
    assert one.json()["township_code"] == TOWNSHIP
    assert one.json()["class_name"] == "教育"


async def test_the_cursor_of_a_donors_list_tells_no_more_than_the_list(world: ImportWorld) -> None:
    for _ in range(2):
        household, _ = await helped(world)
        await open_wish(world, household)
    async with as_donor(world) as donor:
        first = (await donor.get("/v1/wishes", params={**REGION, "limit": 1})).json()
        second = (await donor.get("/v1/wishes", params={**REGION, "limit": 1, "cursor": first["next_cursor"]})).json()
    inside = base64.urlsafe_b64decode(first["next_cursor"] + "===")
    assert VILLAGE.encode() not in inside
    assert second["items"][0]["wish_id"] != first["items"][0]["wish_id"]
    assert second["has_more"] is False


async def test_what_a_claim_shows_is_logged_where_the_household_reads_it(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor:
        await donor.get(f"/v1/wishes/{wish}")
        await post(donor, f"/v1/wishes/{wish}/claims")
    async with as_household(world, household) as own:
        looks = (await own.get(f"/v1/households/{household}/looks")).json()["items"]
    assert [look["what"] for look in looks] == ["wish_delivery"], "browsing shows nobody, so it is no look"


async def test_a_stranger_is_told_that_there_is_no_such_wish_or_household(world: ImportWorld) -> None:
    household, _ = await helped(world)
    other, cadre = await helped(world)
    wish = await open_wish(world, household)
    async with as_helper(world, cadre) as helper, as_household(world, other) as neighbour:
        for client in (helper, neighbour):
            assert (await client.get(f"/v1/wishes/{wish}")).json()["code"] == "wish_not_found"
            assert (await client.get(f"/v1/households/{household}/wishes")).json()["code"] == "household_not_found"
            assert (await record(client, household)).json()["code"] == "household_not_found"


async def test_staff_see_the_wishes_of_their_place_in_every_state(world: ImportWorld) -> None:
    household, cadre = await helped(world)
    wish = await open_wish(world, household)
    other = await poor(world)
    async with as_village(world) as official, as_helper(world, cadre) as helper:
        recorded = (await record(official, other)).json()["wish_id"]
        listed = (await official.get("/v1/wishes", params={"region": VILLAGE})).json()["items"]
        assert [(line["wish_id"], line["household"]["head_name"]) for line in listed] == [
            (wish, "陈**"),
            (recorded, "陈**"),
        ]
        only = (await official.get("/v1/wishes", params={"region": VILLAGE, "state": "recorded"})).json()["items"]
        assert [line["wish_id"] for line in only] == [recorded]
        mine = (await helper.get("/v1/wishes", params={"region": VILLAGE})).json()["items"]
        assert [line["wish_id"] for line in mine] == [wish], "a helper's own households"
        elsewhere = await official.get("/v1/wishes", params={"region": "511923"})
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "outside_scope")


async def test_what_cadres_are_told_is_how_many_wait_and_until_when_and_nothing_else(world: ImportWorld) -> None:
    household, _ = await helped(world)
    with clock_at(world):
        wish = await open_wish(world, household)
        async with as_donor(world) as donor:
            await post(donor, f"/v1/wishes/{wish}/claims")
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT payload FROM change_log WHERE topic = 'care' ORDER BY id")
        told = [row[0] for row in rows]
    assert told[-1] == {
        "village_code": VILLAGE,
        "open_wishes": 1,
        "wishes": [{"id": wish, "state": "claimed", "due": "2026-11-27T04:00:00+00:00"}],
        "open_needs": 0,
        "needs": [],
    }
    assert len(told) == 3
