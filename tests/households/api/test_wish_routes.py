"""Wishes over HTTP: the whole way from the household's word to its thanks."""

from tests.households.import_world import ImportWorld
from tests.households.monitoring_people import as_household
from tests.households.wish_people import (
    as_donor,
    as_village,
    deliver,
    helped,
    open_wish,
    post,
)


async def test_a_wish_goes_from_the_households_word_to_its_thanks(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    steps = f"/v1/wishes/{wish}/transitions"
    async with as_donor(world) as donor, as_household(world, household) as own:
        claimed = (await post(donor, f"/v1/wishes/{wish}/claims")).json()
        assert (claimed["state"], claimed["mine"], claimed["left_cents"]) == ("claimed", True, 9_900)
        assert claimed["delivery"] == {
            "head_name": "陈正松",
            "village_name": claimed["delivery"]["village_name"],
            "group_name": None,
            "helper_name": "帮扶人",
        }
        part = await post(own, f"/v1/wishes/{wish}/payments", {"payer": "household", "amount_cents": 900})
        assert (part.status_code, part.json()["left_cents"]) == (201, 9_000)
        delivered = (await deliver(donor, wish)).json()
        assert [(one["payer"], one["amount_cents"]) for one in delivered["payments"]] == [
            ("household", 900),
            ("donor", 9_000),
        ]
        assert (delivered["state"], delivered["left_cents"], delivered["allowed"]) == ("delivered", 0, [])
        assert (await post(own, steps, {"to": "confirmed"})).json()["allowed"] == ["closed"]
        closed = (await post(own, steps, {"to": "closed", "thanks": "谢谢您，孩子很喜欢。"})).json()
        assert (closed["state"], closed["allowed"]) == ("closed", [])
        seen = (await donor.get(f"/v1/wishes/{wish}")).json()
        assert (seen["thanks"], seen["delivery"], seen["household"]) == ("谢谢您，孩子很喜欢。", None, None)
        history = (await own.get(f"/v1/wishes/{wish}/history")).json()["items"]
        looks = (await own.get(f"/v1/households/{household}/looks")).json()["items"]
    assert [event["event"] for event in history] == [
        "recorded",
        "open",
        "claimed",
        "paid",
        "delivered",
        "confirmed",
        "closed",
    ]
    assert {(look["what"], look["role"]) for look in looks} == {("wish_delivery", "holder"), ("wish_file", "holder")}


async def test_a_household_may_not_write_down_what_another_paid(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor, as_household(world, household) as own:
        await post(donor, f"/v1/wishes/{wish}/claims")
        reply = await post(own, f"/v1/wishes/{wish}/payments", {"payer": "donor", "amount_cents": 1})
        other = await post(donor, f"/v1/wishes/{wish}/payments", {"payer": "household", "amount_cents": 1})
    assert (reply.status_code, reply.json()["code"]) == (403, "wish_payer_not_yours")
    assert other.json()["code"] == "wish_payer_not_yours"


async def test_whoever_delivered_does_not_confirm_and_another_official_does(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_village(world, "first") as first, as_village(world, "second") as second:
        claimed = await post(first, f"/v1/wishes/{wish}/claims", {"behalf": "某某公司"})
        assert claimed.json()["holder"]["behalf"] == "某某公司"
        assert (await deliver(first, wish)).json()["payments"][0]["payer"] == "donor"
        own = await post(first, f"/v1/wishes/{wish}/transitions", {"to": "confirmed"})
        assert (own.status_code, own.json()["code"]) == (409, "wish_deliverer_cannot_confirm")
        assert (await post(second, f"/v1/wishes/{wish}/transitions", {"to": "confirmed"})).status_code == 200


async def test_what_did_not_arrive_is_free_again_with_the_reason(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor, as_household(world, household) as own:
        await post(donor, f"/v1/wishes/{wish}/claims")
        await deliver(donor, wish)
        bare = await post(own, f"/v1/wishes/{wish}/transitions", {"to": "open"})
        assert (bare.status_code, bare.json()["code"]) == (422, "wish_reason_needed")
        again = await post(own, f"/v1/wishes/{wish}/transitions", {"to": "open", "reason": "没有收到"})
        assert (again.json()["state"], again.json()["holder"]) == ("open", None)


async def test_a_step_out_of_order_names_what_may_be_done(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_household(world, household) as own:
        reply = await post(own, f"/v1/wishes/{wish}/transitions", {"to": "confirmed"})
    assert (reply.status_code, reply.json()["allowed"]) == (409, ["recorded", "withdrawn"])
