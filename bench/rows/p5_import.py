"""P5: a register of a hundred thousand people brought in by the worker, against COPY and merge of the same rows."""

import asyncio
import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import orjson

from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import Ground, ground, migrate_everything
from bashan.serving import begin_services
from bashan.settings import Settings
from bench.allowance import Overran
from bench.harness import Line, Options, Outcome, Reading, Side, alternate, ratio
from bench.load import scratch
from bench.processes import ROOT, Window, python
from bench.registers import Rows, people, write_csv, write_xlsx
from services.households.domain.register_columns import Column
from services.households.worker import ToldGround, import_files
from shared.ids import new_id

ROWS, QUICK_ROWS, QUICK_ROUNDS = 100_000, 20_000, 3
AT_LEAST_ROWS, AT_LEAST_SHARE = 10_000, 0.1
FILLED = (
    "households, members, persons, register_numbers, household_changes, likely_duplicates, change_log,"
    " household_counts, household_count_changes"
)


class RegisterImports:
    id = "P5"
    title = f"a register of {ROWS:,} people in all columns, new to the record: checked, encrypted, indexed, in the feed"
    target = ".csv ÷ COPY and merge of the same rows ≥ 0.1; .csv and .xlsx ≥ 10,000 rows a second"

    def run(self, options: Options) -> Outcome:
        folder = scratch()
        try:
            with asyncio.Runner() as runner:
                return _measured(folder, options, runner)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, options: Options, runner: asyncio.Runner) -> Outcome:
    """One loop runs everything, in the thread that is told when the row has had its time."""
    count = QUICK_ROWS if options.rounds <= QUICK_ROUNDS else ROWS
    rows = list(people(count))
    files = [write_csv(folder / "register.csv", rows), write_xlsx(folder / "register.xlsx", rows)]
    memory: dict[str, list[float]] = {path.suffix: [] for path in files}
    with _on(ground(Settings(data_dir=folder / "data", demonstration=False)), runner) as on:
        runner.run(_begun(on))
        whole = [
            _side(f"ours, {path.suffix}", runner, partial(_imported, on, path, memory[path.suffix]), count)
            for path in files
        ]
        reference = _side("COPY and merge of the rows as text (reference)", runner, partial(_merged, on, rows), count)
        alternate([reference, *whole], options)
        smaller = _memory_of_a_tenth(on, folder, count, runner, options) if _fits_a_tenth(whole, options) else {}
    return _outcome(count, whole, reference, memory, smaller)


@contextlib.contextmanager
def _on(place: contextlib.AbstractAsyncContextManager[Ground], runner: asyncio.Runner) -> Iterator[Ground]:
    on = runner.run(_entered(place))
    try:
        yield on
    finally:
        runner.run(_left(place))


async def _entered(place: contextlib.AbstractAsyncContextManager[Ground]) -> Ground:
    return await place.__aenter__()


async def _left(place: contextlib.AbstractAsyncContextManager[Ground]) -> None:
    await place.__aexit__(None, None, None)


async def _begun(on: Ground) -> None:
    await migrate_everything(on)
    await begin_services(on)


def _fits_a_tenth(whole: Sequence[Side], options: Options) -> bool:
    seconds = sum(side.readings[-1].p50_ms for side in whole) / 1000 / 10
    return options.allowance.fits(seconds, "the memory that a tenth of the rows takes")


def _memory_of_a_tenth(
    on: Ground, folder: Path, count: int, runner: asyncio.Runner, options: Options
) -> dict[str, float]:
    """MiB that a file of a tenth as many people takes: memory is flat when the whole file takes hardly more.

    They are a register of their own. Cut out of the whole one they would end in the middle of a household."""
    tenth, found = list(people(count // 10)), dict[str, float]()
    try:
        for write, name in ((write_csv, "tenth.csv"), (write_xlsx, "tenth.xlsx")):
            path, memory = write(folder / name, tenth), list[float]()
            runner.run(_imported(on, path, memory))
            found[path.suffix] = memory[0]
    except Overran:
        options.allowance.cut.append("the memory that a tenth of the rows takes")
    return found


def _outcome(
    count: int, ours: Sequence[Side], reference: Side, memory: dict[str, list[float]], smaller: dict[str, float]
) -> Outcome:
    text, _ = ours
    lines = [_line(side, count) for side in (reference, *ours)]
    lines += [
        Line(f"memory, {kind}", {"MiB": round(median(of))} | _of_a_tenth(smaller, kind)) for kind, of in memory.items()
    ]
    fast = [
        ratio(f"rows a second, {side.name}", side, _ten_thousand(side), lambda one: one.per_second, at_least=1.0)
        for side in ours
    ]
    return Outcome(
        lines=lines,
        ratios=[
            ratio(".csv ÷ COPY and merge", text, reference, lambda one: one.per_second, at_least=AT_LEAST_SHARE),
            *fast,
        ],
        notes=[
            f"{count:,} rows of {len(Column)} columns, an emptied record each time.",
            "Ours is timed from the start of the worker's process, imports included, to its end, the report written.",
            "The reference moves the file's cells as text from memory, by COPY and INSERT … ON CONFLICT.",
            "Rows a second are given as a ratio to 10,000. Memory is the peak of the worker's process.",
        ],
    )


def _of_a_tenth(smaller: dict[str, float], kind: str) -> dict[str, float]:
    return {"MiB, a tenth of the rows": round(smaller[kind])} if kind in smaller else {}


def _ten_thousand(side: Side) -> Side:
    steady = [Reading(AT_LEAST_ROWS, 0, 0, 0, 0, one.others) for one in side.readings]
    return Side("10,000 rows a second", lambda: steady[0], steady)


def _line(side: Side, count: int) -> Line:
    rate = median(reading.per_second for reading in side.readings)
    others = 100 * median(reading.others for reading in side.readings)
    return Line(side.name, {"rows/s": round(rate), "seconds": round(count / rate, 2), "others %": round(others)})


def _side(name: str, runner: asyncio.Runner, body: Callable[[], Coroutine[Any, Any, float]], count: int) -> Side:
    """Readings without the database's own work in `others` are not to be had here; the shares tell both."""

    def measure() -> Reading:
        window = Window()
        seconds = runner.run(body())
        return Reading(count / seconds, 1000 * seconds, 1000 * seconds, 0.0, 0, window.others())

    return Side(name, measure)


async def _imported(on: Ground, path: Path, memory: list[float]) -> float:
    """Seconds of the worker's process; its peak memory goes into `memory`, in MiB."""
    await _emptied(on)
    told = ToldGround(on.urls["households"].jobs, on.secrets_dir, on.files_dir, None, None)
    job_id = new_id()
    job = {
        "job_id": str(job_id),
        "file_name": path.name,
        "scope": ["5119"],
        "subject": "bench",
        "actor_name": "张三",
    }
    await asyncio.to_thread(lambda: import_files(told).keep(job_id, path.read_bytes()))
    settings = {name: value and str(value) for name, value in asdict(told).items()}
    seconds, peak = await asyncio.to_thread(_worked, {"settings": settings, "job": job})
    memory.append(peak)
    return seconds


def _worked(given: dict[str, Any]) -> tuple[float, float]:
    """Seconds from the start of the worker's process to its end, and its peak memory in MiB."""
    began, peak, said = time.perf_counter(), 0.0, dict[str, Any]()
    command = python("services.households.worker")
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(orjson.dumps(given) + b"\n")
        worker.stdin.flush()
        for line in worker.stdout:
            said = orjson.loads(line)
            peak = max(peak, _peak_mib(worker.pid))
        status = worker.wait()
        seconds = time.perf_counter() - began
    if status != 0 or said["refused"] or said["result"]["new"] == 0:
        raise RuntimeError(f"the import ended with {status}: {said}")
    return seconds, peak


def _peak_mib(pid: int) -> float:
    """The most resident memory that the process has had, as it says while it lives; it tells its progress as often."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


async def _merged(on: Ground, rows: Rows) -> float:
    """Seconds for COPY to a temporary table and the merge from there, in one transaction."""
    columns = [f"c{number}" for number in range(len(Column))]
    household, person = (list(Column).index(one) for one in (Column.HOUSEHOLD_NUMBER, Column.PERSON_NUMBER))
    connection = await _connected(on)
    try:
        listed = ", ".join(f"{name} text" for name in columns)
        await connection.execute("DROP TABLE IF EXISTS merged")
        await connection.execute(f"CREATE TABLE merged ({listed}, PRIMARY KEY (c{household}, c{person}))")
        await connection.execute("CHECKPOINT")
        began = time.perf_counter()
        async with connection.transaction():
            await connection.execute(f"CREATE TEMP TABLE staged ({listed}) ON COMMIT DROP")
            await connection.copy_records_to_table("staged", records=rows, columns=columns)
            replaced = ", ".join(f"{name} = excluded.{name}" for name in columns)
            await connection.execute(
                f"INSERT INTO merged SELECT * FROM staged "  # noqa: S608 - put together from constants of this file
                f"ON CONFLICT (c{household}, c{person}) DO UPDATE SET {replaced}"
            )
        return time.perf_counter() - began
    finally:
        await connection.close()


async def _emptied(on: Ground) -> None:
    connection = await _connected(on)
    try:
        await connection.execute(f"TRUNCATE {FILLED} CASCADE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _connected(on: Ground) -> asyncpg.Connection:
    server = on.embedded
    assert isinstance(server, EmbeddedPostgres)
    connection = await server.connect(database="bashan")
    await connection.execute("SET search_path = households")
    return connection
