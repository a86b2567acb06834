"""A whole place is paired at once: proposed, looked at, applied by a second person, taken back (check S64)."""

import asyncio
import json
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.cadres.domain.pairing import Pairing
from services.cadres.domain.plan_errors import AnotherPlanMoves, PairingPlanStale
from services.cadres.domain.posting import Posting
from services.cadres.domain.unit import Unit
from services.cadres.storage.guards import guard_all_pairings
from services.cadres.storage.pairing_repository import helper_change
from services.cadres.storage.plan_effects import apply_lines
from services.cadres.use_cases.move_plan import carry_out
from shared.ids import new_id
from shared.jobs import Jobs, Progress
from tests.cadres.world import TODAY, Caller, Town, World, cadre_login, household, official, rows_of


async def proposed(world: World, caller: Caller, region: str, **more: Any) -> dict[str, Any]:
    reply = await caller.post("/v1/pairing-plans", {"region": region, **more})
    assert reply.status_code == 202, reply.text
    await world.run_jobs()
    job = (await caller.get(reply.headers["location"])).json()
    assert job["state"] == "succeeded", job
    plan = (await caller.get(job["result"]["plan_url"])).json()
    assert plan["state"] == "ready"
    assert plan["allowed"] == ["apply"]
    return dict(plan)


async def carried_out(world: World, caller: Caller, plan_id: str, step: str) -> dict[str, Any]:
    reply = await caller.post(f"/v1/pairing-plans/{plan_id}/{step}", {})
    assert reply.status_code == 202, reply.text
    await world.run_jobs()
    return dict((await caller.get(reply.headers["location"])).json())


def a_visit(household_id: UUID) -> dict[str, Any]:
    said = {"visit_id": str(new_id()), "household_id": str(household_id), "kind": "routine"}
    return said | {"visited_at": "2026-11-20T23:10:00+08:00", "participants": [], "findings": []}


async def helpers(world: World, town: Town) -> dict[UUID, UUID]:
    async with world.database.transaction() as connection:
        rows = await rows_of(
            connection,
            "SELECT household_id, cadre_id FROM pairings JOIN households USING (household_id)"
            " WHERE ended_on IS NULL AND village_code LIKE $1 || '%'",
            town.code,
        )
    return {row[0]: row[1] for row in rows}


async def test_a_plan_is_a_dry_run_that_a_second_person_applies(world: World, town: Town) -> None:
    one, other = await town.cadre(), await town.cadre()
    households = [await town.household() for _ in range(5)]
    await world.load(pairings=[Pairing(new_id(), households[0], one.cadre_id, date(2026, 1, 1))])
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        assert plan["figures"] == {
            "households": 5, "kept": 1, "new": 4, "moved": 0, "left_out": 0, "left_out_reason": None, "cadres": 2,
            "room": 5, "own_township": 4, "own_county": 0, "elsewhere": 0, "loads": {"2": 1, "3": 1},
        }  # fmt: skip
        assert len(await helpers(world, town)) == 1, "nothing is paired by a proposal"
        lines = (await orderer.get(f"/v1/pairing-plans/{plan['plan_id']}/lines", limit=3)).json()
        rest = (
            await orderer.get(f"/v1/pairing-plans/{plan['plan_id']}/lines", limit=3, cursor=lines["next_cursor"])
        ).json()
        assert {line["household_id"] for line in lines["items"] + rest["items"]} == {str(h) for h in households[1:]}
        refused = await orderer.post(f"/v1/pairing-plans/{plan['plan_id']}/apply", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "pairing_plan_needs_second_person")
        job = await carried_out(world, second, plan["plan_id"], "apply")
        assert (job["state"], job["done"]) == ("succeeded", 4)
        coverage = (await orderer.get("/v1/cadres/coverage", region=town.code)).json()
        assert (coverage["poor_households"], coverage["paired"], coverage["unpaired"]) == (5, 5, 0)
        again = await second.post(f"/v1/pairing-plans/{plan['plan_id']}/apply", {})
        assert again.status_code == 409
        assert again.json()["allowed"] == ["undo"]
    assert (await helpers(world, town))[households[0]] == one.cadre_id
    assert set(Counter((await helpers(world, town)).values())) == {one.cadre_id, other.cadre_id}


async def test_siblings_are_told_who_helps_after_a_plan(world: World, town: Town) -> None:
    cadre, household_id = await town.cadre(), await town.household()
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        await carried_out(world, second, plan["plan_id"], "apply")
        assert await last_told(world, household_id) == helper_change(household_id, cadre.cadre_id, cadre.name).payload
        await carried_out(world, orderer, plan["plan_id"], "undo")
        assert await last_told(world, household_id) == helper_change(household_id, None, None).payload


async def last_told(world: World, household_id: UUID) -> dict[str, Any]:
    async with world.database.transaction() as connection:
        rows = await rows_of(
            connection,
            "SELECT payload FROM change_log WHERE topic = 'pairing' AND key = $1 ORDER BY id DESC LIMIT 1",
            str(household_id),
        )
    return dict(json.loads(rows[0][0]) if isinstance(rows[0][0], str) else rows[0][0])


async def test_households_above_the_bound_move_and_come_back_by_undoing(world: World, town: Town) -> None:
    loaded, free = await town.cadre(rank="party_member"), await town.cadre()
    households = [await town.household() for _ in range(3)]
    await world.load(pairings=[Pairing(new_id(), h, loaded.cadre_id, date(2026, 1, 1)) for h in households])
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        assert (plan["figures"]["kept"], plan["figures"]["moved"]) == (1, 2)
        await carried_out(world, second, plan["plan_id"], "apply")
        assert Counter((await helpers(world, town)).values()) == {loaded.cadre_id: 1, free.cadre_id: 2}
        refused = await second.post(f"/v1/pairing-plans/{plan['plan_id']}/undo", {})
        assert refused.json()["code"] == "pairing_plan_needs_second_person"
        job = await carried_out(world, orderer, plan["plan_id"], "undo")
        assert job["state"] == "succeeded"
        assert Counter((await helpers(world, town)).values()) == {loaded.cadre_id: 3}
        history = (await orderer.get(f"/v1/pairings/of/{households[2]}")).json()["pairings"]
        assert sorted(str(one["end_reason"]) for one in history) == ["None", "plan_undone", "rebalanced"]


async def test_what_cannot_be_covered_is_named_with_the_reason(world: World, town: Town) -> None:
    await town.cadre(rank="party_member")
    households = [await town.household() for _ in range(3)]
    async with world.as_(town.official) as orderer:
        plan = await proposed(world, orderer, town.code)
        assert plan["figures"]["left_out"] == 2
        assert plan["figures"]["left_out_reason"] == "bounds_reached"
        found = (await orderer.get(f"/v1/pairing-plans/{plan['plan_id']}/lines", left_out="true")).json()["items"]
        assert [line["household_id"] for line in found] == [str(h) for h in households[1:]]
        assert all(line["cadre_id"] is None and line["head"] == "李**" for line in found)


async def test_a_plan_for_a_unit_pairs_its_cadres_with_the_villages_it_helps(world: World) -> None:
    town = await world.town(poor_villages=2)
    bureau = Unit(new_id(), "县教育局", "county", "government_unit", town.code[:6])
    await world.load(units=[bureau])
    away = await town.cadre(unit_id=bureau.unit_id, region_code=town.code[:6])
    await town.cadre()
    mine, other = await town.household(), await town.household(village=town.villages[1])
    async with world.as_(town.official) as orderer:
        refused = await orderer.post("/v1/pairing-plans", {"region": town.code, "unit_id": str(bureau.unit_id)})
        assert (refused.status_code, refused.json()["code"]) == (409, "unit_helps_no_village_here")
        await world.load(
            posts=[Posting(new_id(), town.village, "helping_unit", date(2025, 1, 1), unit_id=bureau.unit_id)]
        )
        plan = await proposed(world, orderer, town.code, unit_id=str(bureau.unit_id))
        lines = (await orderer.get(f"/v1/pairing-plans/{plan['plan_id']}/lines")).json()["items"]
    assert [(line["household_id"], line["cadre_id"]) for line in lines] == [(str(mine), str(away.cadre_id))]
    assert str(other) not in str(lines)


@pytest.mark.parametrize("what", ["paired", "off_register", "cadre_left", "cadre_busier"])
async def test_a_plan_that_no_longer_fits_is_refused_whole(world: World, town: Town, what: str) -> None:
    cadre, second_cadre = await town.cadre(), await town.cadre(region_code=town.code[:6])
    household_id, other = await town.household(), await town.household()
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        if what == "paired":
            body = {"household_id": str(household_id), "cadre_id": str(second_cadre.cadre_id)}
            assert (await orderer.post("/v1/pairings", body)).status_code == 201
        elif what == "off_register":
            await world.tell(household(household_id, town.village, poor=False))
        elif what == "cadre_left":
            body = {
                "unit_id": str(cadre.unit_id), "name": cadre.name, "rank": cadre.rank, "region_code": cadre.region_code,
                "valid_from": str(cadre.valid_from), "valid_to": str(TODAY),
            }  # fmt: skip
            assert (await orderer.put(f"/v1/cadres/{cadre.cadre_id}", body, 1)).status_code == 200
        else:
            elsewhere = await world.town()
            await world.load(pairings=[Pairing(new_id(), await elsewhere.household(), cadre.cadre_id, TODAY)])
        reply = await second.post(f"/v1/pairing-plans/{plan['plan_id']}/apply", {})
        assert (reply.status_code, reply.json()["code"], reply.json()["changed"]) == (409, "pairing_plan_stale", 1)
    assert other not in await helpers(world, town)


async def test_of_two_plans_applied_at_once_one_wins_and_the_other_changes_nothing(world: World, town: Town) -> None:
    await town.cadre(), await town.cadre()
    for _ in range(4):
        await town.household()
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plans = [await proposed(world, orderer, town.code) for _ in range(2)]
        replies = await asyncio.gather(*(second.post(f"/v1/pairing-plans/{p['plan_id']}/apply", {}) for p in plans))
        assert sorted(reply.status_code for reply in replies) == [202, 409]
        loser = next(reply for reply in replies if reply.status_code == 409).json()["code"]
        assert loser == AnotherPlanMoves.code
        await world.run_jobs()
        states = [(await orderer.get(f"/v1/pairing-plans/{p['plan_id']}")).json()["state"] for p in plans]
        assert sorted(states) == ["applied", "ready"]
        left = plans[states.index("ready")]["plan_id"]
        assert (await second.post(f"/v1/pairing-plans/{left}/apply", {})).json()["code"] == PairingPlanStale.code
    assert len(await helpers(world, town)) == 4


async def test_a_pairing_that_slips_in_before_the_job_stops_the_plan_whole(world: World, town: Town) -> None:
    cadre, elsewhere = await town.cadre(), await town.cadre(region_code=town.code[:6])
    households = [await town.household() for _ in range(2)]
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        ordered = await second.post(f"/v1/pairing-plans/{plan['plan_id']}/apply", {})
        body = {"household_id": str(households[0]), "cadre_id": str(elsewhere.cadre_id)}
        assert (await orderer.post("/v1/pairings", body)).status_code == 201
        await world.run_jobs()
        job = (await second.get(ordered.headers["location"])).json()
        assert (job["state"], job["failure"]) == ("failed", "pairing_plan_stale")
        assert (await second.get(f"/v1/pairing-plans/{plan['plan_id']}")).json()["state"] == "ready"
    assert await helpers(world, town) == {households[0]: elsewhere.cadre_id}
    assert cadre.cadre_id not in (await helpers(world, town)).values()


async def test_while_a_plan_takes_effect_visits_are_entered_and_lists_show_what_stood_before(
    world: World, town: Town
) -> None:
    busy, free = await town.cadre(rank="party_member"), await town.cadre()
    homes = [await town.household() for _ in range(2)]
    await world.load(pairings=[Pairing(new_id(), home, busy.cadre_id, date(2026, 1, 1)) for home in homes])
    async with world.as_(town.official) as desk, world.as_(cadre_login(busy)) as phone:
        plan = await proposed(world, desk, town.code)
        async with world.jobs_database.transaction() as moving:
            await guard_all_pairings(moving)
            assert await apply_lines(moving, UUID(plan["plan_id"]), TODAY, "official-2") == 1
            for home in homes:
                entered = await phone.post("/v1/visits", a_visit(home))
                assert entered.status_code == 201, entered.text
            assert len((await phone.get("/v1/me/caseload")).json()["items"]) == 2
            coverage = (await desk.get("/v1/cadres/coverage", region=town.code)).json()
        assert (coverage["paired"], coverage["unpaired"]) == (2, 0)
        assert len((await phone.get("/v1/me/caseload")).json()["items"]) == 1
    assert set((await helpers(world, town)).values()) == {busy.cadre_id, free.cadre_id}


async def test_a_step_that_runs_twice_has_one_effect(world: World, town: Town) -> None:
    await town.cadre()
    household_id = await town.household()
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        done = await carried_out(world, second, plan["plan_id"], "apply")
    async with world.database.transaction() as connection:
        job = await Jobs(world.app.state.rooms.jobs.table).get(connection, UUID(done["job_id"]))
    policies, service = world.app.state.rooms.policies, world.service
    for _ in range(2):
        await carry_out(world.jobs_database, service.change_log, policies, service.clock, "apply", job, Progress())
    async with world.database.transaction() as connection:
        rows = await rows_of(connection, "SELECT count(*) FROM pairings WHERE household_id = $1", household_id)
    assert rows == [(1,)]


async def test_a_plan_that_was_touched_since_is_not_undone(world: World, town: Town) -> None:
    await town.cadre()
    household_id = await town.household()
    async with world.as_(town.official) as orderer, world.as_(town.colleague) as second:
        plan = await proposed(world, orderer, town.code)
        await carried_out(world, second, plan["plan_id"], "apply")
        pairing = (await orderer.get(f"/v1/pairings/of/{household_id}")).json()["pairings"][0]["pairing_id"]
        await orderer.step(f"/v1/pairings/{pairing}", "end", {"reason": "other", "note": "调整"})
        reply = await orderer.post(f"/v1/pairing-plans/{plan['plan_id']}/undo", {})
    assert (reply.status_code, reply.json()["code"], reply.json()["changed"]) == (
        409,
        "pairing_plan_cannot_be_undone",
        1,
    )


async def test_a_plan_of_another_place_is_not_there(world: World, town: Town) -> None:
    async with world.as_(town.official) as orderer:
        plan = await proposed(world, orderer, town.code)
        assert [p["plan_id"] for p in (await orderer.get("/v1/pairing-plans", region=town.code)).json()["items"]] == [
            plan["plan_id"]
        ]
    async with world.as_(official("township_official", (await world.town()).code)) as stranger:
        for reply in (
            await stranger.get(f"/v1/pairing-plans/{plan['plan_id']}"),
            await stranger.post(f"/v1/pairing-plans/{plan['plan_id']}/apply", {}),
        ):
            assert (reply.status_code, reply.json()["code"]) == (404, "pairing_plan_not_found")
        assert (await stranger.post("/v1/pairing-plans", {"region": town.code})).status_code == 403
