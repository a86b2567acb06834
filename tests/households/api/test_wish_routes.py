"""Wishes over HTTP: the whole way from the household's word to its thanks, and who sees what on it."""

import base64
from datetime import timedelta

import httpx
import pytest

from services.households.use_cases.free_wishes import free_wishes
from tests.households.import_world import NOON, TOWNSHIP, ImportWorld
from tests.households.monitoring_people import VILLAGE, as_helper, as_household, register
from tests.households.wish_people import (
    HELD,
    PHOTO,
    REGION,
    SIGNED,
    as_donor,
    as_village,
    clock_at,
    deliver,
    helped,
    open_wish,
    poor,
    post,
    record,
    upload,
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


async def deliver_without_upload(client: httpx.AsyncClient, wish: str) -> httpx.Response:
    return await post(client, f"/v1/wishes/{wish}/transitions", {"to": "delivered"})


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


async def test_a_household_may_not_write_down_what_another_paid(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor, as_household(world, household) as own:
        await post(donor, f"/v1/wishes/{wish}/claims")
        reply = await post(own, f"/v1/wishes/{wish}/payments", {"payer": "donor", "amount_cents": 1})
        other = await post(donor, f"/v1/wishes/{wish}/payments", {"payer": "household", "amount_cents": 1})
    assert (reply.status_code, reply.json()["code"]) == (403, "wish_payer_not_yours")
    assert other.json()["code"] == "wish_payer_not_yours"


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
    watched = await register(world, monitoring_type="sudden")
    async with as_village(world) as official:
        refused = await record(official, general)
        assert (refused.status_code, refused.json()["code"]) == (409, "household_not_eligible_for_wishes")
        assert (await record(official, watched)).status_code == 201


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


async def test_a_donor_holds_no_more_than_five_wishes_at_once(world: ImportWorld) -> None:
    wishes = []
    for _ in range(2):
        household, _ = await helped(world)
        wishes += [await open_wish(world, household) for _ in range(3)]
    async with as_donor(world) as donor:
        replies = [await post(donor, f"/v1/wishes/{wish}/claims") for wish in wishes]
    assert [reply.status_code for reply in replies] == [201] * 5 + [409]
    assert replies[-1].json()["code"] == "wish_claims_too_many"


async def test_a_proof_is_read_by_those_whom_it_concerns_and_by_nobody_else(world: ImportWorld) -> None:
    household, cadre = await helped(world)
    wish = await open_wish(world, household)
    async with (
        as_donor(world, "one") as one,
        as_donor(world, "two") as two,
        as_helper(world, cadre) as helper,
        as_household(world, household) as own,
    ):
        await post(one, f"/v1/wishes/{wish}/claims")
        assert (await upload(two, wish)).status_code == 404
        kept = await upload(one, wish, name="../../etc/passwd")
        assert kept.status_code == 201, kept.text
        path = f"/v1/wishes/{wish}/files/{kept.json()['file_id']}"
        for client in (one, helper, own):
            read = await client.get(path)
            assert (read.status_code, read.headers["content-type"]) == (200, "image/jpeg")
            assert read.headers["content-disposition"] == f'attachment; filename="{kept.json()["file_id"]}.jpg"'
            assert read.headers["x-content-type-options"] == "nosniff"
        assert (await two.get(path)).status_code == 404
        files = sorted((world.settings.files_dir / "households" / "proofs").iterdir())
    assert [file.name for file in files] == [kept.json()["file_id"]]
    assert b"JFIF" not in files[0].read_bytes()


async def test_a_photo_that_is_too_large_is_told_how_large_one_may_be(world: ImportWorld) -> None:
    household, _ = await helped(world)
    wish = await open_wish(world, household)
    async with as_donor(world) as donor:
        await post(donor, f"/v1/wishes/{wish}/claims")
        for megabytes in (6, 12):
            reply = await upload(donor, wish, PHOTO + bytes(megabytes * 1_000_000))
            assert (reply.status_code, reply.json()["code"]) == (413, "file_too_large")
            assert "5 MB" in reply.json()["message"]
        assert (await upload(donor, wish, PHOTO + bytes(21_000_000))).json()["code"] == "body_too_large"
    assert not (world.settings.files_dir / "households" / "proofs").exists()


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
