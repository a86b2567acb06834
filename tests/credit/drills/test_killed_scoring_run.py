"""A scoring run whose process is killed in the middle, twice: the next one goes on, nothing is lost, nothing twice."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, H4
from tests.credit.drills.score_worker import URL
from tests.credit.world import TODAY, World

TOWNSHIPS = 40
SCORES = "SELECT household_id, total, band, bins, points, vetoes, trace_sha256 FROM scores WHERE run_id = $1 ORDER BY 1"


async def worker(world: World) -> Process:
    environment = {**os.environ, URL: world.settings.jobs_database_url}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.credit.drills.score_worker", env=environment
    )


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.002)


async def scored(world: World, run_id: UUID) -> int:
    found: int = (await world.rows("SELECT count(*) FROM scores WHERE run_id = $1", run_id))[0][0]
    return found


async def let_the_lease_run_out(world: World, run_id: UUID) -> None:
    """As if twenty seconds had passed since the killed process last said that it was at work."""
    async with world.database.transaction() as connection:
        statement = "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE job_id = $1"
        await connection.exec_driver_sql(statement, (run_id,))


async def test_a_run_killed_in_the_middle_ends_as_one_clean_run(world: World) -> None:
    county, towns = await world.county(townships=TOWNSHIPS)
    for place, town in enumerate(towns):
        await town.households(5, (H1, H3, H4, H1 | {"reviews": [1]})[place % 4])
    clean = await world.rows(SCORES, await towns[0].score(county))
    run_id = new_id()
    async with world.as_(towns[0].orderer) as caller:
        await caller.post("/v1/credit/scoring-runs", {"region": county, "run_id": str(run_id)})
        for killed in (1, 2):
            before = await scored(world, run_id)
            process = await worker(world)

            async def is_at_work(before: int = before) -> bool:
                return await scored(world, run_id) > before

            await until(is_at_work)
            process.kill()
            await process.wait()
            halfway = await scored(world, run_id)
            assert before < halfway < len(clean), f"the process was not killed in the middle (kill {killed})"
            await let_the_lease_run_out(world, run_id)
        process = await worker(world)

        async def has_ended() -> bool:
            job = (await caller.get(f"/v1/credit/jobs/{run_id}")).json()
            return bool(job["state"] == "succeeded")

        await until(has_ended)
        process.terminate()
        await process.wait()
        job = (await caller.get(f"/v1/credit/jobs/{run_id}")).json()
    assert [job[name] for name in ("done", "total", "accepted", "refused")] == [5 * TOWNSHIPS] * 3 + [0]
    assert await world.rows(SCORES, run_id) == clean
    async with world.as_(towns[0].confirmer) as caller:
        confirmed = await caller.post(f"/v1/credit/scoring-runs/{run_id}/confirm")
    assert (confirmed.status_code, confirmed.json()["effective_on"]) == (200, TODAY.isoformat())
