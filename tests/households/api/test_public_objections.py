"""Objections to a notice: anybody's, open or anonymous; each holds one entry until somebody else has decided it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.households.use_cases.object_to_notice import Said, object_to_notice
from shared.clock import FixedClock
from shared.ids import new_id
from tests.households.identification_world import VILLAGE, Village, code
from tests.households.notice_callers import decide, objected, on_notice


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


async def with_key(village: Village, notice: str, mark: str, statement: str) -> httpx.Response:
    async with village.public() as anyone:
        body = {"line": 1, "statement": statement}
        return await anyone.post(f"/v1/notices/{notice}/objections", json=body, headers={"Idempotency-Key": mark})


async def test_an_objection_whose_answer_was_lost_is_sent_again_and_has_the_same_receipt(village: Village) -> None:
    notice, _ = await on_notice(village)
    mark = str(new_id())
    first = await with_key(village, notice, mark, "不符合条件")
    again = await with_key(village, notice, mark, "不符合条件")
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert await objections_there(village) == 1
    assert code(await with_key(village, notice, mark, "别的话")) == (422, "idempotency_key_reused")
    assert (await with_key(village, notice, str(new_id()), "不符合条件")).status_code == 201
    assert await objections_there(village) == 2, "another key is another objection"


async def test_an_objection_sent_ten_times_at_once_is_one(village: Village) -> None:
    notice, _ = await on_notice(village)
    mark = str(new_id())
    replies = await asyncio.gather(*(with_key(village, notice, mark, "不符合条件") for _ in range(10)))
    made = {reply.json()["receipt"] for reply in replies if reply.status_code == 201}
    waiting = {code(reply) for reply in replies if reply.status_code != 201}
    assert (len(made), waiting <= {(409, "still_running")}) == (1, True)
    assert (await with_key(village, notice, mark, "不符合条件")).json()["receipt"] in made
    assert await objections_there(village) == 1


async def test_a_receipt_cannot_be_read_from_the_kept_reply(village: Village) -> None:
    notice, _ = await on_notice(village)
    receipt = (await with_key(village, notice, str(new_id()), "不符合条件")).json()["receipt"]
    async with village.world.database.transaction() as connection:
        kept = await connection.exec_driver_sql("SELECT body FROM idempotency_keys WHERE who = 'public'")
        assert all(receipt.encode() not in bytes(row.body) for row in kept)


async def test_a_key_that_two_strangers_may_both_think_of_is_refused(village: Village) -> None:
    notice, _ = await on_notice(village)
    assert code(await with_key(village, notice, "1", "不符合条件")) == (400, "idempotency_key_guessable")
    assert code(await with_key(village, notice, "x" * 21, "不符合条件")) == (400, "idempotency_key_guessable")
    assert (await with_key(village, notice, "x" * 22, "不符合条件")).status_code == 201
    assert await objections_there(village) == 1


async def test_without_a_key_an_objection_is_taken_as_before(village: Village) -> None:
    notice, _ = await on_notice(village)
    assert (await objected(village, notice)).status_code == 201


async def objections_there(village: Village) -> int:
    async with village.world.database.transaction() as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM notice_objections")
        return int(found.scalar_one())
