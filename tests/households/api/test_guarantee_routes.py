"""The six guarantees over HTTP: who writes them, what stays of them, and that nobody overwrites another's."""

import asyncio

from shared.ids import new_id
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import (
    GUARANTEES,
    as_helper,
    as_household,
    help_by,
    put_sheet,
    register,
    sheet_body,
)


async def test_a_household_that_nobody_has_checked_is_unknown_in_all_six(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as client:
        reply = await client.get(f"/v1/households/{household}/guarantees")
    assert (reply.status_code, reply.headers["etag"]) == (200, '"v1"')
    assert {one["state"] for one in reply.json()["guarantees"].values()} == {"unknown"}
    assert tuple(reply.json()["guarantees"]) == GUARANTEES
    assert reply.json()["all_met"] is False


async def test_the_helper_writes_what_it_saw_and_every_sheet_stays(world: ImportWorld) -> None:
    household, cadre = await register(world), str(new_id())
    await help_by(world, household, cadre)
    path = f"/v1/households/{household}/guarantees"
    async with as_helper(world, cadre) as client:
        first = await put_sheet(client, household, 1, housing="no", water="unknown")
        second = await put_sheet(client, household, 2, water="unknown")
        history = (await client.get(f"{path}/history")).json()["items"]
    assert (first.status_code, second.status_code, second.json()["version"]) == (200, 200, 3)
    assert [sheet["version"] for sheet in history] == [3, 2]
    assert history[0]["changed"] == ["housing"]
    assert history[1]["guarantees"]["housing"] == {
        "state": "no",
        "checked_on": "2026-11-01",
        "evidence": "入户查看",
    }
    assert {sheet["actor_name"] for sheet in history} == {"张三"}
    assert {sheet["source"] for sheet in history} == {"visit"}


async def test_the_household_reads_its_own_and_sees_who_looked(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as client:
        await client.get(f"/v1/households/{household}/guarantees")
    async with as_household(world, household) as client:
        own = await client.get(f"/v1/households/{household}/guarantees")
        write = await put_sheet(client, household, 1)
        looks = (await client.get(f"/v1/households/{household}/looks")).json()["items"]
    assert (own.status_code, write.status_code) == (200, 403)
    assert [look["what"] for look in looks] == ["guarantees"]


async def test_a_cadre_who_does_not_help_this_household_is_told_that_there_is_none(world: ImportWorld) -> None:
    household = await register(world)
    async with as_helper(world, str(new_id())) as client:
        assert (await put_sheet(client, household, 1)).status_code == 404
        assert (await client.get(f"/v1/households/{household}/guarantees")).status_code == 404


async def test_a_no_without_evidence_is_pointed_out_field_by_field(world: ImportWorld) -> None:
    household = await register(world)
    body = sheet_body()
    body["guarantees"]["water"] = {"state": "no", "checked_on": "2199-01-01"}
    async with world.as_official(TOWNSHIP) as client:
        reply = await client.put(f"/v1/households/{household}/guarantees", json={**body, "version": 1})
    assert (reply.status_code, reply.json()["code"]) == (422, "guarantees_unproven")
    assert [error["pointer"] for error in reply.json()["errors"]] == [
        "/guarantees/water/checked_on",
        "/guarantees/water/evidence",
    ]


async def test_of_two_who_write_at_once_one_is_shown_what_the_other_wrote(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official(TOWNSHIP) as client:
        replies = await asyncio.gather(*(put_sheet(client, household, 1, water="no") for _ in range(6)))
        none = await client.put(f"/v1/households/{household}/guarantees", json=sheet_body())
    assert sorted(reply.status_code for reply in replies) == [200, 412, 412, 412, 412, 412]
    stale = next(reply for reply in replies if reply.status_code == 412)
    assert stale.json()["current"]["guarantees"]["water"]["state"] == "no"
    assert none.status_code == 428
