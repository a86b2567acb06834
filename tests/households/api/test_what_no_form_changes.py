"""Danger, the village and who lives there change by their courses and events, not by the form of the record."""

from typing import Any

import pytest

from tests.households.api.test_life_routes import NEXT_VILLAGE, VILLAGE, happened, key, person, registered
from tests.households.import_world import TOWNSHIP, ImportWorld
from tests.households.monitoring_people import as_household, open_case, register, step

DANGER: dict[str, Any] = {"monitoring_type": "sudden", "risk_removed": False}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"monitoring_type": "sudden"}, "monitoring_by_course"),
        ({"risk_removed": True, "risk_removed_on": "2026-11-24"}, "monitoring_by_course"),
        ({"village_code": NEXT_VILLAGE}, "household_village_by_event"),
    ],
)
async def test_a_form_neither_opens_nor_removes_danger_nor_moves_a_household(
    world: ImportWorld, change: dict[str, Any], code: str
) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1))
        path = f"/v1/households/{home['household_id']}"
        patched = await client.post(f"{path}/changes", json={**change, "version": 1}, headers=key())
        whole = {"village_code": VILLAGE, **change, "version": 1}
        replaced = await client.put(path, json=whole)
        as_it_was = (await client.get(path)).json()
    for reply in (patched, replaced):
        assert (reply.status_code, reply.json()["code"]) == (409, code)
    assert as_it_was == {**home, "likely_duplicates": None}


async def test_the_county_takes_danger_over_from_a_list_and_a_form_that_leaves_it_out_keeps_it(
    world: ImportWorld,
) -> None:
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        home = await registered(client, person(1))
        path = f"/v1/households/{home['household_id']}"
        list_of_superiors = {"changes": DANGER, "source": "department", "version": 1}
        taken_over = await client.post(f"{path}/changes", json=list_of_superiors, headers=key())
        assert taken_over.status_code == 200, taken_over.text
        kept = (await client.put(path, json={"village_code": VILLAGE, "address": "二组", "version": 2})).json()
    assert (kept["monitoring_type"], kept["risk_removed"], kept["address"]) == ("sudden", False, "二组")


async def test_while_a_case_is_open_not_even_the_county_writes_danger_beside_it(world: ImportWorld) -> None:
    household = await register(world)
    async with world.as_official("511921", role="county_official") as county:
        case = (await open_case(county, household)).json()
        assert (await step(county, case, "in_danger", monitoring_type="sudden")).status_code == 200
        version = (await county.get(f"/v1/households/{household}")).json()["version"]
        removed = {"changes": {"risk_removed": True}, "source": "department", "version": version}
        reply = await county.post(f"/v1/households/{household}/changes", json=removed, headers=key())
    assert (reply.status_code, reply.json()["code"]) == (409, "monitoring_on_case")


async def test_nobody_below_the_county_registers_a_household_as_in_danger(world: ImportWorld) -> None:
    body = {"village_code": VILLAGE, "members": [person(1)], **DANGER}
    async with world.as_official(TOWNSHIP) as client:
        refused = await client.post("/v1/households", json=body, headers=key())
    async with world.as_official(TOWNSHIP, role="county_official") as client:
        taken_over = await client.post("/v1/households", json=body, headers=key())
    assert (refused.status_code, refused.json()["code"]) == (409, "monitoring_by_course")
    assert taken_over.status_code == 201


async def test_who_dies_does_so_by_an_event_and_an_edit_keeps_since_when_somebody_lives_there(
    world: ImportWorld,
) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1))
        came = await happened(client, home["household_id"], "move_in", 1, member=person(2, "之子"))
        child = came.json()["households"][0]["members"][1]
        path = f"/v1/households/{home['household_id']}/members/{child['member_id']}"
        died = await client.put(path, json={**person(2, "之子"), "left_reason": "died", "version": 2})
        after = await client.put(path, json={**person(2, "之子"), "education": "小学", "version": 2})
    assert (died.status_code, died.json()["code"]) == (409, "member_leaves_by_event")
    assert (child["joined_on"], after.json()["items"][1]["joined_on"]) == ("2026-11-01", "2026-11-01")


async def test_nothing_new_begins_for_a_household_that_has_closed(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP) as client:
        home = await registered(client, person(1))
        gone = await happened(client, home["household_id"], "death", 1, member_id=home["members"][0]["member_id"])
        assert gone.status_code == 201, gone.text
        household = home["household_id"]
        wish = {"household_id": household, "kind": "school_things", "need": "书包", "amount_cents": 10_000}
        need = {"household_id": household, "kind": "goods", "words": "棉被两床"}
        asked = [
            await client.post("/v1/wishes", json=wish, headers=key()),
            await client.post("/v1/needs", json=need, headers=key()),
            await open_case(client, household),
        ]
    assert [(reply.status_code, reply.json()["code"]) for reply in asked] == [(409, "household_closed")] * 3


async def test_a_refusal_that_shows_what_stands_now_is_a_look_that_the_household_sees(world: ImportWorld) -> None:
    async with world.as_official(TOWNSHIP, subject="official-2") as client:
        home = await registered(client, person(1))
        path = f"/v1/households/{home['household_id']}"
        stale = await client.put(path, json={"village_code": VILLAGE, "version": 999})
        assert (stale.status_code, stale.json()["current"]["version"]) == (412, 1)
    async with as_household(world, home["household_id"]) as own:
        looks = (await own.get(f"{path}/looks")).json()["items"]
    assert [(one["what"], one["role"]) for one in looks] == [("record", "official")]
