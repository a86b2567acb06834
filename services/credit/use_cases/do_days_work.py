"""What time alone brings is done once a day: facts that age, grades that end, reviews that come up.

Each part goes on where a killed one stopped and finds nothing to do a second time.
"""

import asyncio
from datetime import UTC, datetime, time
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import structlog

from services.credit.storage.directory_repository import top_region
from services.credit.use_cases.count_runs import count_runs, tidy_runs
from services.credit.use_cases.delete_old_negative_facts import delete_old_negative_facts, forget_old_follow_ups
from services.credit.use_cases.expire_grades import expire_grades
from services.credit.use_cases.recompute_titles import recompute_titles
from services.credit.use_cases.refresh_loan_facts import refresh_loan_facts
from services.credit.use_cases.score_anew import score_due_reviews
from shared.clock import SHANGHAI, Clock
from shared.db import Connection, Database
from shared.errors import Failure
from shared.jobs import Job, Jobs, Progress

JOB = "credit_days_work"
LOOKS_EVERY_SECONDS = 300.0
SYSTEM = "system"

log = structlog.get_logger("days_work")


async def order_days_work(connection: Connection, jobs: Jobs, clock: Clock) -> UUID | None:
    """Queues today's work for the whole place that this service knows, once; None while it knows none."""
    region, today = await top_region(connection), clock.today()
    if region is None:
        return None
    job_id = uuid5(NAMESPACE_OID, f"{JOB}/{today.isoformat()}")
    given = {"day": today.isoformat()}
    await jobs.order_once(connection, job_id=job_id, kind=JOB, region=region, ordered_by=SYSTEM, given=given)
    return job_id


async def do_days_work(database: Database, job: Job, progress: Progress) -> None:
    """The counts of what was done stand in the job's result."""
    at = datetime.combine(datetime.fromisoformat(job.input["day"]), time(12), SHANGHAI).astimezone(UTC)
    await work_of_day(database, job.region, at, progress)


async def work_of_day(database: Database, region: str, at: datetime, progress: Progress) -> None:
    day = at.astimezone(SHANGHAI).date()
    done: dict[str, Any] = {"day": day.isoformat()}
    progress.result = done
    done["loan_facts_looked_at"] = await refresh_loan_facts(database, Clock(), region, day)
    done["negative_facts_deleted"] = await delete_old_negative_facts(database, region, day)
    done["follow_ups_forgotten"] = await forget_old_follow_ups(database, day)
    done["grades_expired"] = await expire_grades(database, region, at)
    done["reviews_scored"] = await score_due_reviews(database, region, day)
    await count_runs(database)
    done["old_runs_tidied"] = await tidy_runs(database, day)
    titles = Progress()
    await recompute_titles(database, region, SYSTEM, at, titles, grants=False)
    done["title_steps"] = titles.result["steps"]
    progress.done = progress.accepted = sum(count for count in done.values() if isinstance(count, int))
    log.info("days_work_done", **done)


async def keep_ordering(database: Database, jobs: Jobs, clock: Clock) -> None:
    """Orders each day's work soon after it begins, until cancelled; of several processes one orders it."""
    while True:
        try:
            async with database.transaction() as connection:
                await order_days_work(connection, jobs, clock)
        except (Failure, OSError) as failure:
            log.warning("days_work_not_ordered", reason=type(failure).__name__)
        await asyncio.sleep(LOOKS_EVERY_SECONDS)
