"""Which wishes may be made, and how one becomes public and private again."""

import pytest

from tests.households.import_world import NOON, ImportWorld
from tests.households.monitoring_people import VILLAGE, as_helper, as_household, key, register
from tests.households.wish_people import (
    SIGNED,
    as_donor,
    as_village,
    clock_at,
    deliver_without_upload,
    helped,
    open_wish,
    post,
    record,
)


async def test_publishing_by_another_needs_the_way_and_the_witness_of_the_households_consent(
    world: ImportWorld,
) -> None:
    household, cadre = await helped(world)
    async with as_helper(world, cadre) as helper:
        wish = (await record(helper, household)).json()["wish_id"]
        bare = await post(helper, f"/v1/wishes/{wish}/transitions", {"to": "open"})
        assert (bare.status_code, bare.json()["code"]) == (422, "consent_evidence_needed")
        signed = (await post(helper, f"/v1/wishes/{wish}/transitions", SIGNED)).json()
    assert (signed["consent"]["through"], signed["consent"]["witness"]) == ("signed", "村支书")


async def test_a_household_that_takes_its_consent_back_is_public_no_more_even_when_claimed(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor, as_household(world, household) as own:
        await post(donor, f"/v1/wishes/{wish}/claims")
        hidden = (await post(own, f"/v1/wishes/{wish}/transitions", {"to": "recorded"})).json()
        assert (hidden["state"], hidden["consent"], hidden["holder"]) == ("recorded", None, None)
        assert (await donor.get(f"/v1/wishes/{wish}")).json()["code"] == "wish_not_found"
        late = await deliver_without_upload(donor, wish)
        assert late.status_code == 404


async def test_a_household_has_three_wishes_a_year_and_a_withdrawn_one_does_not_count(world: ImportWorld) -> None:
    household, _ = await helped(world)
    async with as_household(world, household) as own:
        made = [(await record(own, household)).json()["wish_id"] for _ in range(3)]
        fourth = await record(own, household)
        assert (fourth.status_code, fourth.json()["code"]) == (409, "wishes_used_up")
        assert "3" in fourth.json()["message"]
        await post(own, f"/v1/wishes/{made[0]}/transitions", {"to": "withdrawn", "reason": "写错了"})
        assert (await record(own, household)).status_code == 201
    with clock_at(world, NOON.replace(year=2027)):
        async with as_household(world, household) as own:
            assert (await record(own, household)).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "house"}, "wish_kind_unknown"),
        ({"amount_cents": 100_001}, "wish_amount_too_large"),
        ({"need": "给陈正松买台灯"}, "words_tell_who"),
        ({"need": "台灯，请打 138 0000 0001"}, "words_tell_who"),
    ],
)
async def test_a_wish_that_does_not_fit_is_refused(world: ImportWorld, change: dict[str, object], code: str) -> None:
    household, _ = await helped(world)
    async with as_household(world, household) as own:
        reply = await record(own, household, **change)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_wishes_are_for_households_on_the_register_or_under_watch(world: ImportWorld) -> None:
    general = await register(world)
    watched = await register(world)
    async with world.as_official(VILLAGE[:6], role="county_official") as county:
        taken_over = {"changes": {"monitoring_type": "sudden"}, "source": "department"}
        headers = key() | {"If-Match": '"v1"'}
        marked = await county.post(f"/v1/households/{watched}/changes", json=taken_over, headers=headers)
        assert marked.status_code == 200, marked.text
    async with as_village(world) as official:
        refused = await record(official, general)
        assert (refused.status_code, refused.json()["code"]) == (409, "household_not_eligible_for_wishes")
        assert (await record(official, watched)).status_code == 201
