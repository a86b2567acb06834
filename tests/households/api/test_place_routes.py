"""Renamed and merged villages: an old code and an old name find the successor, and nothing is deleted."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.households.storage import tables
from services.households.storage.shipped_regions import shipped_regions
from services.households.use_cases.load_regions import load_regions
from shared.change_log import ChangeLog
from tests.builders.register import invent_household
from tests.households.api.test_duplicate_routes import person, registered
from tests.households.api.test_life_routes import key
from tests.households.import_world import TOWNSHIP, ImportWorld

OLD, NEW = f"{TOWNSHIP}202", f"{TOWNSHIP}203"
MERGED = {"kind": "merge", "into": NEW, "happened_on": "2023-05-01", "document": "通府发〔2023〕5号"}


@pytest.fixture
async def county(world: ImportWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.as_official("511921", role="county_official") as client:
        yield client
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("DELETE FROM place_changes")
        await connection.exec_driver_sql("DELETE FROM regions WHERE code LIKE '%999'")
        await connection.exec_driver_sql("UPDATE regions SET ended_on = NULL, successor = NULL")
        await load_regions(connection, ChangeLog(tables.change_log), shipped_regions())


async def recorded(client: httpx.AsyncClient, code: str, **body: Any) -> httpx.Response:
    return await client.post(f"/v1/regions/{code}/changes", json=body, headers=key())


async def test_the_households_of_a_merged_village_live_in_the_successor(
    world: ImportWorld, county: httpx.AsyncClient
) -> None:
    home = await registered(county, person(1), village=OLD)
    reply = await recorded(county, OLD, **MERGED)
    assert (reply.status_code, reply.json()["code"]) == (201, NEW), reply.text
    record = (await county.get(f"/v1/households/{home['household_id']}")).json()
    assert (record["village_code"], record["version"]) == (NEW, 2)
    history = (await county.get(f"/v1/households/{home['household_id']}/history")).json()
    assert (history["changes"][0]["kind"], history["record"]["village_code"]) == ("place_merged", NEW)
    old = (await county.get(f"/v1/regions/{OLD}")).json()
    assert (old["successor"], old["ended_on"]) == (NEW, "2023-05-01")
    for region in (OLD, NEW):
        listed = (await county.get("/v1/households", params={"region": region})).json()["items"]
        assert [line["household_id"] for line in listed] == [home["household_id"]]
        found = await county.post("/v1/households/search", json={"region": region, "name": "陈正松"})
        assert len(found.json()["items"]) == 1
    children = (await county.get(f"/v1/regions/{TOWNSHIP}/children")).json()["items"]
    assert OLD not in {child["code"] for child in children}
    refused = await county.post(
        "/v1/households", json={"village_code": OLD, "members": [person(5, name="李四")]}, headers=key()
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "village_merged")
    assert NEW in refused.json()["message"]


async def test_a_register_with_the_old_name_comes_into_the_successor(
    world: ImportWorld, county: httpx.AsyncClient
) -> None:
    name = (await county.get(f"/v1/regions/{OLD}")).json()["name"]
    new_name = (await county.get(f"/v1/regions/{NEW}")).json()["name"]
    await recorded(county, OLD, **MERGED)
    await recorded(county, NEW, kind="rename", name="新风村", happened_on="2024-01-01", document="通府发〔2024〕1号")
    households = [
        invent_household(index, 2, village=village) for index, village in enumerate((name, new_name, "新风村"))
    ]
    outcome = await world.bring_in(world.file(households))
    assert outcome.refused() == []
    for household in households:
        assert (await world.household(household.number)).facts.village_code == NEW


async def test_a_place_is_found_by_its_old_name_and_tells_what_happened(county: httpx.AsyncClient) -> None:
    name = (await county.get(f"/v1/regions/{OLD}")).json()["name"]
    await recorded(county, OLD, **MERGED)
    await recorded(county, NEW, kind="rename", name="新风村", happened_on="2024-01-01", document="通府发〔2024〕1号")
    found = (await county.get("/v1/regions", params={"called": name})).json()["items"]
    assert {"code": OLD, "successor": NEW} in [{"code": p["code"], "successor": p["successor"]} for p in found]
    assert (await county.get("/v1/regions", params={"called": "新风"})).json()["items"][0]["code"] == NEW
    changes = (await county.get(f"/v1/regions/{NEW}/changes")).json()["items"]
    assert [(one["kind"], one["code"], one["happened_on"]) for one in changes] == [
        ("renamed", NEW, "2024-01-01"),
        ("merged", OLD, "2023-05-01"),
    ]


async def test_a_merge_may_make_the_village_that_it_goes_into(county: httpx.AsyncClient) -> None:
    made = f"{TOWNSHIP}999"
    asked = {**MERGED, "into": made}
    refused = await recorded(county, OLD, **asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "successor_name_needed")
    reply = await recorded(county, OLD, **asked, name="三合村", place_kind="village")
    assert (reply.status_code, reply.json()["name"], reply.json()["parent"]) == (201, "三合村", TOWNSHIP)
    onwards = await recorded(county, made, **MERGED)
    assert onwards.status_code == 201
    assert (await county.get("/v1/households", params={"region": OLD})).status_code == 200


async def test_the_next_start_does_not_take_back_what_officials_recorded(
    world: ImportWorld, county: httpx.AsyncClient
) -> None:
    await recorded(county, NEW, kind="rename", name="新风村", happened_on="2024-01-01", document="通府发〔2024〕1号")
    async with world.database.transaction() as connection:
        assert await load_regions(connection, ChangeLog(tables.change_log), shipped_regions()) == 0
    assert (await county.get(f"/v1/regions/{NEW}")).json()["name"] == "新风村"


async def test_the_siblings_are_told_of_place_and_households(world: ImportWorld, county: httpx.AsyncClient) -> None:
    home = await registered(county, person(1), village=OLD)
    await recorded(county, OLD, **MERGED)
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT topic, key, payload FROM change_log ORDER BY id")
        told = {(row.topic, row.key): row.payload for row in rows}
    assert told["region", OLD]["successor"] == NEW
    assert told["household", home["household_id"]]["village_code"] == NEW


async def test_a_poor_village_that_has_ended_is_no_poor_village_to_the_siblings(
    world: ImportWorld, county: httpx.AsyncClient
) -> None:
    """Else its five posts would be vacant for ever."""
    async with world.database.transaction() as connection:
        was = await connection.exec_driver_sql("SELECT poor_village FROM regions WHERE code = $1", (OLD,))
        before = was.scalar_one()
        await connection.exec_driver_sql("UPDATE regions SET poor_village = true WHERE code = $1", (OLD,))
    await recorded(county, OLD, **MERGED)
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT payload FROM change_log WHERE topic = 'region' AND key = $1 ORDER BY id DESC LIMIT 1", (OLD,)
        )
        told = rows.scalar_one()
        await connection.exec_driver_sql("UPDATE regions SET poor_village = $1 WHERE code = $2", (before, OLD))
    assert (told["successor"], told["poor_village"]) == (NEW, False)


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        (OLD, MERGED | {"into": OLD}, "place_into_itself"),
        (TOWNSHIP, MERGED, "place_not_village"),
        (OLD, MERGED | {"happened_on": "2199-01-01"}, "place_change_in_future"),
        (OLD, MERGED | {"into": "511923100201"}, "outside_scope"),
        ("511923100201", MERGED, "outside_scope"),
    ],
)
async def test_what_cannot_be_is_refused(
    county: httpx.AsyncClient, code: str, body: dict[str, Any], expected: str
) -> None:
    assert (await recorded(county, code, **body)).json()["code"] == expected


async def test_a_merged_village_is_not_merged_again_and_a_township_records_nothing(
    world: ImportWorld, county: httpx.AsyncClient
) -> None:
    await recorded(county, OLD, **MERGED)
    again = await recorded(county, OLD, **MERGED)
    async with world.as_official(TOWNSHIP, subject="official-2") as township:
        refused = await recorded(township, NEW, **MERGED | {"into": OLD})
    assert (again.json()["code"], refused.status_code) == ("place_already_merged", 403)
