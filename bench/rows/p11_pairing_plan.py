"""P11: a whole prefecture paired at once, from the order of a plan to its proposal, and applied."""

import asyncio
import multiprocessing
import resource
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import ground, migrate_everything
from bashan.serving import begin_services
from bashan.settings import Settings
from bench.harness import Line, Options, Outcome, Ratio
from bench.load import scratch
from services.cadres.storage import tables
from services.cadres.storage.plan_repository import add_plan, get_plan, save_state
from services.cadres.storage.policy_file import load_policies
from services.cadres.use_cases.make_plan import make_plan
from services.cadres.use_cases.move_plan import carry_out
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Job, Progress

CADRES, HOUSEHOLDS = 62_000, 159_000
MOST_SECONDS, MOST_MIB = 60.0, 2048
# 139 townships of 13 villages. Cadres and households lie unevenly: the k-th of them in the township k² mod 139.
_TOWNSHIP = "'5119' || lpad((1 + {n} / 28)::text, 2, '0') || (100 + {n} % 28)"
_UNIT = "INSERT INTO units VALUES (gen_random_uuid(), '某局', 'county', 'government_unit', '511902')"
_CADRES = f"""
    INSERT INTO cadres (cadre_id, unit_id, name, rank, region_code, valid_from)
    SELECT gen_random_uuid(), (SELECT unit_id FROM units LIMIT 1), '王芳',
        CASE WHEN n % 200 = 0 THEN 'city_leader' WHEN n % 50 = 0 THEN 'county_leader' ELSE 'staff' END,
        CASE WHEN n % 3 = 0 THEN '5119' || lpad((1 + t / 28)::text, 2, '0') ELSE {_TOWNSHIP.format(n="t")} END,
        '2020-01-01'
    FROM (SELECT n, n * n % 139 AS t FROM generate_series(0::bigint, $1 - 1) AS n) AS numbered
"""  # noqa: S608 - put together from constants of this file
_HOUSEHOLDS = f"""
    INSERT INTO households (household_id, village_code, head, people, registered_poor, monitored)
    SELECT gen_random_uuid(), {_TOWNSHIP.format(n="t")} || (200 + n % 13), '李**', 3, true, n % 40 = 0
    FROM (SELECT n, (n * n + n) % 139 AS t FROM generate_series(0::bigint, $1 - 1) AS n) AS numbered
"""  # noqa: S608 - put together from constants of this file


@dataclass(frozen=True, slots=True)
class Measured:
    planned: float
    mib: float
    applied: float
    undone: float
    figures: dict[str, Any]


class PairingPlans:
    id = "P11"
    title = f"{HOUSEHOLDS:,} households and {CADRES:,} cadres, from the order of a plan to its proposal"
    target = f"≤ {MOST_SECONDS:.0f} s and ≤ {MOST_MIB} MiB"

    def run(self, options: Options) -> Outcome:
        # One run tells: it has no load to be repeated. A quick one pairs a tenth.
        tenth = 10 if options.quick else 1
        folder = scratch()
        try:
            asyncio.run(_prepare(folder, CADRES // tenth, HOUSEHOLDS // tenth))
            with EmbeddedPostgres(folder) as server:
                url = server.database_urls()["cadres"].jobs
                # A process of its own: its memory is the plan's.
                with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                    found = pool.submit(_measured, url).result()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return _outcome(found, HOUSEHOLDS // tenth)


def _outcome(found: Measured, households: int) -> Outcome:
    figures = found.figures
    near = ", ".join(f"{name} {figures[name]:,}" for name in ("own_township", "own_county", "elsewhere"))
    return Outcome(
        lines=[
            Line("plan", {"seconds": round(found.planned, 1)}),
            Line("apply, one transaction", {"seconds": round(found.applied, 1)}),
            Line("undo, one transaction", {"seconds": round(found.undone, 1)}),
        ],
        ratios=[
            _share("time ÷ 60 s", found.planned / MOST_SECONDS),
            _share("memory ÷ 2 GiB", found.mib / MOST_MIB),
        ],
        notes=[
            f"{households:,} households.",
            f"Memory of the process that plans: {found.mib:.0f} MiB at most.",
            f"Left out {figures['left_out']:,}; cadres by load {figures['loads']}.",
            near,
        ],
    )


def _share(name: str, value: float) -> Ratio:
    return Ratio(name, value, value, value, "≤ 1", value <= 1, 1)


async def _prepare(folder: Path, cadres: int, households: int) -> None:
    async with ground(Settings(data_dir=folder, demonstration=False)) as on:
        await migrate_everything(on)
        await begin_services(on)
        assert on.embedded is not None
        connection: asyncpg.Connection = await on.embedded.connect(database="bashan")
        try:
            await connection.execute("SET search_path = cadres")
            await connection.execute(_UNIT)
            await connection.execute(_CADRES, cadres)
            await connection.execute(_HOUSEHOLDS, households)
            await connection.execute("VACUUM ANALYZE")
        finally:
            await connection.close()


def _measured(url: str) -> Measured:
    return asyncio.run(_plan_and_apply(Database(url, pool_size=2)))


async def _plan_and_apply(database: Database) -> Measured:
    clock, policies, plan_id = Clock(), load_policies(), new_id()
    async with database.transaction() as connection:
        await add_plan(connection, plan_id, "5119", None, clock.today(), "first")
    began = time.perf_counter()
    await make_plan(database, policies, plan_id, Progress())
    planned = time.perf_counter() - began
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    async with database.transaction() as connection:
        figures = (await get_plan(connection, plan_id)).figures or {}
    applied, undone = [await _step(database, plan_id, step) for step in ("apply", "undo")]
    await database.close()
    return Measured(planned, mib, applied, undone, figures)


async def _step(database: Database, plan_id: UUID, step: Any) -> float:
    given = {"plan_id": str(plan_id), "by": "second"}
    job = Job(new_id(), step, "running", "5119", "second", given, Progress(), None, 1)
    async with database.transaction() as connection:
        await save_state(connection, plan_id, "applying" if step == "apply" else "undoing")
    began = time.perf_counter()
    await carry_out(database, ChangeLog(tables.change_log), load_policies(), Clock(), step, job, Progress())
    return time.perf_counter() - began
