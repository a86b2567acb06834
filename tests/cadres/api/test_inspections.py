"""Samples that anyone can draw again; findings are put right by a day and looked at again by somebody else."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from services.cadres.api.bulletin_table import PLACES
from services.cadres.domain.inspection_policy import Cycle, period_end, period_start
from services.cadres.domain.random_sample import draw
from services.cadres.storage.inspection_repository import finding_log
from shared.clock import FixedClock
from shared.ids import new_id
from tests.builders.files import small_png
from tests.cadres.world import Town, World, rows_of


async def drawn(world: World, town: Town, population: str = "households", size: int = 5) -> dict[str, Any]:
    async with world.as_(town.official) as desk:
        body = {"region": town.code, "cycle": "county_inspection", "population": population, "size": size}
        reply = await desk.post("/v1/inspections", body)
        assert reply.status_code == 201, reply.text
        return dict(reply.json())


async def test_anyone_draws_the_same_sample_from_the_published_seed_and_recipe(world: World, town: Town) -> None:
    for _ in range(30):
        await town.household()
    made = await drawn(world, town)
    ids: list[str] = []
    async with world.as_(town.official) as desk:
        more: dict[str, str] = {}
        while more or not ids:
            reply = await desk.get(f"/v1/inspections/{made['inspection_id']}/population", limit=12, **more)
            ids += reply.json()["items"]
            cursor = reply.json()["next_cursor"]
            more = {"cursor": cursor} if cursor else {}
    async with httpx.AsyncClient(transport=world.transport(), base_url="http://cadres") as nobody:
        told = (await nobody.get(f"/v1/inspections/{made['inspection_id']}/sample")).json()
    assert len(ids) == 30
    assert sha256("\n".join(ids).encode()).hexdigest() == told["population_sha256"]
    ordered = sorted(ids, key=lambda one: sha256(f"{told['seed']}:{one}".encode()).hexdigest())
    assert ordered[:5] == told["sample"] == made["sample"]


async def test_of_draws_at_once_one_counts_so_nobody_draws_until_it_suits(world: World, town: Town) -> None:
    body = {"region": town.code, "cycle": "county_inspection", "population": "villages", "size": 1}
    async with world.as_(town.official) as desk:
        replies = await asyncio.gather(*(desk.post("/v1/inspections", body) for _ in range(6)))
        assert sorted(one.status_code for one in replies) == [201] + [409] * 5
        again = await desk.post("/v1/inspections", body)
        assert (again.status_code, again.json()["code"]) == (409, "inspection_exists")
        many = await desk.post("/v1/inspections", body | {"cycle": "county_meeting", "size": 2})
        assert many.json()["code"] == "sample_larger_than_population"
        assert (await desk.post("/v1/inspections", body | {"cycle": "hourly"})).status_code == 404


async def test_a_finding_is_put_right_and_looked_at_again_by_somebody_else(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    finding = {"village_code": town.village, "item": town.village, "what": "公示栏未更新", "due_on": "2026-12-01"}
    address = f"/v1/inspections/{made['inspection_id']}/findings"
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        assert (await desk.post(address, finding | {"item": "x"})).json()["code"] == "finding_not_of_sample"
        assert (await desk.post(address, finding | {"due_on": "2027-01-01"})).json()["code"] == (
            "finding_deadline_outside"
        )
        one = (await desk.post(address, finding)).json()
        step = f"/v1/inspections/findings/{one['finding_id']}/transitions"
        skipped = await other.post(step, {"to": "closed", "note": "看过"})
        assert (skipped.status_code, skipped.json()["allowed"]) == (409, ["rectified"])
        assert (await desk.get("/v1/inspections/findings", region=town.code, overdue=True)).json()["items"] == []
        before = world.app.state.service
        world.app.state.service = replace(before, clock=FixedClock(datetime(2026, 12, 2, 4, tzinfo=UTC)))
        late = await desk.get("/v1/inspections/findings", region=town.code, overdue=True)
        world.app.state.service = before
        assert [found["finding_id"] for found in late.json()["items"]] == [one["finding_id"]]
        assert (await desk.post(step, {"to": "rectified", "note": "已更新"})).status_code == 200
        own = await desk.post(step, {"to": "closed", "note": "看过"})
        assert (own.status_code, own.json()["code"]) == (409, "finding_recheck_by_same_person")
        assert (await other.post(step, {"to": "closed", "note": "看过"}, **{"if-match": '"v1"'})).status_code == 412
        for due_on, code in (("2026-11-23", "finding_deadline_outside"), ("2026-12-10", "finding_deadline_outside")):
            outside = await other.post(step, {"to": "open", "note": "仍未更新", "due_on": due_on})
            assert (outside.status_code, outside.json()["code"]) == (409, code)
        dated = await other.post(step, {"to": "closed", "note": "属实", "due_on": "2026-12-09"})
        assert (dated.status_code, dated.json()["code"]) == (409, "finding_deadline_not_here")
        anew = (await other.post(step, {"to": "open", "note": "仍未更新", "due_on": "2026-12-08"})).json()
        assert (anew["state"], anew["due_on"]) == ("open", "2026-12-08"), "a new day, not one that is past"
        await desk.post(step, {"to": "rectified", "note": "已更新"})
        assert (await other.post(step, {"to": "closed", "note": "属实"})).json()["state"] == "closed"
        told = (await desk.get(f"/v1/inspections/findings/{one['finding_id']}")).json()
        steps = [(step["event"], step["actor"], step["facts"]["note"]) for step in told["history"][1:]]
        assert steps == [
            ("rectified", "official-1", "已更新"),
            ("open", "official-2", "仍未更新"),
            ("rectified", "official-1", "已更新"),
            ("closed", "official-2", "属实"),
        ]
        assert told["version"] == told["history"][-1]["seq"] == 5
    async with world.database.transaction() as connection:
        assert [broken.case_id for broken in (await finding_log.verify(connection))[1]] == []
        await rows_of(
            connection,
            "UPDATE inspection_finding_transitions SET actor = 'x' WHERE finding_id = $1 AND seq = 5 RETURNING 1",
            UUID(one["finding_id"]),
        )
        assert [str(broken.case_id) for broken in (await finding_log.verify(connection))[1]] == [one["finding_id"]]
        await connection.rollback()
    async with world.as_((await world.town()).official) as stranger:
        assert (await stranger.post(step, {"to": "open", "note": "x"})).status_code == 404
        assert (await stranger.get(f"/v1/inspections/{made['inspection_id']}")).status_code == 404


async def test_what_is_opened_again_without_a_day_has_the_days_of_the_policy(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    finding = {"village_code": town.village, "item": town.village, "what": "公示栏未更新", "due_on": "2026-11-24"}
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        one = (await desk.post(f"/v1/inspections/{made['inspection_id']}/findings", finding)).json()
        step = f"/v1/inspections/findings/{one['finding_id']}/transitions"
        await desk.post(step, {"to": "rectified", "note": "已更新"})
        assert (await other.post(step, {"to": "open", "note": "未更新"})).json()["due_on"] == "2026-12-09"
        history = (await other.get(f"/v1/inspections/findings/{one['finding_id']}")).json()["history"]
    assert [one["facts"].get("due_on") for one in history] == ["2026-11-24", None, "2026-12-09"]


async def test_photos_show_what_was_found_and_that_it_is_put_right(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    finding = {"village_code": town.village, "item": town.village, "what": "公示栏未更新", "due_on": "2026-12-01"}
    picture, paper = {"file": ("a.png", small_png(), "image/png")}, {"file": ("a.txt", b"text", "text/plain")}
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        one = (await desk.post(f"/v1/inspections/{made['inspection_id']}/findings", finding)).json()
        address = f"/v1/inspections/findings/{one['finding_id']}"
        kept = await desk.client.post(f"{address}/photos", files=picture, headers={"idempotency-key": str(new_id())})
        assert kept.status_code == 201, kept.text
        bad = await desk.client.post(f"{address}/photos", files=paper, headers={"idempotency-key": str(new_id())})
        assert bad.status_code == 422
        told = (await other.get(address)).json()
        assert [photo["uploaded_by"] for photo in told["photos"]] == ["official-1"]
        got = await other.get(f"{address}/photos/{kept.json()['file_id']}")
        assert (got.status_code, got.headers["content-type"]) == (200, "image/png")
        async with world.as_((await world.town()).official) as stranger:
            assert (await stranger.get(f"{address}/photos/{kept.json()['file_id']}")).status_code == 404
            refused = await stranger.client.post(
                f"{address}/photos", files=picture, headers={"idempotency-key": str(new_id())}
            )
            assert (refused.status_code, refused.json()["code"]) == (404, "finding_not_found")
        await desk.post(f"{address}/transitions", {"to": "rectified", "note": "已更新"})
        await other.post(f"{address}/transitions", {"to": "closed", "note": "属实"})
        late = await desk.client.post(f"{address}/photos", files=picture, headers={"idempotency-key": str(new_id())})
        assert (late.status_code, late.json()["code"]) == (409, "finding_closed")


async def test_of_second_looks_at_once_one_counts(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    finding = {"village_code": town.village, "item": town.village, "what": "公示栏未更新", "due_on": "2026-12-01"}
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        one = (await desk.post(f"/v1/inspections/{made['inspection_id']}/findings", finding)).json()
        step = f"/v1/inspections/findings/{one['finding_id']}/transitions"
        await desk.post(step, {"to": "rectified", "note": "已更新"})
        replies = await asyncio.gather(*(other.post(step, {"to": "closed", "note": "属实"}) for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [200] + [409] * 7


async def test_a_bulletin_tells_how_each_place_stands_and_which_were_not_inspected(world: World) -> None:
    town = await world.town(poor_villages=2, other_villages=1)
    first, second, third = town.villages
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        for village in (first, second):
            body = {"region": village, "cycle": "county_inspection", "population": "villages", "size": 1}
            made = (await desk.post("/v1/inspections", body)).json()
            finding = {"village_code": village, "item": village, "what": "=台账不全", "due_on": "2026-11-24"}
            one = (await desk.post(f"/v1/inspections/{made['inspection_id']}/findings", finding)).json()
            if village == second:
                step = f"/v1/inspections/findings/{one['finding_id']}/transitions"
                await desk.post(step, {"to": "rectified", "note": "已补"})
                await other.post(step, {"to": "closed", "note": "属实"})
        before = world.app.state.service
        world.app.state.service = replace(before, clock=FixedClock(datetime(2026, 12, 2, 4, tzinfo=UTC)))
        try:
            asked = {"region": town.code, "cycle": "county_summary"}
            told = (await desk.get("/v1/inspections/bulletin", **asked)).json()
            table = await desk.get("/v1/inspections/bulletin/table", **asked)
        finally:
            world.app.state.service = before
        past = (await desk.get("/v1/inspections/bulletin", **asked, within="2026-06-30")).json()
        assert (await desk.get("/v1/inspections/bulletin", region=town.code, cycle="hourly")).status_code == 404
    assert (told["begins"], told["ends"]) == ("2026-07-01", "2027-01-01")
    nothing = dict.fromkeys(("inspections", "drawn", "findings", "open", "overdue", "rectified", "closed"), 0)
    seen = {line["region_code"]: line["counts"] for line in told["items"]}
    assert seen[first] == nothing | {"inspections": 1, "drawn": 1, "findings": 1, "open": 1, "overdue": 1}
    assert seen[second] == nothing | {"inspections": 1, "drawn": 1, "findings": 1, "closed": 1}
    assert (seen[third], told["not_inspected"]) == (nothing, [third])
    assert told["total"] == {
        "inspections": 2,
        "drawn": 2,
        "findings": 2,
        "open": 1,
        "overdue": 1,
        "rectified": 0,
        "closed": 1,
    }
    assert past["total"] == nothing, "another half-year"
    assert past["not_inspected"] == town.villages
    book = CalamineWorkbook.from_filelike(BytesIO(table.content))
    places = book.get_sheet_by_name("通报").to_python()
    assert places[2][:9] == list(PLACES[:9])
    assert places[3][:9:2] == [first, 1, 1, 1, 0]
    assert [row[9] for row in places[3:6]] == ["", "", "本期未督查"]
    findings = book.get_sheet_by_name("问题清单").to_python()
    assert [(row[0], row[3], row[6]) for row in findings[1:]] == [
        (first, "=台账不全", "逾期未整改"),
        (second, "=台账不全", "已办结"),
    ]


@given(st.dates(date(2014, 1, 1), date(2100, 1, 1)), st.sampled_from([1, 3, 6, 12]))
def test_periods_follow_each_other_without_a_gap(day: date, months: int) -> None:
    cycle = Cycle("x", "x", "counties", months)
    begins = period_start(cycle, day)
    ends = period_end(cycle, begins)
    assert begins <= day < ends
    assert period_start(cycle, ends) == ends


@given(st.lists(st.text(max_size=20), max_size=50), st.randoms(), st.integers(0, 60))
def test_the_order_in_which_the_ids_come_changes_nothing(ids: list[str], random: Any, size: int) -> None:
    sample = draw("a" * 32, ids, size)
    shuffled = [*ids]
    random.shuffle(shuffled)
    assert draw("a" * 32, shuffled, size) == sample
    assert len(set(sample)) == len(sample) == min(size, len(set(ids)))
    assert draw("a" * 32, ids, size + 1)[:size] == sample, "a larger sample begins with the smaller"


@given(st.dates(), st.sampled_from([1, 3, 6, 12]))
def test_a_period_begins_on_the_first_of_its_months_and_holds_the_day(day: date, months: int) -> None:
    start = period_start(Cycle("x", "x", "counties", months), day)
    assert start.day == 1
    assert (start.month - 1) % months == 0
    assert 0 <= (day.year - start.year) * 12 + day.month - start.month < months
