"""A scoring run whose process is killed in the middle: the next one goes on, nothing is lost, nothing twice."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from services.credit.storage.run_repository import get_run
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, H4
from tests.credit.drills.score_worker import URL
from tests.credit.world import World

TOWNSHIPS, HOUSEHOLDS = 6, 5
SCORES = "SELECT household_id, total, band, bins, points, vetoes, trace_sha256 FROM scores WHERE run_id = $1 ORDER BY 1"
STANDS_IN_THE_WAY = """
    INSERT INTO scores SELECT household_id, $1, village_code, facts_version, total, band, bins, points, vetoes,
    trace_sha256 FROM scores WHERE run_id = $2 AND household_id = $3
"""


@asynccontextmanager
async def halted_in_the_middle(world: World, run_id: UUID, clean: UUID, household_id: UUID) -> AsyncIterator[None]:
    """Another process works at the run; within, it stands still inside the transaction that scores this household."""
    async with world.jobs_database.engine.connect() as connection:
        await connection.exec_driver_sql(STANDS_IN_THE_WAY, (run_id, clean, household_id))
        own = (await connection.exec_driver_sql("SELECT pg_current_xact_id()::text")).scalar_one()
        waits = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid::text = '{own}'"  # noqa: S608 - a number
        environment = {**os.environ, URL: world.settings.jobs_database_url}
        program = (sys.executable, "-m", "tests.credit.drills.score_worker")
        process = await asyncio.create_subprocess_exec(*program, env=environment)
        async with asyncio.timeout(60):
            while await world.rows(waits) == [(0,)]:  # noqa: ASYNC110 - another process says nothing to us
                await asyncio.sleep(0.02)
        yield
        process.kill()
        assert await process.wait() == -9
        await connection.rollback()


async def test_a_run_killed_in_the_middle_ends_as_one_clean_run(world: World) -> None:
    county, towns = await world.county(townships=TOWNSHIPS)
    households = [
        await town.households(HOUSEHOLDS, (H1, H3, H4, H1 | {"reviews": [1]})[place % 4])
        for place, town in enumerate(towns)
    ]
    clean, run_id = await towns[0].score(county), new_id()
    async with world.as_(towns[0].orderer) as caller:
        await caller.post("/v1/credit/scoring-runs", {"region": county, "run_id": str(run_id)})
        async with halted_in_the_middle(world, run_id, clean, households[3][2]):
            assert (await caller.get(f"/v1/credit/jobs/{run_id}")).json()["state"] == "running"
    async with world.jobs_database.transaction() as connection:
        run = await get_run(connection, run_id)
        # As if the twenty seconds had passed in which the killed process would have said that it is still at work.
        statement = "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE job_id = $1"
        await connection.exec_driver_sql(statement, (run_id,))
    assert (run.state, run.scored_to) == ("scoring", towns[2].code)
    assert len(await world.rows(SCORES, run_id)) == 3 * HOUSEHOLDS
    await world.run_jobs()
    async with world.as_(towns[0].confirmer) as caller:
        job = (await caller.get(f"/v1/credit/jobs/{run_id}")).json()
        assert job["state"] == "succeeded"
        assert [job[name] for name in ("done", "total", "accepted")] == [TOWNSHIPS * HOUSEHOLDS] * 3
        assert await world.rows(SCORES, run_id) == await world.rows(SCORES, clean)
        assert (await caller.post(f"/v1/credit/scoring-runs/{run_id}/confirm")).status_code == 200
