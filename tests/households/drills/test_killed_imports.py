"""An import that is killed with -9 in the middle and run again: nothing is lost and nothing is there twice."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.households.main import job_runner
from services.households.use_cases.order_import import order_import
from shared.auth import Principal
from shared.jobs import Job, Jobs
from tests.builders.register import InventedHousehold, invent_household
from tests.households.import_world import TOWNSHIP, ImportWorld

pytestmark = pytest.mark.xdist_group("killed_imports")

HOUSEHOLDS = 3_000
PATIENCE = 3_000

RUN_JOBS = """
import asyncio, sys
from services.households import main, worker
from services.households.settings import Settings
from shared.db import Database

settings = Settings.model_validate_json(sys.stdin.readline())
asyncio.run(main.job_runner(Database(settings.jobs_database_url), settings).run())
"""
IMPORT_BY_COMMAND = """
import asyncio, sys
from pathlib import Path
from bashan.environment import Ground
from bashan.import_command import run_import
from bashan.embedded_postgres import ServiceUrls
from bashan.settings import Settings
from services.households.settings import Settings as HouseholdsSettings
from shared.jobs import Progress

given = HouseholdsSettings.model_validate_json(sys.stdin.readline())
urls = {"households": ServiceUrls("", given.database_url, given.jobs_database_url)}
on = Ground(Settings(), given.files_dir, given.secrets_dir, given.files_dir, urls, None)
asyncio.run(run_import(on, Path(sys.argv[1]), report=Path(sys.argv[1]).with_suffix(".report"), progress=Progress()))
"""


@pytest.fixture(scope="module")
def households() -> list[InventedHousehold]:
    return [invent_household(index, 2 + index % 3) for index in range(HOUSEHOLDS)]


async def order(world: ImportWorld, households: list[InventedHousehold]) -> Job:
    who = Principal("official-1", "张三", frozenset({"county_official"}), {"county_official": (TOWNSHIP,)}, "t", 0)
    content = world.file(households).read_bytes()
    async with world.database.transaction() as connection:
        rooms = world.app.state.rooms
        return await order_import(connection, rooms.jobs, rooms.files, who, "a.csv", content)


async def start(world: ImportWorld, program: str, *arguments: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, *arguments, stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(world.settings.model_dump_json().encode() + b"\n")
    return process


async def until(holds: Callable[[], Any]) -> None:
    for _ in range(PATIENCE):
        if await holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not come true")


async def half_way(world: ImportWorld) -> bool:
    return await world.count("households") >= HOUSEHOLDS // 4


def children_of(process_id: int) -> list[int]:
    found = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


def command_line(process_id: int) -> bytes:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def import_process(parent: int) -> int:
    """The one child that runs an import."""
    (found,) = [child for child in children_of(parent) if b"services.households.worker" in command_line(child)]
    return found


async def end_lease(world: ImportWorld) -> None:
    """As if the lease's seconds had passed."""
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = now() - interval '1 second'"))


async def run_again(world: ImportWorld, job: Job) -> Job:
    await end_lease(world)
    assert await job_runner(world.jobs, world.settings).run_next()
    async with world.database.transaction() as connection:
        rooms = world.app.state.rooms
        jobs: Jobs = rooms.jobs
        return await jobs.get(connection, job.job_id)


async def assert_everything_once(world: ImportWorld, households: list[InventedHousehold]) -> None:
    people = sum(len(household.people) for household in households)
    counts = await world.counts()
    assert counts["households"] == counts["register_numbers"] == counts["household_changes"] == len(households)
    assert counts["members"] == counts["persons"] == people
    assert counts["change_log"] == len(households)
    assert {household.number for household in households} == await numbers(world)


async def numbers(world: ImportWorld) -> set[str]:
    async with world.database.transaction() as connection:
        return set((await connection.execute(text("SELECT register_number FROM households"))).scalars())


def assert_complete(job: Job) -> None:
    result = job.progress.result
    assert job.state == "succeeded"
    assert (job.progress.accepted, job.progress.refused) == (HOUSEHOLDS, 0)
    assert result["new"] + result["unchanged"] == HOUSEHOLDS
    assert 0 < result["unchanged"] < HOUSEHOLDS
    assert result["changed"] == 0
    assert job.progress.done == job.progress.total == result["people"]


async def test_an_import_whose_process_is_killed_goes_on_when_it_runs_again(
    world: ImportWorld, households: list[InventedHousehold]
) -> None:
    job = await order(world, households)
    running = asyncio.create_task(job_runner(world.jobs, world.settings).run_next())
    await until(lambda: half_way(world))
    os.kill(import_process(os.getpid()), signal.SIGKILL)
    await running
    stopped = await world.count("households")
    assert stopped < HOUSEHOLDS
    job = await run_again(world, job)
    assert_complete(job)
    assert job.progress.result["unchanged"] == stopped
    await assert_everything_once(world, households)
    assert world.app.state.rooms.files.report(job.job_id)


async def test_an_import_stops_with_the_service_that_ordered_it_and_goes_on_after(
    world: ImportWorld, households: list[InventedHousehold]
) -> None:
    job = await order(world, households)
    service = await start(world, RUN_JOBS)
    await until(lambda: half_way(world))
    child = import_process(service.pid)
    service.kill()
    await service.wait()
    await until(lambda: gone(child))
    assert await world.count("households") < HOUSEHOLDS
    assert_complete(await run_again(world, job))
    await assert_everything_once(world, households)


async def gone(process_id: int) -> bool:
    """Not there, or waiting only to be buried."""
    return not command_line(process_id)


async def test_a_killed_command_is_simply_run_again(world: ImportWorld, households: list[InventedHousehold]) -> None:
    file = str(world.file(households, "xlsx"))
    command = await start(world, IMPORT_BY_COMMAND, file)
    await until(lambda: half_way(world))
    command.kill()
    await command.wait()
    assert 0 < await world.count("households") < HOUSEHOLDS
    again = await start(world, IMPORT_BY_COMMAND, file)
    assert await again.wait() == 0
    await assert_everything_once(world, households)
    before = await world.counts()
    once_more = await world.bring_in(Path(file))
    assert (once_more.result["unchanged"], once_more.progress.accepted) == (HOUSEHOLDS, HOUSEHOLDS)
    assert await world.counts() == before
