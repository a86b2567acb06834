"""The needs pool over HTTP: public on the household's word, hidden with it, and every gift traced to the household."""

import asyncio
from typing import Any

import httpx

from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import VILLAGE, as_helper, as_household
from tests.households.wish_people import REGION, as_donor, as_village, helped, poor, post

GIVEN = {"amount_cents": 3_000, "given_on": "2026-11-24"}


def as_anybody(world: ImportWorld) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://households")


async def record(client: httpx.AsyncClient, household: str, **changes: Any) -> httpx.Response:
    body = {"household_id": household, "kind": "production", "words": "想养 20 只山羊", "wanted_cents": 10_000}
    return await post(client, "/v1/needs", body | changes)


async def published(world: ImportWorld, household: str, **changes: Any) -> str:
    async with as_household(world, household) as own:
        made = await record(own, household, **changes)
        assert made.status_code == 201, made.text
        need: str = made.json()["need_id"]
        assert (await post(own, f"/v1/needs/{need}/consent", {"agreed": True})).json()["public"] is True
    return need


async def test_a_need_is_public_from_the_households_word_until_it_takes_it_back(world: ImportWorld) -> None:
    household = await poor(world)
    async with as_household(world, household) as own, as_anybody(world) as anybody:
        need = (await record(own, household)).json()["need_id"]
        path = f"/v1/needs/{need}"
        assert (await anybody.get("/v1/needs", params=REGION)).json()["items"] == []
        assert (await anybody.get(path)).json()["code"] == "need_not_found"
        await post(own, f"{path}/consent", {"agreed": True})
        assert [one["need_id"] for one in (await anybody.get("/v1/needs", params=REGION)).json()["items"]] == [need]
        assert (await anybody.get(path)).status_code == 200
        await post(own, f"{path}/consent", {"agreed": False})
        assert (await anybody.get("/v1/needs", params=REGION)).json()["items"] == []
        assert (await anybody.get(path)).json()["code"] == "need_not_found"
        events = (await own.get(f"{path}/history")).json()["items"]
    assert [event["event"] for event in events] == ["recorded", "published", "hidden"]


async def test_a_need_hidden_between_two_pages_is_not_on_the_second(world: ImportWorld) -> None:
    homes = [await poor(world) for _ in range(4)]
    needs = [await published(world, home) for home in homes]
    async with as_anybody(world) as anybody, as_household(world, homes[2]) as third:
        first = (await anybody.get("/v1/needs", params={**REGION, "limit": 2})).json()
        assert [one["need_id"] for one in first["items"]] == needs[:2]
        await post(third, f"/v1/needs/{needs[2]}/consent", {"agreed": False})
        second = (await anybody.get("/v1/needs", params={**REGION, "limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["need_id"] for one in second["items"]] == [needs[3]]
    assert second["has_more"] is False


async def test_the_public_learns_nothing_of_whose_need_it_is(world: ImportWorld) -> None:
    household, _ = await helped(world, address="一组 1 号", phone="15400000000")
    need = await published(world, household)
    async with as_anybody(world) as anybody:
        said = [await anybody.get("/v1/needs", params=REGION), await anybody.get(f"/v1/needs/{need}")]
    for reply in said:
        assert reply.status_code == 200
        for word in (household, VILLAGE, "陈", "15400000000", "一组", "帮扶人", "consent"):
            assert word not in reply.text
    assert said[1].json()["township_code"] == TOWNSHIP


async def test_only_the_place_and_kind_asked_for_are_listed(world: ImportWorld) -> None:
    need = await published(world, await poor(world))
    other = await published(world, await poor(world), kind="education")
    async with as_anybody(world) as anybody:

        async def listed(**query: str) -> list[str]:
            reply = await anybody.get("/v1/needs", params=query)
            return [one["need_id"] for one in reply.json()["items"]]

        assert await listed(region="511921") == [need, other]
        assert await listed(region="511923") == []
        assert await listed(region=TOWNSHIP, kind="education") == [other]
        assert (await anybody.get("/v1/needs")).status_code == 422


async def test_words_that_name_a_person_are_refused_before_they_are_kept(world: ImportWorld) -> None:
    household = await poor(world)
    async with as_household(world, household) as own:
        named = await record(own, household, words="陈正松想养山羊")
        kind = await record(own, household, kind="castle")
    assert (named.status_code, named.json()["code"]) == (422, "words_tell_who")
    assert named.json()["errors"][0]["pointer"] == "/words"
    assert (kind.status_code, kind.json()["code"]) == (422, "need_kind_unknown")


async def test_another_publishes_only_with_the_way_and_the_witness_of_consent(world: ImportWorld) -> None:
    household, cadre = await helped(world)
    async with as_helper(world, cadre) as helper:
        need = (await record(helper, household)).json()["need_id"]
        bare = await post(helper, f"/v1/needs/{need}/consent", {"agreed": True})
        assert (bare.status_code, bare.json()["code"]) == (422, "consent_evidence_needed")
        agreed = {"agreed": True, "through": "spoken", "witness": "村支书"}
        assert (await post(helper, f"/v1/needs/{need}/consent", agreed)).json()["public"] is True


async def test_every_gift_is_traced_to_the_household_which_sees_who_gave(world: ImportWorld) -> None:
    household = await poor(world)
    need = await published(world, household)
    path = f"/v1/needs/{need}"
    async with (
        as_donor(world) as donor,
        as_village(world) as official,
        as_household(world, household) as own,
        as_anybody(world) as anybody,
    ):
        money = await post(donor, f"{path}/donations", GIVEN)
        assert money.status_code == 201, money.text
        assert money.json()["receipt_number"].startswith("JZ-2026-")
        nameless = await post(official, f"{path}/donations", {"goods": "两头猪仔", "given_on": "2026-11-24"})
        assert (nameless.status_code, nameless.json()["code"]) == (422, "donor_name_needed")
        goods = {"goods": "两头猪仔", "donor_name": "某某公司", "anonymous": True, "given_on": "2026-11-24"}
        assert (await post(official, f"{path}/donations", goods)).status_code == 201
        ledger = (await own.get(f"{path}/donations")).json()["items"]
        shown = (await anybody.get(path)).json()
        mine = (await donor.get("/v1/donations")).json()["items"]
        assert (await donor.get(f"{path}/donations")).json()["code"] == "need_not_found"
    assert [(one["donor_name"], one["amount_cents"], one["goods"]) for one in ledger] == [
        ("张三", 3_000, None),
        ("某某公司", 0, "两头猪仔"),
    ]
    assert (shown["given_cents"], shown["left_cents"], shown["donations"]) == (3_000, 7_000, 2)
    assert [one["donor"] for one in shown["given"]] == ["爱心人士", "张三"]
    assert [one["donation_id"] for one in mine] == [money.json()["donation_id"]]


async def test_what_came_is_confirmed_by_the_household_or_another_official_once(world: ImportWorld) -> None:
    household = await poor(world)
    need = await published(world, household)
    async with as_village(world) as official, as_household(world, household) as own:
        named = {**GIVEN, "donor_name": "某某公司"}
        given = (await post(official, f"/v1/needs/{need}/donations", named)).json()["donation_id"]
        receipt = f"/v1/needs/{need}/donations/{given}/receipt"
        by_recorder = await post(official, receipt)
        assert (by_recorder.status_code, by_recorder.json()["code"]) == (409, "donation_recorder_cannot_receive")
        assert (await post(own, receipt)).json()["received_by_name"] == "张三"
        again = await post(own, receipt)
    assert (again.status_code, again.json()["code"]) == (409, "donation_already_received")


async def test_of_fifty_gifts_at_once_no_cent_goes_beyond_what_is_wanted(world: ImportWorld) -> None:
    need = await published(world, await poor(world))
    async with as_donor(world) as donor, as_anybody(world) as anybody:
        replies = await asyncio.gather(*(post(donor, f"/v1/needs/{need}/donations", GIVEN) for _ in range(50)))
        left = (await anybody.get(f"/v1/needs/{need}")).json()["left_cents"]
        rest = await post(donor, f"/v1/needs/{need}/donations", {**GIVEN, "amount_cents": left})
        met = (await anybody.get(f"/v1/needs/{need}")).json()
        listed = (await anybody.get("/v1/needs", params=REGION)).json()["items"]
    assert sorted(reply.status_code for reply in replies) == [201] * 3 + [409] * 47
    assert {reply.json()["left_cents"] for reply in replies if reply.status_code == 409} == {1_000}
    assert (left, rest.status_code, met["state"], listed) == (1_000, 201, "met", [])


async def test_consent_taken_back_while_gifts_come_lets_none_in_afterwards(world: ImportWorld) -> None:
    household = await poor(world)
    need = await published(world, household, wanted_cents=None)
    async with as_donor(world) as donor, as_household(world, household) as own:
        gifts = [post(donor, f"/v1/needs/{need}/donations", GIVEN) for _ in range(10)]
        replies = await asyncio.gather(*gifts, post(own, f"/v1/needs/{need}/consent", {"agreed": False}))
        late = await post(donor, f"/v1/needs/{need}/donations", GIVEN)
        events = (await own.get(f"/v1/needs/{need}/history")).json()["items"]
    assert {reply.status_code for reply in replies[:-1]} <= {201, 404}
    assert (replies[-1].status_code, late.status_code) == (200, 404)
    names = [event["event"] for event in events]
    assert names[-1] == "hidden"
    assert names.count("given") == sum(reply.status_code == 201 for reply in replies[:-1])


async def test_staff_keep_the_ledger_of_their_place_published_or_not(world: ImportWorld) -> None:
    household, cadre = await helped(world)
    other = await poor(world)
    need = await published(world, household)
    async with as_village(world) as official, as_helper(world, cadre) as helper:
        hidden = (await record(official, other)).json()["need_id"]
        region = {"region": VILLAGE}
        listed = (await official.get("/v1/needs/ledger", params=region)).json()["items"]
        assert [(one["need_id"], one["public"]) for one in listed] == [(need, True), (hidden, False)]
        own = (await helper.get("/v1/needs/ledger", params=region)).json()["items"]
        assert [one["need_id"] for one in own] == [need]
        closed = (await post(official, f"/v1/needs/{need}/close", {"reason": "已解决"})).json()
        assert (closed["state"], closed["public"]) == ("closed", False)
        elsewhere = await official.get("/v1/needs/ledger", params={"region": "511923"})
        assert elsewhere.json()["code"] == "outside_scope"


async def test_a_stranger_neither_publishes_nor_hides_nor_closes(world: ImportWorld) -> None:
    household = await poor(world)
    need = await published(world, household)
    neighbour, cadre = await helped(world)
    async with as_helper(world, cadre) as helper, as_household(world, neighbour) as other, as_donor(world) as donor:
        for client in (helper, other, donor):
            for path, body in (("consent", {"agreed": False}), ("close", {"reason": "x"})):
                reply = await post(client, f"/v1/needs/{need}/{path}", body)
                assert (reply.status_code, reply.json()["code"]) == (404, "need_not_found")


async def test_cadres_are_told_how_many_needs_are_open(world: ImportWorld) -> None:
    household = await poor(world)
    need = await published(world, household)
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT payload FROM change_log WHERE topic = 'care' ORDER BY id")
        told = [row[0] for row in rows]
    assert [one["needs"] for one in told] == [[{"id": need, "public": False}], [{"id": need, "public": True}]]
    assert {one["open_needs"] for one in told} == {1}
