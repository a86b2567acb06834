"""People who may be in the record twice: flagged wherever they come from, merged or told apart by an official."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.builders.register import invent_household, invented_id_number
from tests.households.api.test_life_routes import VILLAGE, happened, key, related
from tests.households.import_world import TOWNSHIP, ImportWorld

BORN = date(1980, 5, 1)


def person(serial: int, relation: str = "户主", name: str = "陈正松", born: date = BORN) -> dict[str, Any]:
    return {"name": name, "id_number": invented_id_number(born, serial, male=True), "relation": relation}


async def registered(client: httpx.AsyncClient, *people: dict[str, Any], village: str = VILLAGE) -> dict[str, Any]:
    reply = await client.post("/v1/households", json={"village_code": village, "members": list(people)}, headers=key())
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def listed(client: httpx.AsyncClient, region: str = TOWNSHIP) -> list[dict[str, Any]]:
    reply = await client.get("/v1/households/duplicates", params={"region": region})
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def decided(client: httpx.AsyncClient, pair: str, **said: Any) -> httpx.Response:
    body = {"reason": "查了户口簿", **said}
    return await client.post(f"/v1/households/duplicates/{pair}/decision", json=body, headers=key())


async def test_a_form_is_told_at_once_and_the_township_lists_the_pair_masked(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        assert (await registered(client, person(1)))["likely_duplicates"] == 0
        second = await registered(client, person(2), village=f"{TOWNSHIP}203")
        assert second["likely_duplicates"] == 1
        (pair,) = await listed(client)
    assert (pair["name"], pair["birth_date"], pair["state"]) == ("陈正松", "1980-05-01", "open")
    assert {side["village_code"] for side in pair["sides"]} == {VILLAGE, f"{TOWNSHIP}203"}
    assert all("**********" in side["id_number"] for side in pair["sides"])


@pytest.mark.parametrize("other", [person(2, name="陈正柏"), person(2, born=date(1980, 5, 2))])
async def test_another_name_or_birth_date_is_another_person(world: ImportWorld, other: dict[str, Any]) -> None:
    async with world.as_official(TOWNSHIP) as client:
        await registered(client, person(1))
        await registered(client, other)
        assert await listed(client) == []


async def test_a_namesake_of_another_township_is_not_flagged(world: ImportWorld) -> None:
    async with world.as_official("5119") as client:
        await registered(client, person(1))
        await registered(client, person(2), village="511921100201")
        assert await listed(client, "5119") == []


async def test_an_added_member_and_a_newborn_are_flagged_too(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        await registered(client, person(1))
        home = await registered(client, person(5, name="李四"))
        path = f"/v1/households/{home['household_id']}/members"
        added = await client.post(path, json={**person(2, "之子"), "version": 1}, headers=key())
        assert added.json()["likely_duplicates"] == 1
        born = await happened(client, home["household_id"], "move_in", 2, member=person(3, "之子"))
        assert born.status_code == 201
        assert len(await listed(client)) == 3, "each of the three with each other"


async def test_an_import_flags_them_and_says_how_many(world: ImportWorld) -> None:
    one, two = invent_household(1, 2), invent_household(2, 2)
    twin = replace(one.people[1], id_number=invented_id_number(date(1924, 1, 1), 77, male=False), person_number="9")
    two = replace(two, people=(two.people[0], twin))
    outcome = await world.bring_in(world.file([one, two]))
    assert outcome.result["likely_duplicates"] == 1
    again = await world.bring_in(world.file([one, two]))
    assert again.result["likely_duplicates"] == 0


async def test_the_same_person_leaves_one_household_and_both_histories_stay(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        first = await registered(client, person(1), person(9, "之子", "陈小"))
        second = await registered(client, person(7, name="王五"), person(2, "其他"))
        kept, twin = first["members"][0]["member_id"], second["members"][1]["member_id"]
        (pair,) = await listed(client)
        wrong = await decided(client, pair["pair_id"], decision="same")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "duplicate_kept_member_wrong")
        done = await decided(client, pair["pair_id"], decision="same", kept_member_id=kept)
        assert (done.status_code, done.json()["state"]) == (200, "same"), done.text
        assert await listed(client) == []
        left = (await client.get(f"/v1/households/{second['household_id']}/history")).json()
        assert left["changes"][0]["kind"] == "duplicate"
        path = (await client.get(f"/v1/households/{first['household_id']}/members/{kept}/path")).json()["items"]
        again = await decided(client, pair["pair_id"], decision="different")
    assert {(stay["household_id"], stay["left_reason"]) for stay in path} == {
        (first["household_id"], None),
        (second["household_id"], "duplicate"),
    }
    assert twin
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_decided")


async def test_the_twin_who_is_a_head_needs_a_successor(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        first = await registered(client, person(1))
        second = await registered(client, person(2), person(9, "之子", "陈小"))
        (pair,) = await listed(client)
        kept, son = first["members"][0]["member_id"], second["members"][1]["member_id"]
        refused = await decided(client, pair["pair_id"], decision="same", kept_member_id=kept)
        assert refused.json()["code"] == "event_new_head_needed"
        asked = {"decision": "same", "kept_member_id": kept, "relations": related((son, "户主"))}
        assert (await decided(client, pair["pair_id"], **asked)).status_code == 200


async def test_two_people_are_not_asked_about_again(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        await registered(client, person(1))
        home = await registered(client, person(2))
        (pair,) = await listed(client)
        assert (await decided(client, pair["pair_id"], decision="different")).status_code == 200
        moved = await happened(client, home["household_id"], "move", 1, village_code=f"{TOWNSHIP}203")
        assert moved.status_code == 201, moved.text
        assert await listed(client) == []


async def test_an_official_of_one_village_decides_on_no_pair_of_two(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        await registered(client, person(1))
        await registered(client, person(2), village=f"{TOWNSHIP}203")
        (pair,) = await listed(client)
    async with world.as_official(VILLAGE, subject="official-2") as village:
        refused = await decided(village, pair["pair_id"], decision="different")
        outside = await village.get("/v1/households/duplicates", params={"region": TOWNSHIP})
    assert (refused.status_code, outside.status_code) == (404, 403)
