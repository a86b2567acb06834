"""Long work: one table is both the queue and what `GET …/jobs/{id}` shows.

`shared/job_runner.py` works them off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.errors import Conflict, NotFound


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
        return job_of_row(row)

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


def job_of_row(row: Any) -> Job:
    progress = Progress(row.done, row.total, row.accepted, row.refused, dict(row.result))
    return Job(
        row.job_id, row.kind, row.state, row.region, row.ordered_by, row.input, progress, row.failure, row.attempts
    )
