"""An official hands in a table of units or cadres: it is kept sealed, and a job is queued that brings it in."""

import asyncio
from typing import Any
from uuid import UUID

from services.cadres.domain.import_errors import ImportFileGone, ImportReportMissing
from services.cadres.domain.staff_table import NEEDED, RowRefusal, TableKind
from services.cadres.storage.staff_import import jobs_not_ended, refusals_of
from services.cadres.use_cases.import_staff import StaffImport
from shared.auth import OFFICIALS, Principal
from shared.db import Connection
from shared.errors import Failure
from shared.files import FileGone, SealedFiles
from shared.ids import new_id
from shared.jobs import Job, JobNotFound, Jobs, Progress
from shared.regions import is_region_code
from shared.sheets.confined import rows_of_file
from shared.sheets.reading import HEAD_BYTES, sheet_kind

IMPORT_JOBS: dict[TableKind, str] = {"units": "units_import", "cadres": "cadres_import"}


async def order_staff_import(
    connection: Connection,
    jobs: Jobs,
    uploads: SealedFiles,
    who: Principal,
    *,
    kind: TableKind,
    file_name: str,
    content: bytes,
    dry_run: bool,
) -> Job:
    """The queued job. Raises at once what the kind of the file says; what its content says, the job finds."""
    suffix = sheet_kind(content[:HEAD_BYTES], file_name)
    scope = sorted({code for role in OFFICIALS & who.roles for code in who.scopes.get(role, ())})
    job_id = new_id()
    await asyncio.to_thread(uploads.keep, job_id, content)
    given: dict[str, Any] = {"suffix": suffix, "dry_run": dry_run, "name": who.name}
    given |= {"scope": [code for code in scope if is_region_code(code)]}
    region = given["scope"][0] if len(given["scope"]) == 1 else ""
    await jobs.order(
        connection, job_id=job_id, kind=IMPORT_JOBS[kind], region=region, ordered_by=who.subject, given=given
    )
    return await jobs.get(connection, job_id)


async def see_own_job(connection: Connection, jobs: Jobs, who: Principal, job_id: UUID) -> Job:
    """A job that the asker ordered, or of a place that is the asker's. Raises JobNotFound."""
    job = await jobs.get(connection, job_id)
    if job.ordered_by != who.subject and not who.official_for(job.region):
        raise JobNotFound
    return job


async def see_import_report(
    connection: Connection, jobs: Jobs, who: Principal, job_id: UUID
) -> tuple[Job, list[RowRefusal]]:
    """A line for each refused row. Raises JobNotFound, ImportReportMissing."""
    job = await see_own_job(connection, jobs, who, job_id)
    if job.kind not in IMPORT_JOBS.values() or job.state != "succeeded":
        raise ImportReportMissing
    return job, await refusals_of(connection, job_id)


def importing_official(job: Job) -> Principal:
    """Whoever handed the table in, with the places of that day; the job has no token and opens nothing else."""
    scope = tuple(job.input["scope"])
    return Principal(
        job.ordered_by, job.input["name"], frozenset({"county_official"}), {"county_official": scope}, "job", 0
    )


async def run_staff_import(
    parts: StaffImport, uploads: SealedFiles, kind: TableKind, job: Job, progress: Progress
) -> None:
    """Raises ImportFileGone, TableHeadingsMissing and what is wrong with the file.

    The file goes with its job, done or refused; after a crash it stays for the next attempt. What lies there of jobs
    that have ended otherwise, or never came to be, goes as well.
    """
    async with parts.database.transaction() as connection:
        waiting = await jobs_not_ended(connection)
    await asyncio.to_thread(uploads.remove_strays, waiting)
    try:
        content = await asyncio.to_thread(uploads.read, job.job_id)
        lines = await rows_of_file(content, f"table{job.input['suffix']}", NEEDED[kind])
        await parts.run(job.job_id, kind, lines, progress, dry_run=job.input["dry_run"])
    except FileGone:
        raise ImportFileGone from None
    except Failure:
        await asyncio.to_thread(uploads.forget, job.job_id)
        raise
    await asyncio.to_thread(uploads.forget, job.job_id)
