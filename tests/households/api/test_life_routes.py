"""Incomes and events over HTTP, down to the database: what holds, what is kept, and who is first."""

import asyncio
from datetime import date
from typing import Any

import httpx

from shared.ids import new_id
from tests.builders.register import invented_id_number
from tests.households.import_world import TOWNSHIP, ImportWorld

VILLAGE, NEXT_VILLAGE = f"{TOWNSHIP}202", f"{TOWNSHIP}203"
INCOME = {"wage_cents": 2_000_000, "business_cents": 900_000, "property_cents": 0, "transfer_cents": 100_000}


def person(serial: int, relation: str = "户主", born: date = date(1980, 5, 1)) -> dict[str, Any]:
    return {
        "name": f"陈正{'松林山河'[serial % 4]}",
        "id_number": invented_id_number(born, serial, male=True),
        "relation": relation,
    }


def key(**more: str) -> dict[str, str]:
    return {"Idempotency-Key": str(new_id()), **more}


async def registered(client: httpx.AsyncClient, *people: dict[str, Any]) -> dict[str, Any]:
    reply = await client.post("/v1/households", json={"village_code": VILLAGE, "members": list(people)}, headers=key())
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def happened(client: httpx.AsyncClient, household: str, kind: str, version: int, **said: Any) -> httpx.Response:
    body = {"kind": kind, "happened_on": "2026-11-01", "version": version, **said}
    return await client.post(f"/v1/households/{household}/events", json=body, headers=key())


def related(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"member_id": member_id, "relation": relation} for member_id, relation in pairs]


async def test_a_years_income_by_kind_gives_the_net_income_per_head(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"))
        path = f"/v1/households/{home['household_id']}"
        body = {**INCOME, "business_costs_cents": 400_000, "version": 1}
        reply = await client.put(f"{path}/incomes/2025", json=body)
        assert (reply.status_code, reply.headers["etag"]) == (200, '"v2"')
        assert reply.json()["items"][0]["net_per_head_cents"] == 1_300_000
        assert (await client.get(path)).json()["net_income_per_head_cents"] == 1_300_000
        older = await client.put(f"{path}/incomes/2024", json={**INCOME, "version": 2, "source": "department"})
        assert [item["year"] for item in older.json()["items"]] == [2025, 2024]
        assert (await client.get(path)).json()["net_income_per_head_cents"] == 1_300_000, "an older year changes it not"
        stale = await client.put(f"{path}/incomes/2024", json={**INCOME, "version": 2})
        ahead = await client.put(f"{path}/incomes/2199", json={**INCOME, "version": 3})
    assert (stale.status_code, ahead.json()["code"]) == (412, "income_year_ahead")


async def test_history_shows_incomes_and_events_as_they_stood(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"))
        path = f"/v1/households/{home['household_id']}"
        await client.put(f"{path}/incomes/2025", json={**INCOME, "version": 1})
        between = (await client.get(f"{path}/history")).json()["changes"][0]["at"]
        await client.put(f"{path}/incomes/2025", json={**INCOME, "wage_cents": 0, "version": 2, "source": "phone"})
        son = home["members"][1]["member_id"]
        assert (await happened(client, home["household_id"], "move_out", 3, member_id=son)).status_code == 201
        now = (await client.get(f"{path}/history")).json()
        then = (await client.get(f"{path}/history", params={"as_of": between})).json()
    assert [change["kind"] for change in now["changes"]] == [
        "move_out",
        "income_recorded",
        "income_recorded",
        "registered",
    ]
    assert (now["incomes"][0]["wage_cents"], now["incomes"][0]["source"]) == (0, "phone")
    assert (then["incomes"][0]["wage_cents"], then["incomes"][0]["source"]) == (2_000_000, "form")
    assert (len(then["record"]["members"]), len(now["record"]["members"])) == (2, 1)
    assert ([e["kind"] for e in now["events"]], then["events"]) == (["move_out"], [])


async def test_a_split_and_a_merge_keep_each_persons_path(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"), person(3, "之女"))
        son = home["members"][1]["member_id"]
        new = str(new_id())
        reply = await happened(
            client, home["household_id"], "split", 1, members=related((son, "户主")), new_household_id=new
        )
        assert reply.status_code == 201, reply.text
        old, founded = reply.json()["households"]
        assert ([len(old["members"]), len(founded["members"])], founded["household_id"]) == ([2, 1], new)
        back = await happened(
            client, home["household_id"], "merge", 2, other_household_id=new, members=related((son, "之子"))
        )
        assert back.status_code == 201, back.text
        closed = (await client.get(f"/v1/households/{new}")).json()
        assert (closed["members"], closed["closed_reason"], closed["closed_on"]) == ([], "merged", "2026-11-01")
        path = (await client.get(f"/v1/households/{home['household_id']}/members/{son}/path")).json()["items"]
        events = (await client.get(f"/v1/households/{new}/events")).json()["items"]
        listed = (await client.get("/v1/households", params={"region": VILLAGE})).json()["items"]
        refused = await client.post(
            f"/v1/households/{new}/changes", json={"address": "甲", "version": closed["version"]}, headers=key()
        )
    here = home["household_id"]
    assert [(stay["household_id"], stay["left_reason"]) for stay in path] == [
        (here, "split"),
        (new, "merged"),
        (here, None),
    ], "the stay before the split is not forgotten"
    assert [(e["kind"], e["other_household_id"]) for e in events] == [("merge", here), ("split", here)]
    assert [line["household_id"] for line in listed] == [home["household_id"]], "a closed household is in no list"
    assert (refused.status_code, refused.json()["code"]) == (409, "household_closed")


async def test_a_member_who_left_returns_and_a_dead_one_does_not(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"), person(3, "之女"))
        son, daughter = (m["member_id"] for m in home["members"][1:])
        assert (await happened(client, home["household_id"], "move_out", 1, member_id=son)).status_code == 201
        reply = await happened(client, home["household_id"], "return", 2, member_id=son, relation="之子")
        assert [m["member_id"] for m in reply.json()["households"][0]["members"]].count(son) == 1
        assert (await happened(client, home["household_id"], "death", 3, member_id=daughter)).status_code == 201
        refused = await happened(client, home["household_id"], "return", 4, member_id=daughter, relation="之女")
    assert (refused.status_code, refused.json()["code"]) == (409, "event_member_has_died")


async def test_the_siblings_are_told_of_both_households(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"))
        alone = await registered(client, person(5))
        member = alone["members"][0]["member_id"]
        await happened(
            client,
            home["household_id"],
            "merge",
            1,
            other_household_id=alone["household_id"],
            members=related((member, "之父")),
        )
    async with world.database.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT key, payload FROM change_log ORDER BY id DESC LIMIT 2")
        told = {row.key: row.payload for row in rows}
    assert told[home["household_id"]]["people"] == 3
    assert (told[alone["household_id"]]["closed"], told[alone["household_id"]]["people"]) == (True, 0)
    assert told[alone["household_id"]]["identities"] == []


async def test_an_official_of_the_next_village_takes_nobody_out_of_this_one(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"))
    async with world.as_official(NEXT_VILLAGE, subject="official-2") as stranger:
        refused = await happened(
            stranger, home["household_id"], "move_out", 1, member_id=home["members"][1]["member_id"]
        )
        own = await stranger.post(
            "/v1/households", json={"village_code": NEXT_VILLAGE, "members": [person(9)]}, headers=key()
        )
        theirs = await happened(
            stranger,
            own.json()["household_id"],
            "merge",
            1,
            other_household_id=home["household_id"],
            members=related(*((m["member_id"], "其他") for m in home["members"])),
        )
    assert (refused.status_code, theirs.status_code) == (404, 404)


async def test_one_person_is_taken_by_one_of_many_events_at_once(world: ImportWorld) -> None:
    """Split, marriage, merge and another registration reach for the same son; the database lets one have him."""
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1), person(2, "之子"))
        others = [await registered(client, person(10 + n)) for n in range(3)]
        son = home["members"][1]["member_id"]
        asked = [
            happened(client, home["household_id"], "split", 1, members=related((son, "户主"))),
            *(
                happened(
                    client,
                    home["household_id"],
                    "marriage_out",
                    1,
                    member_id=son,
                    to_household_id=other["household_id"],
                    relation="之女婿",
                )
                for other in others
            ),
            client.post(
                "/v1/households",
                json={"village_code": VILLAGE, "members": [person(2)]},
                headers=key(),
            ),
        ]
        replies = await asyncio.gather(*asked)
    codes = sorted(reply.status_code for reply in replies)
    assert codes == [201, 409, 412, 412, 412], [reply.text for reply in replies]
    async with world.database.transaction() as connection:
        living = await connection.exec_driver_sql(
            "SELECT count(*) FROM members WHERE member_id = $1 AND left_on IS NULL", (son,)
        )
        held = await connection.exec_driver_sql("SELECT count(*) FROM persons WHERE member_id = $1", (son,))
        assert (living.scalar_one(), held.scalar_one()) == (1, 1)


async def test_two_merges_of_each_other_at_once_do_not_lock_for_ever(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        one, two = await registered(client, person(1)), await registered(client, person(2))
        replies = await asyncio.gather(
            *(
                happened(
                    client,
                    here["household_id"],
                    "merge",
                    1,
                    other_household_id=there["household_id"],
                    members=related((there["members"][0]["member_id"], "其他")),
                )
                for here, there in ((one, two), (two, one))
            )
        )
    assert sorted(reply.status_code for reply in replies) == [201, 409]
