"""What becomes of an import job whose process does not end as it should."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bashan.secret_files import ensure_secrets
from services.households.domain.errors import RegisterColumnsMissing
from services.households.use_cases.run_import import ImportProcess
from shared.ids import new_id
from shared.jobs import Job, Progress
from shared.sheets.errors import SheetTooLarge

READS_ITS_ORDER = "import sys, os, json; order = json.loads(sys.stdin.readline());"


async def ended(program: str) -> Progress:
    """The progress after a process that runs this program."""
    given = {"file_name": "a.csv", "actor_name": "张三", "scope": ["5119"]}
    progress = Progress()
    job = Job(new_id(), "register_import", "running", "5119", "official-1", given, progress, None, 1)
    await ImportProcess((sys.executable, "-c", READS_ITS_ORDER + program), {"database_url": "secret"}).run(
        job, progress
    )
    return progress


async def test_the_process_is_told_its_order_where_no_process_list_shows_it() -> None:
    program = """
url = order["settings"]["database_url"]
assert len(url) == 6 and url not in " ".join(sys.orig_argv) and url not in repr(os.environ)
print(json.dumps({"done": len(order["job"]["scope"]), "accepted": 7}))
"""
    progress = await ended(program)
    assert (progress.done, progress.accepted) == (1, 7)


async def test_a_refusal_reaches_the_job_with_the_sentence_for_the_clerk() -> None:
    with pytest.raises(RegisterColumnsMissing) as refused:
        await ended("print(json.dumps({'failure': 'register_columns_missing', 'detail': '人数'})); sys.exit(3)")
    assert "人数" in refused.value.sentence


async def test_a_register_that_takes_more_memory_than_there_is_is_too_large() -> None:
    with pytest.raises(SheetTooLarge):
        await ended("os.abort()")


@pytest.mark.parametrize("end", ["sys.exit(1)", "os.kill(os.getpid(), 9)", "sys.exit(3)"])
async def test_a_process_that_breaks_is_no_answer_so_that_the_job_runs_again(end: str) -> None:
    with pytest.raises(RuntimeError):
        await ended(end)


async def worker(folder: Path, job: dict[str, Any], port: int = 1) -> asyncio.subprocess.Process:
    """The real one, over a database that is away, or says nothing at this port."""
    settings = {
        "jobs_database_url": f"postgresql+asyncpg://nobody@127.0.0.1:{port}/nowhere",
        "secrets_dir": str(ensure_secrets(folder)),
        "files_dir": str(folder),
        "monitoring_policy": None,
        "working_days": None,
    }
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "services.households.worker")
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin is not None
    process.stdin.write(json.dumps({"settings": settings, "job": job}).encode() + b"\n")
    await process.stdin.drain()
    return process


JOB = {"job_id": "018f0000-0000-7000-8000-000000000001", "subject": "official-1", "actor_name": "张三"}
EXPORT = {"region": "5119", "unmasked": False, "reason": None}


async def test_a_process_that_breaks_says_so_in_one_line_of_the_log(tmp_path: Path) -> None:
    process = await worker(tmp_path, {**JOB, "export": EXPORT})
    assert process.stderr is not None
    lines = (await process.stderr.read()).splitlines()
    assert await process.wait() == 1
    said = [json.loads(line) for line in lines]
    assert [(one["event"], one["job_id"]) for one in said] == [("job_process_failed", JOB["job_id"])]


async def test_ctrl_c_at_the_services_terminal_is_left_to_the_service(tmp_path: Path) -> None:
    at_work = asyncio.Event()

    async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at_work.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(says_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        process = await worker(tmp_path, {**JOB, "export": EXPORT}, port)
        assert process.stdin is not None
        await asyncio.wait_for(at_work.wait(), 30)
        process.send_signal(signal.SIGINT)
        await asyncio.sleep(0.3)
        process.stdin.close()
        _, said = await process.communicate()
    assert (process.returncode, said) == (1, b"")
