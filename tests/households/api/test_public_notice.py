"""Public notices: frozen, masked, recomputable by anybody; objections hold one entry until somebody else decides."""

import asyncio
import json
import time
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.households.storage.identification_repository import identification_log
from services.households.storage.notice_repository import verify_notices
from services.households.use_cases.object_to_notice import Said, object_to_notice
from shared.clock import FixedClock
from shared.ids import new_id
from tests.households.identification_world import VILLAGE, Village, code
from tests.households.import_world import ImportWorld
from tests.households.monitoring_people import key


@pytest.fixture
async def village(world: ImportWorld) -> Village:
    return await Village(world).empty()


async def on_notice(village: Village, *names: str) -> tuple[str, list[str]]:
    """A notice with a line for each; its id and the courses in the order of its lines."""
    await village.quota(10)
    cases = []
    for place, _ in enumerate(names or ("一户",)):
        case = await village.applied(await village.household(group_name="二组"))
        await village.moved(case, "GROUP_REVIEW")
        await village.moved(case, "VILLAGE_REVIEW", votes=59 - place)
        await village.moved(case, "COMMITTEE_CONFIRMED")
        cases.append(case)
    path = f"/v1/villages/{VILLAGE}/identifications/transitions"
    reply = await village.post("village", path, {"to": "NOTICE_1"})
    assert len(reply.json()["moved"]) == len(cases), reply.text
    return reply.json()["notice_id"], cases


async def objected(village: Village, notice: str, line: int = 1, **said: Any) -> httpx.Response:
    async with village.public() as anyone:
        body = {"line": line, "statement": "家里有三层楼房", **said}
        return await anyone.post(f"/v1/notices/{notice}/objections", json=body)


async def decide(
    village: Village, notice: str, objection: str, outcome: str, office: str = "county", subject: str = "county-9"
) -> httpx.Response:
    path = f"/v1/notices/{notice}/objections/{objection}/decide"
    return await village.post(office, path, {"outcome": outcome, "answer": "已入户核实"}, subject)


async def read(village: Village, notice: str, **headers: str) -> httpx.Response:
    async with village.public() as anyone:
        return await anyone.get(f"/v1/notices/{notice}", headers=headers)


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


async def test_an_anonymous_objection_holds_its_one_entry_and_is_followed_by_its_receipt(village: Village) -> None:
    notice, (held, free) = await on_notice(village, "一", "二")
    reply = await objected(village, notice)
    assert reply.status_code == 201, reply.text
    receipt = reply.json()["receipt"]
    village.days_pass(8)
    assert code(await village.move(held, "TOWN_REVIEW")) == (409, "entry_held_by_objection")
    assert (await village.move(free, "TOWN_REVIEW")).status_code == 200
    async with village.public() as anyone:
        followed = await anyone.post(
            "/v1/notices/objections/search", json={"receipt": receipt.lower().replace("-", " ")}
        )
        assert (followed.json()["state"], followed.json()["line"]) == ("open", 1)
        guessed = await anyone.post("/v1/notices/objections/search", json={"receipt": "AAAA-AAAA-AAAA-AAAA-AAAA"})
        assert code(guessed) == (404, "objection_not_found")
    assert (await decide(village, notice, reply.json()["objection_id"], "unfounded")).status_code == 200
    assert (await village.move(held, "TOWN_REVIEW")).status_code == 200
    async with village.public() as anyone:
        followed = await anyone.post("/v1/notices/objections/search", json={"receipt": receipt})
    assert (followed.json()["outcome"], followed.json()["answer"]) == ("unfounded", "已入户核实")


async def test_an_objection_that_is_right_takes_the_household_off_and_frees_its_place(
    village: Village,
) -> None:
    notice, (case, other) = await on_notice(village, "一", "二")
    objection = (await objected(village, notice)).json()["objection_id"]
    assert (await decide(village, notice, objection, "upheld")).json()["outcome"] == "upheld"
    found = await village.see(case)
    assert (found["state"], found["next"]) == ("REMOVED", [])
    assert (await village.see(other))["state"] == "NOTICE_1"
    quota = (await village.get("county", f"/v1/villages/{VILLAGE}/identification-quotas/2026")).json()
    assert quota["used"] == 1
    assert code(await objected(village, notice)) == (409, "entry_not_on_notice")
    assert code(await decide(village, notice, objection, "unfounded")) == (409, "objection_answered")


async def test_the_second_notice_is_objected_to_as_well(village: Village) -> None:
    case = await village.up_to("NOTICE_2")
    notice = (await village.see(case))["notice_2"]["notice_id"]
    objection = (await objected(village, notice)).json()["objection_id"]
    village.days_pass(8)
    assert code(await village.move(case, "COUNTY_ENTRY")) == (409, "entry_held_by_objection")
    assert code(await village.move(case, "REFUSED", office="county")) == (409, "entry_held_by_objection")
    assert (await decide(village, notice, objection, "unfounded")).status_code == 200
    assert (await village.move(case, "COUNTY_ENTRY")).status_code == 200


@pytest.mark.parametrize("took_part", [("township", "proposer"), ("township", "village-1"), ("county", "proposer")])
async def test_whoever_took_part_decides_no_objection(village: Village, took_part: tuple[str, str]) -> None:
    notice, _ = await on_notice(village)
    objection = (await objected(village, notice)).json()["objection_id"]
    assert code(await decide(village, notice, objection, "unfounded", *took_part)) == (409, "decider_took_part")


async def test_the_objector_does_not_decide_and_a_village_office_neither(village: Village) -> None:
    notice, _ = await on_notice(village)
    objection = (await objected(village, notice, name="张三", phone="13800000001")).json()["objection_id"]
    assert code(await decide(village, notice, objection, "upheld")) == (409, "decider_took_part"), "the same name"
    assert code(await decide(village, notice, objection, "upheld", "village", "village-7")) == (403, "not_permitted")


async def test_an_open_objector_is_shown_to_who_may_decide_for_a_reason_that_is_kept(village: Village) -> None:
    notice, _ = await on_notice(village)
    objection = (await objected(village, notice, name="周五", phone="13800000001")).json()["objection_id"]
    listed = await village.get("township", f"/v1/notices/{notice}/objections")
    assert "周五" not in listed.text
    assert listed.json()["items"][0]["anonymous"] is False
    path = f"/v1/notices/{notice}/objections/{objection}/contact"
    shown = await village.post("township", path, {"reason": "电话核实"})
    assert shown.json() == {"name": "周五", "phone": "13800000001"}
    async with village.world.database.transaction() as connection:
        kept = await connection.exec_driver_sql("SELECT name, phone, statement FROM notice_objections")
        assert all("周五".encode() not in bytes(value) for row in kept for value in row)
        audited = await connection.exec_driver_sql("SELECT facts FROM audit_events WHERE event = 'objector_shown'")
        assert [row.facts["reason"] for row in audited] == ["电话核实"]
    assert code(await village.post("village", path, {"reason": "想知道是谁"})) == (403, "not_permitted")


async def test_after_the_last_day_nobody_objects_by_the_notice(village: Village) -> None:
    notice, _ = await on_notice(village)
    village.days_pass(7)
    assert (await objected(village, notice)).status_code == 201
    village.days_pass(1)
    assert code(await objected(village, notice)) == (409, "notice_is_over")


async def test_what_is_not_on_the_notice_cannot_be_objected_to(village: Village) -> None:
    notice, _ = await on_notice(village)
    assert code(await objected(village, notice, line=2)) == (404, "notice_line_not_found")
    assert code(await objected(village, str(new_id()))) == (404, "notice_not_found")
    same = str(new_id())
    assert (await objected(village, notice, objection_id=same)).status_code == 201
    assert code(await objected(village, notice, objection_id=same)) == (409, "objection_exists")


async def test_a_flood_of_objections_to_one_entry_is_told_to_wait(village: Village) -> None:
    notice, _ = await on_notice(village, "一", "二")
    replies = await asyncio.gather(*(objected(village, notice) for _ in range(25)))
    assert sorted(reply.status_code for reply in replies) == [201] * 20 + [429] * 5
    full = next(reply for reply in replies if reply.status_code == 429)
    assert (full.json()["code"], full.headers["retry-after"]) == ("objections_full", "86400")
    assert (await objected(village, notice, line=2)).status_code == 201, "another entry is not shut by it"


async def objected_by_the_clock(village: Village, notice: str, clock: FixedClock) -> None:
    app = village.world.app
    async with village.world.database.transaction() as connection:
        said = Said(1, "家里有三层楼房")
        audit, objections = app.state.service.audit, app.state.rooms.objections
        (policy,) = app.state.rooms.identification
        await object_to_notice(connection, objections, audit, clock, policy, UUID(notice), new_id(), said)


async def test_an_objection_of_the_last_moment_holds_whoever_comes_first(village: Village) -> None:
    """The office's clock says that the notice is over, the objector's that it is not: whichever transaction is first,
    the entry goes no further than the stage that the office may have reached."""
    for _ in range(4):
        notice, (case,) = await on_notice(village)
        village.days_pass(8)
        before = FixedClock(village.clock.at - timedelta(days=1))
        await asyncio.gather(objected_by_the_clock(village, notice, before), village.move(case, "TOWN_REVIEW"))
        assert (await village.see(case))["state"] in {"NOTICE_1", "TOWN_REVIEW"}
        for to in ("TOWN_REVIEW", "NOTICE_2"):
            assert (await village.move(case, to)).status_code == 409
        await village.move(case, "WITHDRAWN", office="village")


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


async def test_a_notice_of_four_hundred_names_is_posted_and_read_within_its_targets(village: Village) -> None:
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
    began = time.monotonic()
    reply = await village.post("village", path, {"to": "NOTICE_1"})
    posting = time.monotonic() - began
    assert len(reply.json()["moved"]) == 400
    took = []
    for _ in range(10):
        began = time.monotonic()
        assert len((await read(village, reply.json()["notice_id"])).json()["notice"]["lines"]) == 400
        took.append(time.monotonic() - began)
    assert posting < 3.0, posting
    assert sorted(took)[5] < 0.1, took


async def test_nothing_public_takes_a_key_and_a_key_changes_nothing(village: Village) -> None:
    notice, _ = await on_notice(village)
    async with village.public() as anyone:
        body = {"line": 1, "statement": "不符合条件"}
        reply = await anyone.post(f"/v1/notices/{notice}/objections", json=body, headers=key())
    assert reply.status_code == 201
