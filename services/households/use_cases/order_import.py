"""An official hands in a register: it is kept sealed, and a job is queued that will bring it in."""

import asyncio
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from uuid import UUID

from services.households.domain.import_errors import RegisterByCounty
from services.households.domain.masking import mask_text
from services.households.storage.upload_files import ImportFiles
from services.households.use_cases.bring_in_households import Importer
from shared.auth import OFFICIALS, Principal
from shared.db import Connection
from shared.ids import new_id
from shared.jobs import Job, JobNotFound, Jobs
from shared.regions import LEVEL_BY_LENGTH, is_region_code
from shared.sheets.reading import HEAD_BYTES, sheet_kind

KIND = "register_import"
COUNTY_OFFICES = frozenset({"county_official", "city_official"})
FILE_KINDS = (".csv", ".xlsx", ".xls")


async def order_import(
    connection: Connection,
    jobs: Jobs,
    files: ImportFiles,
    who: Principal,
    file_name: str,
    content: bytes,
    *,
    kind: str = KIND,
    also: Mapping[str, Any] | None = None,
) -> Job:
    """The queued job. The import may speak of the places only that are the official's; a register of those where the
    official's office is a county's or the city's. `also` goes into the job's input.

    Raises RegisterByCounty, and at once what the kind of the file says (see `sheet_kind`); what its content says,
    the job finds.
    """
    sheet_kind(content[:HEAD_BYTES], file_name)
    scope = official_scope(who, COUNTY_OFFICES if kind == KIND else OFFICIALS)
    if kind == KIND and not scope:
        raise RegisterByCounty
    job_id = new_id()
    await asyncio.to_thread(files.keep, job_id, content)
    await jobs.order(
        connection,
        job_id=job_id,
        kind=kind,
        region=place_of_all(scope),
        ordered_by=who.subject,
        given={"file_name": shown_name(file_name), "actor_name": who.name, "scope": list(scope), **(also or {})},
    )
    return await jobs.get(connection, job_id)


async def see_job(connection: Connection, jobs: Jobs, who: Principal, job_id: UUID) -> Job:
    """A job that the asker ordered, or of a place that is the asker's. Raises JobNotFound."""
    job = await jobs.get(connection, job_id)
    if job.ordered_by != who.subject and not who.official_for(job.region):
        raise JobNotFound
    return job


def importer_of(job: Job) -> Importer:
    return Importer(job.ordered_by, job.input["actor_name"], tuple(job.input["scope"]))


def official_scope(who: Principal, offices: frozenset[str] = OFFICIALS) -> tuple[str, ...]:
    """The places of all of these roles that the bearer has; a malformed code is none."""
    codes = {code for role in offices & who.roles for code in who.scopes.get(role, ())}
    return tuple(sorted(code for code in codes if is_region_code(code)))


def place_of_all(scope: tuple[str, ...]) -> str:
    """The smallest place around all of these; "" for none.

    >>> place_of_all(("511921122", "511921108")), place_of_all(("511921122",))
    ('511921', '511921122')
    """
    around = [code[:length] for length in LEVEL_BY_LENGTH for code in scope[:1] if len(code) >= length]
    return next((place for place in reversed(around) if all(code.startswith(place) for code in scope)), "")


def shown_name(file_name: str) -> str:
    """The file's name without a folder and without anybody's number, its kind kept."""
    path = PurePath(file_name.replace("\\", "/"))
    kind = path.suffix.lower() if path.suffix.lower() in FILE_KINDS else ""
    return mask_text(path.stem) + kind
