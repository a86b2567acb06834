"""What becomes of an import job whose process does not end as it should."""

import sys

import pytest

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
