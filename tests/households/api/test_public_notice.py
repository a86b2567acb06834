"""Public notices: frozen, masked, recomputable by anybody."""

import json
from hashlib import sha256
from typing import Any

from services.households.storage.identification_repository import identification_log
from services.households.storage.notice_repository import verify_notices
from tests.households.identification_world import VILLAGE, Village
from tests.households.notice_callers import on_notice, read


async def test_a_notice_says_masked_names_and_place_and_no_other_fact_without_a_token(village: Village) -> None:
    notice, cases = await on_notice(village, "一", "二")
    reply = await read(village, notice)
    shown = reply.json()["notice"]
    assert shown["lines"] == [
        {"number": 1, "name": "陈**", "group": "二组", "kind": "entry"},
        {"number": 2, "name": "陈**", "group": "二组", "kind": "entry"},
    ]
    assert shown["place"].startswith("巴中市通江县龙凤场镇")
    assert (shown["posted_on"], shown["last_day"], reply.json()["running"]) == ("2026-05-01", "2026-05-08", True)
    for secret in ("陈正松", *cases):
        assert secret not in reply.text


def recomputed(notice: dict[str, Any]) -> str:
    canonical = json.dumps(notice, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


async def test_anybody_recomputes_the_hash_from_the_public_json_alone(village: Village) -> None:
    """With the standard library only: the recipe needs no code of ours."""
    notice, _ = await on_notice(village, "一", "二")
    public = (await read(village, notice)).json()
    assert recomputed(public["notice"]) == public["sha256"]
    assert public["unchanged"] is True


async def test_a_notice_is_frozen_whatever_the_record_says_later(village: Village) -> None:
    notice, _ = await on_notice(village)
    before = (await read(village, notice)).content
    async with village.world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE households SET head_name = '王五', group_name = '九组'")
    assert (await read(village, notice)).content == before


async def test_a_notice_is_a_page_for_browsers_and_nothing_in_it_is_markup(village: Village) -> None:
    await village.quota(10)
    case = await village.applied(await village.household(group_name="<b>组"))
    await village.moved(case, "GROUP_REVIEW", "VILLAGE_REVIEW", "COMMITTEE_CONFIRMED")
    notice = (await village.move(case, "NOTICE_1")).json()["notice_1"]["notice_id"]
    page = await read(village, notice, accept="text/html,application/xhtml+xml")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;组" in page.text
    assert "<b>" not in page.text
    assert (await read(village, notice)).json()["sha256"] in page.text


async def test_the_notices_of_a_place_are_public_newest_first(village: Village) -> None:
    first, _ = await on_notice(village)
    second, _ = await on_notice(village)
    async with village.public() as anyone:
        page = (await anyone.get("/v1/notices", params={"region": VILLAGE, "limit": "1"})).json()
        rest = (await anyone.get("/v1/notices", params={"region": VILLAGE, "cursor": page["next_cursor"]})).json()
    assert [one["notice_id"] for one in (*page["items"], *rest["items"])] == [second, first]
    assert page["items"][0]["households"] == 1


async def test_the_chain_of_courses_and_its_notices_is_verified_and_a_changed_notice_is_named(village: Village) -> None:
    notice, _ = await on_notice(village, "一", "二")
    async with village.world.database.transaction() as connection:
        rows, broken = await identification_log.verify(connection)
        assert (rows, broken) == (10, [])
        assert await verify_notices(connection) == (1, [])
        forged = "jsonb_set(document, '{lines,0,name}', '\"王**\"')"
        await connection.exec_driver_sql(f"UPDATE identification_notices SET document = {forged}")  # noqa: S608 - ours
        fit, found = await verify_notices(connection)
        assert (fit, [str(one) for one, _ in found]) == (0, [notice])
    assert (await read(village, notice)).json()["unchanged"] is False
    async with village.world.database.transaction() as connection:
        public = (await read(village, notice)).json()["notice"]
        again = sha256(
            json.dumps(public, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()
        await connection.exec_driver_sql(f"UPDATE identification_notices SET sha256 = '{again}'")  # noqa: S608 - ours
        assert len((await verify_notices(connection))[1]) == 1, "the chain keeps the hash of what was posted"


async def test_a_row_of_the_chain_that_was_changed_is_named(village: Village) -> None:
    case = await village.up_to("GROUP_REVIEW")
    async with village.world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE identification_transitions SET actor = 'nobody' WHERE seq = 2")
        _, broken = await identification_log.verify(connection)
    assert [(str(one.case_id), one.broken.seq) for one in broken] == [(case, 2)]


async def test_four_hundred_names_are_one_notice_by_one_call(village: Village) -> None:
    world = village.world
    await village.quota(400)
    await world.put(
        "INSERT INTO households (household_id, village_code, status, head_name, people)"
        " SELECT gen_random_uuid(), $1, 'general', '何秀兰', 3 FROM generate_series(1, 400)",
        (VILLAGE,),
    )
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO identifications (household_id, case_id, village_code, kind, year, state, version, applied_on,"
            " proposed_by, statement, votes, voters, recused, vote_people, people, reviewers)"
            " SELECT household_id, gen_random_uuid(), village_code, 'entry', 2026, 'COMMITTEE_CONFIRMED', 4,"
            " '2026-04-01', 'p', 's', 50, 60, 0, 3, '{}', '{}' FROM households"
        )
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    reply = await village.post("village", path, {"to": "NOTICE_1"})
    assert len(reply.json()["moved"]) == 400
    shown = (await read(village, reply.json()["notice_id"])).json()
    assert [line["number"] for line in shown["notice"]["lines"]] == list(range(1, 401))
    assert recomputed(shown["notice"]) == shown["sha256"]
