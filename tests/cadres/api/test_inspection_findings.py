"""Findings of an inspection are put right by their day, and looked at again by somebody else; each step is chained."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from services.cadres.storage.inspection_repository import finding_log
from shared.clock import FixedClock
from shared.ids import new_id
from tests.builders.files import small_png
from tests.cadres.inspecting import drawn, finding, found, moved
from tests.cadres.world import Town, World, rows_of


async def test_a_finding_is_about_what_was_drawn_and_due_within_the_policys_days(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    address = f"/v1/inspections/{made['inspection_id']}/findings"
    async with world.as_(town.official) as desk:
        other_item = await desk.post(address, finding(town, item="x"))
        too_late = await desk.post(address, finding(town, due_on="2027-01-01"))
    assert (other_item.status_code, other_item.json()["code"]) == (409, "finding_not_of_sample")
    assert (too_late.status_code, too_late.json()["code"]) == (409, "finding_deadline_outside")


async def test_a_finding_is_put_right_and_looked_at_again_by_somebody_else(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        address = await found(desk, made, town)
        skipped, told = await moved(other, address, "closed")
        assert (skipped, told["allowed"]) == (409, ["rectified"])
        assert (await moved(desk, address, "rectified", "已更新"))[0] == 200
        own, told = await moved(desk, address, "closed", "看过")
        assert (own, told["code"]) == (409, "finding_recheck_by_same_person")
        assert (await moved(other, address, "open", "仍未更新"))[1]["state"] == "open"
        await moved(desk, address, "rectified", "已更新")
        assert (await moved(other, address, "closed", "属实"))[1]["state"] == "closed"
        told = (await desk.get(address)).json()
    assert [(step["event"], step["actor"], step["facts"]["note"]) for step in told["history"][1:]] == [
        ("rectified", "official-1", "已更新"),
        ("open", "official-2", "仍未更新"),
        ("rectified", "official-1", "已更新"),
        ("closed", "official-2", "属实"),
    ]
    assert told["version"] == told["history"][-1]["seq"] == 5


async def test_whoever_moves_a_finding_has_seen_how_it_stands(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        address = await found(desk, made, town)
        standing = (await moved(desk, address, "rectified"))[1]
        step = {"to": "closed", "note": "看过"}
        blind = await other.post(f"{address}/transitions", step)
        stale = await other.post(f"{address}/transitions", step | {"version": 1})
    assert (blind.status_code, blind.json()["code"]) == (428, "version_missing")
    assert (stale.status_code, stale.json()["code"]) == (412, "finding_version_stale")
    assert stale.json()["current"] == standing


async def test_what_is_opened_again_has_a_new_day_within_the_policys_and_nothing_else_has(
    world: World, town: Town
) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        address = await found(desk, made, town)
        await moved(desk, address, "rectified")
        for due_on in ("2026-11-23", "2026-12-10"):
            status, told = await moved(other, address, "open", due_on=due_on)
            assert (status, told["code"]) == (409, "finding_deadline_outside")
        status, told = await moved(other, address, "closed", due_on="2026-12-09")
        assert (status, told["code"]) == (409, "finding_deadline_not_here")
        anew = (await moved(other, address, "open", due_on="2026-12-08"))[1]
    assert (anew["state"], anew["due_on"]) == ("open", "2026-12-08")


async def test_what_is_opened_again_without_a_day_has_the_days_of_the_policy(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        address = await found(desk, made, town, due_on="2026-11-24")
        await moved(desk, address, "rectified")
        assert (await moved(other, address, "open"))[1]["due_on"] == "2026-12-09"
        history = (await other.get(address)).json()["history"]
    assert [one["facts"].get("due_on") for one in history] == ["2026-11-24", None, "2026-12-09"]


async def test_a_finding_is_overdue_from_the_day_after_its_day(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk:
        address = await found(desk, made, town)
        before, overdue = world.app.state.service, []
        for day in (1, 2):
            clock = FixedClock(datetime(2026, 12, day, 4, tzinfo=UTC))
            world.app.state.service = replace(before, clock=clock)
            seen = await desk.get("/v1/inspections/findings", region=town.code, overdue=True)
            overdue.append([one["finding_id"] for one in seen.json()["items"]])
        world.app.state.service = before
    assert overdue == [[], [address.rsplit("/", 1)[1]]]


async def test_a_step_that_was_rewritten_breaks_the_chain(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk:
        address = await found(desk, made, town)
        await moved(desk, address, "rectified")
    finding_id = address.rsplit("/", 1)[1]
    async with world.database.transaction() as connection:
        assert (await finding_log.verify(connection))[1] == []
        await rows_of(
            connection,
            "UPDATE inspection_finding_transitions SET actor = 'x' WHERE finding_id = $1 AND seq = 2 RETURNING 1",
            UUID(finding_id),
        )
        assert [str(broken.case_id) for broken in (await finding_log.verify(connection))[1]] == [finding_id]
        await connection.rollback()


async def test_another_place_knows_of_no_finding(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk:
        address = await found(desk, made, town)
    async with world.as_((await world.town()).official) as stranger:
        assert (await moved(stranger, address, "rectified"))[0] == 404
        assert (await stranger.get(address)).status_code == 404
        assert (await stranger.get(f"/v1/inspections/{made['inspection_id']}")).status_code == 404


async def test_photos_show_what_was_found_and_that_it_is_put_right(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    picture, paper = {"file": ("a.png", small_png(), "image/png")}, {"file": ("a.txt", b"text", "text/plain")}
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        address = await found(desk, made, town)
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
        await moved(desk, address, "rectified")
        await moved(other, address, "closed")
        late = await desk.client.post(f"{address}/photos", files=picture, headers={"idempotency-key": str(new_id())})
        assert (late.status_code, late.json()["code"]) == (409, "finding_closed")


async def test_of_second_looks_at_once_one_counts(world: World, town: Town) -> None:
    made = await drawn(world, town, "villages", 1)
    async with world.as_(town.official) as desk, world.as_(town.colleague) as other:
        address = await found(desk, made, town)
        version = (await moved(desk, address, "rectified"))[1]["version"]
        step = {"to": "closed", "note": "属实", "version": version}
        replies = await asyncio.gather(*(other.post(f"{address}/transitions", step) for _ in range(8)))
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 7
