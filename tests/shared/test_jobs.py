"""A job runs once; after a crash it runs again; what keeps failing ends."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.util import await_only

from shared.errors import NotFound, Unavailable
from shared.ids import new_id
from shared.job_runner import MOST_ATTEMPTS, Handler, JobRunner
from shared.jobs import Job, JobIdTaken, Jobs, Progress
from tests.shared.conftest import Mechanisms


class Unhappy(NotFound):
    code = "unhappy_for_a_test"


async def order(here: Mechanisms, kind: str = "count") -> Job:
    job_id = new_id()
    async with here.database.transaction() as connection:
        jobs = Jobs(here.jobs)
        await jobs.order(connection, job_id=job_id, kind=kind, region="5119", ordered_by="a", given={"n": 3})
        return await jobs.get(connection, job_id)


async def read(here: Mechanisms, job: Job) -> Job:
    async with here.database.transaction() as connection:
        return await Jobs(here.jobs).get(connection, job.job_id)


def runner(here: Mechanisms, handler: Handler) -> JobRunner:
    return JobRunner(here.database, here.jobs, {"count": handler})


async def count(job: Job, progress: Progress) -> None:
    progress.done = progress.accepted = job.input["n"]


@contextmanager
def planned_badly(here: Mechanisms) -> Iterator[None]:
    """New connections look at each row of an inner table again and again."""
    engine = here.database.engine.sync_engine

    def spoil(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for setting in ("enable_hashjoin", "enable_mergejoin", "enable_hashagg", "enable_sort", "enable_material"):
            cursor.execute(f"SET {setting} = off")
        cursor.close()

    engine.dispose()
    event.listen(engine, "connect", spoil)
    try:
        yield
    finally:
        event.remove(engine, "connect", spoil)
        engine.dispose()


async def test_a_job_that_is_done_says_what_it_did(here: Mechanisms) -> None:
    job = await order(here)
    assert (job.state, job.progress.done) == ("queued", 0)
    assert await runner(here, count).run_next()
    job = await read(here, job)
    assert (job.state, job.progress.accepted) == ("succeeded", 3)
    assert not await runner(here, count).run_next()


async def test_a_number_that_is_taken_orders_nothing_and_says_so(here: Mechanisms) -> None:
    job = await order(here)
    with pytest.raises(JobIdTaken):
        async with here.database.transaction() as connection:
            await Jobs(here.jobs).order(
                connection, job_id=job.job_id, kind="count", region="5118", ordered_by="b", given={"n": 4}
            )
    assert (await read(here, job)).input == {"n": 3}


async def test_two_runners_never_take_the_same_job(here: Mechanisms) -> None:
    for _ in range(10):
        await order(here)
    taken: list[Job] = []

    async def take(job: Job, progress: Progress) -> None:
        del progress
        taken.append(job)
        await asyncio.sleep(0.01)

    async def run() -> None:
        while await runner(here, take).run_next():
            pass

    await asyncio.gather(run(), run(), run())
    assert len({job.job_id for job in taken}) == len(taken) == 10


async def test_a_runner_takes_one_job_however_the_database_plans_it(here: Mechanisms) -> None:
    """A choice inside IN may be made anew for each row that is looked at."""
    jobs = [await order(here) for _ in range(5)]
    worked: list[Job] = []

    async def work(job: Job, progress: Progress) -> None:
        del progress
        worked.append(job)

    with planned_badly(here):
        for number in range(1, 6):
            assert await runner(here, work).run_next()
            assert len(worked) == number
    assert [job.job_id for job in worked] == [job.job_id for job in jobs]


async def test_a_job_of_a_runner_that_died_runs_again_when_its_lease_is_over(here: Mechanisms) -> None:
    job = await order(here)
    started = asyncio.Event()

    async def hang(job: Job, progress: Progress) -> None:
        started.set()
        await asyncio.sleep(60)

    dying = asyncio.create_task(runner(here, hang).run_next())
    await started.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert not await runner(here, count).run_next(), "the lease still holds"
    async with here.database.transaction() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = now() - interval '1 second'"))
    assert await runner(here, count).run_next()
    assert (await read(here, job)).state == "succeeded"


async def test_a_refusal_ends_the_job_with_its_code(here: Mechanisms) -> None:
    job = await order(here)

    async def refuse(job: Job, progress: Progress) -> None:
        raise Unhappy

    await runner(here, refuse).run_next()
    job = await read(here, job)
    assert (job.state, job.failure) == ("failed", "unhappy_for_a_test")


async def test_what_a_job_says_at_its_end_is_never_overwritten_by_a_beat_on_its_way(
    here: Mechanisms, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, beats = await order(here), asyncio.Event()
    monkeypatch.setattr("shared.job_runner.BEAT_SECONDS", 0.01)

    @event.listens_for(here.database.engine.sync_engine, "before_cursor_execute")
    def delay_beats(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if (
            not beats.is_set()
            and statement.startswith("UPDATE jobs")
            and "state=" not in statement.split("WHERE", maxsplit=1)[0]
        ):
            beats.set()
            try:
                await_only(asyncio.sleep(0.1))
            except asyncio.CancelledError:  # It came a moment too late to stop this beat, and stops the next.
                beating = asyncio.current_task()
                assert beating
                asyncio.get_running_loop().call_later(0.1, beating.cancel)

    async def refuse(job: Job, progress: Progress) -> None:
        await beats.wait()
        progress.result = {"message": "why"}
        raise Unhappy

    await runner(here, refuse).run_next()
    await asyncio.sleep(0.2)
    assert (await read(here, job)).progress.result == {"message": "why"}


async def test_a_runner_that_slept_past_its_lease_changes_nothing_of_the_job_another_has_done(here: Mechanisms) -> None:
    job = await order(here)
    started, over = asyncio.Event(), asyncio.Event()

    async def sleep(job: Job, progress: Progress) -> None:
        started.set()
        await over.wait()
        raise Unhappy

    asleep = asyncio.create_task(runner(here, sleep).run_next())
    await started.wait()
    async with here.database.transaction() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = now() - interval '1 second'"))
    assert await runner(here, count).run_next()
    over.set()
    await asleep
    job = await read(here, job)
    assert (job.state, job.failure, job.progress.accepted) == ("succeeded", None, 3)


async def test_a_job_that_keeps_breaking_ends_at_last(here: Mechanisms) -> None:
    job = await order(here)

    async def break_down(job: Job, progress: Progress) -> None:
        raise ZeroDivisionError

    for attempt in range(MOST_ATTEMPTS):
        assert (await read(here, job)).state != "failed", attempt
        assert await runner(here, break_down).run_next()
        async with here.database.transaction() as connection:
            await connection.execute(text("UPDATE jobs SET lease_until = now() - interval '1 second'"))
    assert (await read(here, job)).state == "failed"


async def test_a_database_that_is_away_for_a_moment_ends_no_job(here: Mechanisms) -> None:
    job = await order(here)

    async def find_it_away(job: Job, progress: Progress) -> None:
        raise Unavailable(retry_after=1)

    await runner(here, find_it_away).run_next()
    assert (await read(here, job)).state == "running"
    async with here.database.transaction() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = now() - interval '1 second'"))
    assert await runner(here, count).run_next()
    assert (await read(here, job)).state == "succeeded"


async def test_a_job_that_kills_its_process_each_time_ends_at_last(here: Mechanisms) -> None:
    job = await order(here)
    async with here.database.transaction() as connection:
        await connection.execute(
            text("UPDATE jobs SET state = 'running', attempts = :most, lease_until = now() - interval '1 second'"),
            {"most": MOST_ATTEMPTS},
        )
    assert await runner(here, count).run_next()
    job = await read(here, job)
    assert (job.state, job.progress.done) == ("failed", 0)


async def test_an_order_that_is_rolled_back_is_no_job(here: Mechanisms) -> None:
    try:
        async with here.database.transaction() as connection:
            jobs = Jobs(here.jobs)
            await jobs.order(connection, job_id=new_id(), kind="count", region="5119", ordered_by="a", given={})
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert not await runner(here, count).run_next()
