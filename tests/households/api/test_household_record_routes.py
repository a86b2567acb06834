"""A household's record over HTTP: how a write says what it changes, and what is kept of it."""

from datetime import date
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from tests.builders.register import invented_id_number
from tests.households.import_world import TOWNSHIP, ImportWorld

VILLAGE = f"{TOWNSHIP}202"
NUMBER = invented_id_number(date(1980, 5, 1), 7, male=True)


def person(relation: str = "户主") -> dict[str, Any]:
    return {"name": "陈正松", "id_number": NUMBER, "relation": relation}


async def registered(client: httpx.AsyncClient, *people: dict[str, Any], key: str = "") -> httpx.Response:
    body = {"village_code": VILLAGE, "members": list(people or (person(),))}
    return await client.post("/v1/households", json=body, headers=headers(key))


def headers(key: str = "", **more: str) -> dict[str, str]:
    return {"Idempotency-Key": key or str(new_id()), **more}


async def test_a_bare_merge_patch_changes_the_record(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}/changes"
        reply = await client.post(path, json={"address": "二组七号"}, headers=headers(**{"If-Match": '"v1"'}))
        assert (reply.status_code, reply.json()["address"], reply.headers["etag"]) == (200, "二组七号", '"v2"')
        wrapped = {"changes": {"address": None}, "source": "phone"}
        reply = await client.post(path, json=wrapped, headers=headers(**{"If-Match": 'W/"v2"'}))
        assert (reply.status_code, reply.json()["address"]) == (200, None)
        history = (await client.get(path.replace("changes", "history"))).json()
    assert [change["source"] for change in history["changes"]] == ["phone", "form", "form"]


async def test_the_version_may_stand_in_the_body(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}/changes"
        good = await client.post(path, json={"address": "甲", "version": 1}, headers=headers())
        stale = await client.post(path, json={"address": "乙", "version": 1}, headers=headers())
        none = await client.post(path, json={"address": "丙"}, headers=headers())
    assert (good.status_code, stale.status_code, none.status_code) == (200, 412, 428)
    assert stale.json()["current"]["address"] == "甲"


@pytest.mark.parametrize("body", [{}, {"changes": {}}, {"changes": {"address": "甲"}, "address": "乙"}])
async def test_a_change_that_says_nothing_or_says_it_twice_is_refused(world: ImportWorld, body: dict[str, Any]) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}/changes"
        reply = await client.post(path, json=body, headers=headers(**{"If-Match": '"v1"'}))
    assert (reply.status_code, reply.json()["code"]) == (422, "schema_invalid")


async def test_an_unknown_field_of_a_bare_patch_is_refused(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}/changes"
        reply = await client.post(path, json={"score": 99}, headers=headers(**{"If-Match": '"v1"'}))
    assert (reply.status_code, reply.json()["code"]) == (400, "field_unknown")


async def test_the_record_as_it_stood_on_a_day_is_asked_for_by_its_date(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}/history"
        before = (await client.get(path, params={"as_of": "2020-01-01"})).json()
        after = (await client.get(path, params={"as_of": "2199-01-01"})).json()
        wrong = await client.get(path, params={"as_of": "yesterday"})
    assert (before["record"], len(after["changes"]), wrong.status_code) == (None, 1, 422)


async def test_full_numbers_are_shown_with_a_look_each_time_and_never_from_a_kept_reply(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}"
        same = str(new_id())
        asked = {"fields": ["id_number"], "reason": "核对身份"}
        for _ in range(2):
            reply = await client.post(f"{path}/unmask", json=asked, headers=headers(same))
            assert reply.json()["members"][0]["id_number"] == NUMBER
            assert "idempotency-replayed" not in reply.headers
        looks = (await client.get(f"{path}/looks")).json()["items"]
    assert [look["what"] for look in looks if look["reason"]] == ["unmask:id_number"] * 2


async def test_no_kept_reply_can_be_read_in_the_database(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        key = str(new_id())
        first = await registered(client, key=key)
        assert (await registered(client, key=key)).headers["idempotency-replayed"] == "true"
    async with world.database.transaction() as connection:
        rows = (await connection.exec_driver_sql("SELECT body FROM idempotency_keys")).scalars().all()
    assert rows
    for row in rows:
        assert b"household_id" not in bytes(row)
        assert first.json()["household_id"].encode() not in bytes(row)


async def test_a_person_named_twice_in_one_household_is_pointed_out(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        reply = await registered(client, person(), person("配偶"))
    assert reply.status_code == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == ["/members/1/id_number"]


async def test_a_member_who_is_there_already_is_told_so(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        household = (await registered(client)).json()
        path = f"/v1/households/{household['household_id']}/members"
        reply = await client.post(path, json={**person("之子"), "version": 1}, headers=headers())
    assert (reply.status_code, reply.json()["code"]) == (409, "person_already_in_household")
