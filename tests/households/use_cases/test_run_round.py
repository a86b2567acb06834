"""A round of a place: yearly watches and incomes under the line; made twice it changes nothing."""

from typing import Any
from uuid import UUID

from services.households import worker
from services.households.storage import tables
from services.households.use_cases.run_round import MonitoringRound
from shared.change_log import ChangeLog
from shared.clock import FixedClock
from shared.jobs import Job, Jobs, Progress
from tests.households.import_world import NOON, TOWNSHIP, ImportWorld
from tests.households.monitoring_people import cases_of, duties, key, register, step

NEXT_YEAR = NOON.replace(year=2027)


async def go_round(world: ImportWorld, at: FixedClock) -> Progress:
    async with world.as_official(TOWNSHIP) as official:
        reply = await official.post("/v1/monitoring/rounds", json={"region": TOWNSHIP}, headers=key())
        assert reply.status_code == 202, reply.text
    async with world.database.transaction() as connection:
        job: Job = await Jobs(tables.jobs).get(connection, UUID(reply.json()["job_id"]))
    rules = worker.monitoring_rules(world.settings)
    progress = Progress()
    log = ChangeLog(tables.change_log)
    await MonitoringRound(world.jobs, world.repository, log, rules, at).run(job, progress)
    return progress


async def out_of_poverty(world: ImportWorld, **fields: Any) -> str:
    """A household that has gone the whole course."""
    household = await register(world, **fields)
    await world.put("UPDATE households SET status = 'out_of_poverty' WHERE household_id = $1", (UUID(household),))
    return household


async def test_a_household_that_left_poverty_is_watched_once_a_year_and_keeps_being_so(world: ImportWorld) -> None:
    left = await out_of_poverty(world, net_income_per_head_cents=900_000)
    await register(world, status="general")
    first, second = await go_round(world, FixedClock(NOON)), await go_round(world, FixedClock(NOON))
    assert (first.result, first.done) == ({"watches": 1, "under_line": 0, "named": 0}, 2)
    assert second.result == {"watches": 0, "under_line": 0, "named": 0}
    async with world.as_official(TOWNSHIP) as official:
        (watch,) = await cases_of(official, left)
        assert (watch["watch"], watch["state"], watch["allowed"]) == (True, "found", ["in_danger", "removed"])
        assert (await duties(world, left))[-1]["watch_due_on"] == watch["check_due_on"]
        assert (await step(official, watch, "removed")).status_code == 200, (
            "all is well: one person's word ends a watch"
        )
        assert (await go_round(world, FixedClock(NOON))).result["watches"] == 0
        assert (await go_round(world, FixedClock(NEXT_YEAR))).result["watches"] == 1, "next year somebody goes again"
        assert len(await cases_of(official, left)) == 2


async def test_a_watch_that_finds_danger_becomes_a_case_like_any_other(world: ImportWorld) -> None:
    left = await out_of_poverty(world)
    await go_round(world, FixedClock(NOON))
    async with world.as_official(TOWNSHIP) as official:
        (watch,) = await cases_of(official, left)
        found = (await step(official, watch, "in_danger", monitoring_type="unstable")).json()
    assert (found["watch"], found["monitoring_type"]) == (False, "unstable")
    assert found["allowed"] == ["in_danger", "removal_proposed"]


async def test_incomes_that_came_in_otherwise_are_found_by_the_round(world: ImportWorld) -> None:
    household = await register(world)
    async with world.database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE households SET net_income_per_head_cents = 100")
    assert (await go_round(world, FixedClock(NOON))).result == {"watches": 0, "under_line": 1, "named": 0}
    assert (await go_round(world, FixedClock(NOON))).result == {"watches": 0, "under_line": 0, "named": 0}
    async with world.as_official(TOWNSHIP) as official:
        assert [case["origin"] for case in await cases_of(official, household)] == ["income_under_line"]


async def test_whom_the_register_names_as_monitored_is_visited_once_until_the_risk_is_removed(
    world: ImportWorld,
) -> None:
    named = await register(world, net_income_per_head_cents=900_000)
    over = await register(world, net_income_per_head_cents=900_000)
    await world.put("UPDATE households SET monitoring_type = 'sudden', risk_removed = false")
    await world.put("UPDATE households SET risk_removed = true WHERE household_id = $1", (UUID(over),))
    first, second = await go_round(world, FixedClock(NOON)), await go_round(world, FixedClock(NOON))
    assert first.result == {"watches": 0, "under_line": 0, "named": 1}
    assert second.result == {"watches": 0, "under_line": 0, "named": 0}
    async with world.as_official(TOWNSHIP) as official:
        (case,) = await cases_of(official, named)
        assert (case["origin"], case["state"], await cases_of(official, over)) == ("register", "found", [])
    assert (await duties(world, named))[-1]["check_due_on"] == case["check_due_on"]


async def test_a_round_of_another_place_cannot_be_ordered(world: ImportWorld) -> None:
    async with world.as_official("511923") as stranger:
        reply = await stranger.post("/v1/monitoring/rounds", json={"region": TOWNSHIP}, headers=key())
    assert (reply.status_code, reply.json()["code"]) == (403, "outside_scope")
