"""A scoring run whose process is killed in the middle: the next one goes on, nothing is lost, nothing twice."""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.credit.storage.bulk_files import write_new
from services.credit.storage.run_repository import get_run
from services.credit.use_cases.score_place import HOUSEHOLDS_AT_ONCE
from shared.ids import new_id
from tests.builders.worked_cases import H1, H3, H4, H6
from tests.credit.drills.score_worker import URL
from tests.credit.world import Town, World, veto

SCORES = "SELECT household_id, total, band, bins, points, vetoes, trace_sha256 FROM scores WHERE run_id = $1 ORDER BY 1"
STANDS_IN_THE_WAY = """
    INSERT INTO scores SELECT household_id, $1, village_code, facts_version, total, band, bins, points, vetoes,
    trace_sha256 FROM scores WHERE run_id = $2 AND household_id = $3
"""


@asynccontextmanager
async def halted_in_the_middle(
    world: World, run_id: UUID, clean: UUID, household_id: UUID, at_once: int
) -> AsyncIterator[None]:
    """Another process works at the run; within, it stands still inside the transaction that scores this household."""
    async with world.jobs_database.engine.connect() as connection:
        await connection.exec_driver_sql(STANDS_IN_THE_WAY, (run_id, clean, household_id))
        own = (await connection.exec_driver_sql("SELECT pg_current_xact_id()::text")).scalar_one()
        waits = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid::text = '{own}'"  # noqa: S608 - a number
        environment = {**os.environ, URL: world.settings.jobs_database_url}
        program = (sys.executable, "-m", "tests.credit.drills.score_worker", str(at_once))
        process = await asyncio.create_subprocess_exec(*program, env=environment)
        async with asyncio.timeout(60):
            while await world.rows(waits) == [(0,)]:  # noqa: ASYNC110 - another process says nothing to us
                await asyncio.sleep(0.02)
        yield
        process.kill()
        assert await process.wait() == -9
        await connection.rollback()


@dataclass(frozen=True)
class Size:
    """A county, the households that are scored in one transaction, and the township in which the process is killed."""

    townships: int
    households: int
    at_once: int
    killed_in: int


A_TOWNSHIP_AT_A_TIME = Size(townships=6, households=5, at_once=1, killed_in=3)
AS_IN_SERVICE = Size(townships=4, households=2_600, at_once=HOUSEHOLDS_AT_ONCE, killed_in=3)


async def files(world: World, town: Town, number: int, seed: int) -> list[UUID]:
    """Credit files of all kinds, no two townships alike; some lack something, some are under a veto."""
    draw = random.Random(seed)  # noqa: S311 - a draw that comes again, no secret
    ids = [new_id() for _ in range(number)]
    rows = [
        {"household_id": one, "village_code": town.village, "source": "test", "entered_by": "test", "version": 1}
        | {"facts": varied(draw)}
        for one in ids
    ]
    standing = [{"household_id": one, "veto_id": new_id(), **veto("V1")} for one in ids[::97]]
    async with world.database.transaction() as connection:
        await write_new(connection, rows, standing, [], [], [])
    return ids


def varied(draw: random.Random) -> dict[str, Any]:
    facts = {
        **draw.choice((H1, H3, H4, H6)),
        "workers": draw.randrange(5),
        "net_income_cents": draw.randrange(-100, 200_000_00),
        "reviews": [draw.randrange(11) for _ in range(draw.randrange(4, 9))],
    }
    return facts if draw.randrange(50) else {name: value for name, value in facts.items() if name != "lenders"}


@pytest.mark.parametrize("size", [A_TOWNSHIP_AT_A_TIME, AS_IN_SERVICE], ids=["small", "township"])
async def test_a_run_killed_in_the_middle_ends_as_one_clean_run_and_takes_effect_once(world: World, size: Size) -> None:
    county, towns = await world.county(townships=size.townships)
    households = [await files(world, town, size.households, seed) for seed, town in enumerate(towns)]
    clean, run_id = await towns[0].score(county), new_id()
    async with world.as_(towns[0].orderer) as caller:
        await caller.post("/v1/credit/scoring-runs", {"region": county, "run_id": str(run_id)})
        async with halted_in_the_middle(world, run_id, clean, households[size.killed_in][2], size.at_once):
            assert (await caller.get(f"/v1/credit/jobs/{run_id}")).json()["state"] == "running"
    async with world.jobs_database.transaction() as connection:
        run = await get_run(connection, run_id)
        # As if the twenty seconds had passed in which the killed process would have said that it is still at work.
        statement = "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE job_id = $1"
        await connection.exec_driver_sql(statement, (run_id,))
    assert (run.state, run.scored_to) == ("scoring", towns[size.killed_in - 1].code)
    assert len(await world.rows(SCORES, run_id)) == size.killed_in * size.households
    await world.run_jobs()
    async with world.as_(towns[0].confirmer) as caller:
        job = (await caller.get(f"/v1/credit/jobs/{run_id}")).json()
        assert job["state"] == "succeeded"
        assert [job[name] for name in ("done", "total", "accepted")] == [size.townships * size.households] * 3
        assert await world.rows(SCORES, run_id) == await world.rows(SCORES, clean)
        confirm = f"/v1/credit/scoring-runs/{run_id}/confirm"
        answers = await asyncio.gather(caller.post(confirm), caller.post(confirm))
    assert sorted(reply.status_code for reply in answers) == [200, 409]
    in_effect = "SELECT run_id, count(*) FROM taken_over WHERE village_code LIKE $1 || '%' GROUP BY run_id"
    assert await world.rows(in_effect, county) == [(run_id, size.townships)]
