"""Long work: one table is both the queue and what `GET …/jobs/{id}` shows.

A runner claims a job with a lease and renews it while it works. After a crash the lease runs out and the job runs
again, so every handler must be safe to run twice: it resumes or repeats without a second effect.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import Database
from shared.errors import Conflict, Failure, NotFound, Unavailable

LEASE_SECONDS = 20
BEAT_SECONDS = 1.0
MOST_ATTEMPTS = 5

log = structlog.get_logger("jobs")


class JobNotFound(NotFound):
    code = "job_not_found"
    message = "没有找到这项任务，或者您无权查看。"


class JobIdTaken(Conflict):
    code = "job_id_taken"
    message = "这个任务编号已经用过，请换一个编号再提交。"


def jobs_table(metadata: MetaData) -> Table:
    return Table(
        "jobs",
        metadata,
        Column("job_id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False, server_default="queued"),
        Column("region", Text, nullable=False),
        Column("ordered_by", Text, nullable=False),
        Column("ordered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("input", JSONB, nullable=False),
        Column("result", JSONB, nullable=False, server_default="{}"),
        Column("done", BigInteger, nullable=False, server_default="0"),
        Column("total", BigInteger, nullable=False, server_default="0"),
        Column("accepted", BigInteger, nullable=False, server_default="0"),
        Column("refused", BigInteger, nullable=False, server_default="0"),
        Column("failure", Text),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("lease_until", DateTime(timezone=True)),
        Column("ended_at", DateTime(timezone=True)),
        Index("jobs_waiting", "state", "ordered_at"),
    )


@dataclass(slots=True)
class Progress:
    """What a handler counts while it works; `result` holds what the job's reader may need besides."""

    done: int = 0
    total: int = 0
    accepted: int = 0
    refused: int = 0
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    job_id: UUID
    kind: str
    state: str
    region: str
    ordered_by: str
    input: dict[str, Any]
    progress: Progress
    failure: str | None
    attempts: int


Handler = Callable[[Job, Progress], Awaitable[None]]


class Jobs:
    """Orders jobs and reads their state."""

    def __init__(self, table: Table) -> None:
        self.table = table

    async def order(
        self,
        connection: AsyncConnection,
        *,
        job_id: UUID,
        kind: str,
        region: str,
        ordered_by: str,
        given: Mapping[str, Any],
    ) -> None:
        """Queues the job in the caller's transaction: no commit, no job. Raises JobIdTaken."""
        row = {"job_id": job_id, "kind": kind, "region": region, "ordered_by": ordered_by, "input": dict(given)}
        queued = insert(self.table).values(row).on_conflict_do_nothing().returning(self.table.c.job_id)
        if (await connection.execute(queued)).one_or_none() is None:
            raise JobIdTaken

    async def order_once(
        self,
        connection: AsyncConnection,
        *,
        job_id: UUID,
        kind: str,
        region: str,
        ordered_by: str,
        given: Mapping[str, Any],
    ) -> None:
        """The same, and nothing when the job is there already: for work that the calendar orders."""
        row = {"job_id": job_id, "kind": kind, "region": region, "ordered_by": ordered_by, "input": dict(given)}
        await connection.execute(insert(self.table).values(row).on_conflict_do_nothing())

    async def hold(self, connection: AsyncConnection, job_id: UUID) -> None:
        """Keeps a job from the runners, because its orderer runs it itself (the command line)."""
        await connection.execute(
            self.table.update()
            .where(self.table.c.job_id == job_id)
            .values(state="running", lease_until=func.now() + timedelta(days=1))
        )

    async def close(self, connection: AsyncConnection, job_id: UUID, progress: Progress) -> None:
        """Marks a job as done that its orderer has run itself (the command line)."""
        await connection.execute(
            self.table.update()
            .where(self.table.c.job_id == job_id)
            .values(
                state="succeeded",
                done=progress.done,
                total=progress.total,
                accepted=progress.accepted,
                refused=progress.refused,
                result=progress.result,
                ended_at=func.now(),
            )
        )

    async def get(self, connection: AsyncConnection, job_id: UUID) -> Job:
        """Raises JobNotFound."""
        row = (await connection.execute(select(self.table).where(self.table.c.job_id == job_id))).one_or_none()
        if row is None:
            raise JobNotFound
        return _job(row)

    async def standing(self, connection: AsyncConnection) -> dict[str, tuple[int, float]]:
        """State → how many jobs wait or run, and since how many seconds the oldest of them."""
        age = func.extract("epoch", func.now() - func.min(self.table.c.ordered_at))
        statement = (
            select(self.table.c.state, func.count(), age)
            .where(self.table.c.state.in_(["queued", "running"]))
            .group_by(self.table.c.state)
        )
        found = {state: (count, float(seconds)) for state, count, seconds in await connection.execute(statement)}
        return {state: found.get(state, (0, 0.0)) for state in ("queued", "running")}


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
        return None if row is None else _job(row)

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


def _job(row: Any) -> Job:
    progress = Progress(row.done, row.total, row.accepted, row.refused, dict(row.result))
    return Job(
        row.job_id, row.kind, row.state, row.region, row.ordered_by, row.input, progress, row.failure, row.attempts
    )
