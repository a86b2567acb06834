"""An official asks for the register of a place as a table; a job writes it."""

from uuid import UUID

from services.households.domain.export_errors import ExportTooWide
from services.households.domain.household_errors import UnmaskReasonNeeded
from services.households.storage.region_repository import get_region
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail
from shared.ids import new_id
from shared.jobs import Job, JobNotFound, Jobs
from shared.step_up import require_step_up

KIND = "register_export"
COUNTY_DIGITS = 6


async def order_export(
    connection: Connection,
    jobs: Jobs,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    region: str,
    *,
    unmasked: bool,
    reason: str | None,
) -> Job:
    """The queued job; that it was ordered, and with what in it, is in the audit trail in the same transaction.

    Whole numbers of a place ask for a second factor as those of one household do.

    Raises OutsideScope, RegionNotFound, ExportTooWide, UnmaskReasonNeeded, StepUpNeeded.
    """
    who.require_official(region)
    if len(region) < COUNTY_DIGITS:
        raise ExportTooWide
    if unmasked:
        require_step_up(who, clock.now())
        if not reason:
            raise UnmaskReasonNeeded
    await get_region(connection, region)
    job_id = new_id()
    export = {"region": region, "unmasked": unmasked, "reason": reason}
    given = {"actor_name": who.name, "export": export}
    await jobs.order(connection, job_id=job_id, kind=KIND, region=region, ordered_by=who.subject, given=given)
    await audit.append(
        connection,
        at=clock.now(),
        event="register_exported",
        actor=who.subject,
        subject=region,
        facts={"unmasked": unmasked, "job": str(job_id)},
    )
    return await jobs.get(connection, job_id)


async def own_export(connection: Connection, jobs: Jobs, who: Principal, job_id: UUID) -> Job:
    """The file is for who ordered it. Raises JobNotFound."""
    job = await jobs.get(connection, job_id)
    if job.ordered_by != who.subject or job.kind != KIND:
        raise JobNotFound
    return job
