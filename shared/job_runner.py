"""Works off the jobs of `shared/jobs.py`.

A runner claims a job with a lease and renews it while it works. After a crash the lease runs out and the job runs
again, so every handler must be safe to run twice: it resumes or repeats without a second effect.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Table, func, or_, select

from shared.db import Database
from shared.errors import Failure, Unavailable
from shared.jobs import Job, Progress, job_of_row

LEASE_SECONDS = 20
BEAT_SECONDS = 1.0
MOST_ATTEMPTS = 5

Handler = Callable[[Job, Progress], Awaitable[None]]

log = structlog.get_logger("jobs")


class JobRunner:
    """Runs one job at a time; several processes may each have a runner on the same table."""

    def __init__(
        self, database: Database, table: Table, handlers: Mapping[str, Handler], *, pause: float = 0.5
    ) -> None:
        self._database = database
        self._table = table
        self._handlers = handlers
        self._pause = pause

    async def run(self) -> None:
        """Claims and runs until cancelled."""
        while True:
            try:
                worked = await self.run_next()
            except (Failure, OSError):
                worked = False
            except Exception:
                log.exception("jobs_failed")
                worked = False
            if not worked:
                await asyncio.sleep(self._pause)

    async def run_next(self) -> bool:
        """Claims and runs the oldest waiting job. False when none waits."""
        job = await self._claim(None)
        if job is None:
            return False
        await self._work(job)
        return True

    async def run_one(self, job_id: UUID) -> None:
        """Runs this job here and now, unless another runner holds it."""
        job = await self._claim(job_id)
        if job is not None:
            await self._work(job)

    async def _claim(self, job_id: UUID | None) -> Job | None:
        table = self._table
        free = or_(table.c.state == "queued", (table.c.state == "running") & (table.c.lease_until < func.now()))
        wanted = table.c.job_id == job_id if job_id else table.c.kind.in_(list(self._handlers))
        next_one = (
            select(table.c.job_id)
            .where(free, wanted)
            .order_by(table.c.ordered_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claim = (
            table.update()
            .where(table.c.job_id == next_one.scalar_subquery())
            .values(
                state="running",
                attempts=table.c.attempts + 1,
                lease_until=func.now() + timedelta(seconds=LEASE_SECONDS),
            )
            .returning(table)
        )
        async with self._database.transaction() as connection:
            row = (await connection.execute(claim)).one_or_none()
        return None if row is None else job_of_row(row)

    async def _work(self, job: Job) -> None:
        """A job that took its process along each time (no room in memory, say) ends like one that keeps breaking."""
        progress = job.progress
        if job.attempts > MOST_ATTEMPTS:
            log.error("job_killed_its_process", job=str(job.job_id), kind=job.kind)
            await self._end(job, progress, "failed", Failure.code)
            return
        try:
            async with self._beating(job, progress):
                await self._handlers[job.kind](job, progress)
        except Unavailable as away:
            log.warning("job_waits", job=str(job.job_id), kind=job.kind, code=away.code)
            await self._leave(job, progress, away.code)
        except Failure as failure:
            await self._end(job, progress, "failed", failure.code)
        except Exception:
            log.exception("job_broke", job=str(job.job_id), kind=job.kind)
            await self._leave(job, progress, Failure.code)
        else:
            await self._end(job, progress, "succeeded", None)

    async def _leave(self, job: Job, progress: Progress, code: str) -> None:
        """To run again after its lease, until it has failed often enough to be the job's own fault."""
        if job.attempts >= MOST_ATTEMPTS:
            await self._end(job, progress, "failed", code)

    @asynccontextmanager
    async def _beating(self, job: Job, progress: Progress) -> AsyncIterator[None]:
        """Renews the lease and tells the progress. It is still again before the job's end is written: a beat on its
        way would put the progress of a moment ago over it."""
        heart = asyncio.create_task(self._beat(job, progress))
        try:
            yield
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart

    async def _beat(self, job: Job, progress: Progress) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            with suppress(Failure, OSError):
                await self._save(job, progress, {"lease_until": func.now() + timedelta(seconds=LEASE_SECONDS)})

    async def _end(self, job: Job, progress: Progress, state: str, failure: str | None) -> None:
        await self._save(job, progress, {"state": state, "failure": failure, "ended_at": func.now()})

    async def _save(self, job: Job, progress: Progress, also: Mapping[str, Any]) -> None:
        """Nothing is written when another runner has the job by now, because this one slept past its lease."""
        table = self._table
        async with self._database.transaction() as connection:
            await connection.execute(
                table.update()
                .where(table.c.job_id == job.job_id, table.c.attempts == job.attempts)
                .values(
                    done=progress.done,
                    total=progress.total,
                    accepted=progress.accepted,
                    refused=progress.refused,
                    result=progress.result,
                    **also,
                )
            )
