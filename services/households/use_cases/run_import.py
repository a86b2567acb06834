"""An import job runs in a process of its own: reading a register takes a core for seconds and may take much memory.

The service starts the process and tells it everything through its standard input, whose end is also how the process
learns that the service is gone: then it stops too, and the job runs again when its lease is over. The process answers
with a line of JSON for each step. Whoever is killed in between loses nothing (`import_register`).
"""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from services.households.storage.register_file import open_register
from services.households.storage.register_report import RegisterReport
from services.households.use_cases.import_register import RegisterImport
from shared.errors import Failure, Unavailable, every_leaf
from shared.jobs import Job, Progress
from shared.sheets.errors import SheetTooLarge

REFUSED = 3
"""Exit status of a process that refused the register as a whole and has said why."""
_OUT_OF_MEMORY = (-6, -11)

Say = Callable[[Mapping[str, Any]], None]
Work = Callable[[Progress], Awaitable[None]]
BringIn = Callable[[Path, str, Path, Progress], Awaitable[None]]
"""Brings in the file of a path and name, and writes its report: a register, or a department's list."""


class ImportProcess:
    """Runs import jobs in a child process. `program` reads one line of JSON, {settings, job}, and answers as above."""

    def __init__(self, program: Sequence[str], settings: Mapping[str, Any]) -> None:
        self._program = program
        self._settings = settings

    async def run(self, job: Job, progress: Progress) -> None:
        """Raises the register's failure, or RuntimeError when the process broke and the job is to run again."""
        given = {"settings": self._settings, "job": {"job_id": job.job_id, **job.input, "subject": job.ordered_by}}
        child = await asyncio.create_subprocess_exec(
            *self._program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            if child.stdin is None or child.stdout is None:
                raise RuntimeError("the import's process has no pipes")
            child.stdin.write(orjson.dumps(given, default=str) + b"\n")
            refused: Mapping[str, Any] | None = None
            async for line in child.stdout:
                said = orjson.loads(line)
                if "failure" in said:
                    refused = said
                    continue
                for name, value in said.items():
                    setattr(progress, name, value)
            status = await child.wait()
        finally:
            await _end(child)
        if status == REFUSED and refused is not None:
            raise _failure_of(refused, progress)
        if status in _OUT_OF_MEMORY:
            raise _failure_of({"failure": SheetTooLarge.code}, progress)
        if status != 0:
            raise RuntimeError(f"the import's process ended with {status}")


def _failure_of(said: Mapping[str, Any], progress: Progress) -> Failure:
    """The failure with this code; its sentence goes into the job's result, for whoever handed the file in."""
    kinds = {leaf.code: leaf for leaf in every_leaf()}
    failure = kinds.get(said["failure"], Failure)(detail=said.get("detail", ""))
    progress.result = {**progress.result, "message": failure.sentence}
    return failure


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def work_in_process(work: Work, say: Say) -> int:
    """What the process does, telling its progress once a chunk; its exit status."""
    progress = Progress()
    telling = asyncio.create_task(_tell(progress, say))
    try:
        await work(progress)
    except Unavailable:
        raise
    except Failure as failure:
        say({"failure": failure.code, "detail": failure.data.get("detail", "")})
        return REFUSED
    except MemoryError:
        say({"failure": SheetTooLarge.code})
        return REFUSED
    finally:
        telling.cancel()
    say(asdict(progress))
    return 0


async def _tell(progress: Progress, say: Say) -> None:
    while True:
        await asyncio.sleep(0.25)
        say(asdict(progress))


async def import_file(
    register_import: RegisterImport, path: Path, file_name: str, report: Path, progress: Progress
) -> None:
    """Brings one file in and writes its report. Raises as `RegisterImport.run` and `open_register`."""
    register = await asyncio.to_thread(open_register, path, file_name)
    with RegisterReport(report) as lines, _rare_collections(), _short_turns():
        await register_import.run(register, lines, progress, file_name)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """An import makes millions of objects and no cycles; looking for some takes a sixth of its time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _short_turns() -> Iterator[None]:
    """The thread that reads computes all the time, and the one that writes waits for the database many times a chunk:
    each time it would get the interpreter back only after the 5 ms that a turn of the other takes."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
