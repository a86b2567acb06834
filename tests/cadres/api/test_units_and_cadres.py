"""Units and cadres: entered and changed by officials of the place; phones masked, encrypted, unmasked with a reason."""

from dataclasses import replace
from typing import Any

import pytest

from shared.crypto import CannotDecrypt
from shared.ids import new_id
from tests.cadres.world import COUNTY, Caller, Town, World, cadre_login, household_login, official, rows_of

PHONE = "13812345678"


def cadre_body(town: Town, **more: Any) -> dict[str, Any]:
    return {
        "unit_id": str(town.unit.unit_id),
        "name": "何秀英",
        "rank": "staff",
        "region_code": town.code,
        "valid_from": "2025-01-01",
        "phone": PHONE,
        **more,
    }


async def enter(caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    reply = await caller.post("/v1/cadres", body)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def test_a_unit_is_entered_read_listed_and_replaced(world: World, town: Town) -> None:
    unit_id = str(new_id())
    body = {"name": "通江县农业农村局", "level": "county", "kind": "government_unit", "region_code": town.code}
    async with world.as_(town.official) as caller:
        made = await caller.post("/v1/units", body | {"unit_id": unit_id})
        again = await caller.post("/v1/units", body | {"unit_id": unit_id})
        read = await caller.get(f"/v1/units/{unit_id}")
        changed = await caller.put(f"/v1/units/{unit_id}", body | {"kind": "public_institution"}, 1)
        stale = await caller.put(f"/v1/units/{unit_id}", body, 1)
        listed = await caller.get("/v1/units", region=town.code, kind="public_institution")
        unversioned = await caller.client.put(f"/v1/units/{unit_id}", json=body)
    assert (made.status_code, made.headers["etag"], made.json()) == (201, '"v1"', read.json())
    assert (again.status_code, again.json()["code"]) == (409, "unit_id_taken")
    assert (changed.status_code, changed.json()["version"], changed.headers["etag"]) == (200, 2, '"v2"')
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]["version"]) == (
        412,
        "unit_version_stale",
        2,
    )
    assert [item["unit_id"] for item in listed.json()["items"]] == [unit_id]
    assert (unversioned.status_code, unversioned.json()["code"]) == (428, "version_missing")


async def test_units_of_another_place_are_out_of_reach(world: World, town: Town) -> None:
    elsewhere = await world.town()
    body = {"name": "乡政府", "level": "township", "kind": "government_unit", "region_code": town.code}
    async with world.as_(elsewhere.official) as caller:
        assert (await caller.get("/v1/units", region=town.code)).status_code == 403
        assert (await caller.get(f"/v1/units/{town.unit.unit_id}")).status_code == 403
        assert (await caller.post("/v1/units", body)).status_code == 403
        assert (await caller.put(f"/v1/units/{town.unit.unit_id}", body, 1)).status_code == 403
        assert (await caller.get(f"/v1/units/{new_id()}")).status_code == 404


async def test_a_phone_is_masked_in_every_answer_and_found_by_its_number(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        made = await enter(caller, cadre_body(town))
        listed = (await caller.get("/v1/cadres", region=town.code)).json()["items"]
        by_phone = await caller.post("/v1/cadres/search", {"region": town.code, "phone": PHONE})
        by_name = await caller.post("/v1/cadres/search", {"region": town.code, "name": "何秀英"})
        both = await caller.post("/v1/cadres/search", {"region": town.code, "name": "何秀英", "phone": PHONE})
        wrong = await caller.post("/v1/cadres/search", {"region": town.code, "phone": "13800000000"})
    assert made["phone"] == "138****5678"
    assert [item["phone"] for item in listed] == ["138****5678"]
    assert [[item["cadre_id"] for item in r.json()["items"]] for r in (by_phone, by_name, wrong)] == [
        [made["cadre_id"]],
        [made["cadre_id"]],
        [],
    ]
    assert (both.status_code, both.json()["code"]) == (422, "cadre_search_needs_one_key")


async def test_a_phone_is_never_stored_in_plain_and_opens_only_in_its_own_row(world: World, town: Town) -> None:
    async with world.as_(town.official) as caller:
        first = await enter(caller, cadre_body(town))
        second = await enter(caller, cadre_body(town, phone="13911112222"))
    async with world.database.transaction() as connection:
        stored = await rows_of(connection, "SELECT row_to_json(cadres)::text FROM cadres")
        assert not [row for row in stored if PHONE in row[0] or PHONE.encode().hex() in row[0]]
        await connection.exec_driver_sql(
            "UPDATE cadres SET phone = (SELECT phone FROM cadres WHERE cadre_id = $1) WHERE cadre_id = $2",
            (first["cadre_id"], second["cadre_id"]),
        )
        with pytest.raises(CannotDecrypt):
            await world.cadres.of_region(connection, town.code, unit_id=None, after=None, limit=10)
        await connection.rollback()


async def test_the_full_phone_is_read_with_a_reason_that_is_kept(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(town.official) as caller:
        made = await enter(caller, cadre_body(town))
        await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": made["cadre_id"]})
    path = f"/v1/cadres/{made['cadre_id']}/unmask"
    async with world.as_(household_login(household_id)) as caller:
        seen = await caller.post(path, {"reason": "联系帮扶责任人"})
    async with world.as_(household_login(await town.household())) as caller:
        hidden = await caller.post(path, {"reason": "打听"})
    async with world.as_(replace(town.official, needs_second_factor=True)) as caller:
        not_shown = await caller.post(path, {"reason": "联系帮扶责任人"})
    assert (seen.status_code, seen.json()["phone"]) == (200, PHONE)
    assert hidden.status_code == 404
    assert (not_shown.status_code, not_shown.json()["code"]) == (403, "step_up_required")
    async with world.database.transaction() as connection:
        kept = await rows_of(
            connection, "SELECT actor, facts->>'reason' FROM audit_events WHERE subject = $1", made["cadre_id"]
        )
    assert kept == [("household-1", "联系帮扶责任人")]


async def test_replacing_a_cadre_keeps_the_phone_that_was_not_sent_and_removes_it_on_null(
    world: World, town: Town
) -> None:
    async with world.as_(town.official) as caller:
        made = await enter(caller, cadre_body(town))
        path, body = f"/v1/cadres/{made['cadre_id']}", cadre_body(town, rank="section_head")
        del body["phone"]
        kept = await caller.put(path, body, 1)
        removed = await caller.put(path, body | {"phone": None}, 2)
        stale = await caller.put(path, body, 2)
    assert (kept.json()["phone"], kept.json()["rank"], kept.json()["version"]) == ("138****5678", "section_head", 2)
    assert removed.json()["phone"] is None
    assert (stale.status_code, stale.json()["code"]) == (412, "cadre_version_stale")
    assert stale.json()["current"] == removed.json(), "what stands, its phone masked"


async def test_a_cadre_reads_itself_and_others_do_not_learn_that_it_is_there(world: World, town: Town) -> None:
    elsewhere, cadre = await world.town(), await town.cadre()
    body = cadre_body(town)
    async with world.as_(cadre_login(cadre)) as caller:
        assert (await caller.get(f"/v1/cadres/{cadre.cadre_id}")).status_code == 200
        assert (await caller.put(f"/v1/cadres/{cadre.cadre_id}", body, 1)).status_code == 403
        assert (await caller.get("/v1/cadres", region=town.code)).status_code == 403
    other = replace(cadre_login(await town.cadre()), subject="cadre-2")
    for stranger in (other, elsewhere.official, household_login(await town.household())):
        async with world.as_(stranger) as caller:
            assert (await caller.get(f"/v1/cadres/{cadre.cadre_id}")).status_code == 404
            assert (await caller.put(f"/v1/cadres/{cadre.cadre_id}", body, 1)).status_code == 404


async def test_whoever_still_answers_for_something_does_not_leave(world: World, town: Town) -> None:
    household_id = await town.household()
    async with world.as_(town.official) as caller:
        made = await enter(caller, cadre_body(town))
        paired = await caller.post("/v1/pairings", {"household_id": str(household_id), "cadre_id": made["cadre_id"]})
        path = f"/v1/cadres/{made['cadre_id']}"
        tomorrow = await caller.put(path, cadre_body(town, valid_to="2026-11-25"), 1)
        refused = await caller.put(path, cadre_body(town, valid_to="2026-11-24"), 1)
        await caller.step(f"/v1/pairings/{paired.json()['pairing_id']}", "end", {"reason": "cadre_left"})
        gone = await caller.put(path, cadre_body(town, valid_to="2026-11-24"), 1)
    assert tomorrow.json()["code"] == "cadre_leaves_in_future"
    assert (refused.status_code, refused.json()["code"], refused.json()["open_pairings"]) == (
        409,
        "cadre_has_duties",
        1,
    )
    assert (gone.status_code, gone.json()["valid_to"]) == (200, "2026-11-24")


async def test_one_login_is_one_cadre(world: World, town: Town) -> None:
    login = f"u-{town.code}"
    async with world.as_(town.official) as caller:
        await enter(caller, cadre_body(town, subject=login))
        twice = await caller.post("/v1/cadres", cadre_body(town, subject=login))
    assert (twice.status_code, twice.json()["code"]) == (409, "cadre_subject_bound")


async def test_what_is_no_phone_no_rank_and_no_field_is_refused_without_an_echo(world: World, town: Town) -> None:
    async with world.as_(official("county_official", COUNTY)) as caller:
        for more in ({"phone": "12345678901"}, {"rank": "king"}, {"valid_from": 20250101}, {"name": "a\0b"}):
            reply = await caller.post("/v1/cadres", cadre_body(town, **more))
            assert reply.status_code in (400, 422)
            assert not any(str(value) in reply.text for value in more.values())
        unknown = await caller.post("/v1/cadres", cadre_body(town, version=7))
        no_unit = await caller.post("/v1/cadres", cadre_body(town, unit_id=str(new_id())))
    assert (unknown.status_code, unknown.json()["code"]) == (400, "field_unknown")
    assert (no_unit.status_code, no_unit.json()["code"]) == (404, "unit_not_found")
