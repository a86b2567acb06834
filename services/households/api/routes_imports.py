"""Registers come in as files; a job brings them in and tells how it went."""

import asyncio

from fastapi import Request, Response

from services.households.api.deps import MonitoringDesk, Repositories
from services.households.api.schemas import JobOut
from services.households.use_cases.order_export import KIND as EXPORT
from services.households.use_cases.order_import import see_job
from services.households.use_cases.order_round import KIND as ROUND
from services.households.use_cases.order_upload import Upload, order_upload
from shared.auth import OFFICIALS
from shared.jobs import Job
from shared.web.context import Connection, Who
from shared.web.fields import Id
from shared.web.route import MOST_UPLOAD_BYTES, takes_file
from shared.web.service_app import strict_router
from shared.web.upload import form_schema, read_form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

KINDS = ("register", "department_list")
WITHOUT_REPORT = frozenset({EXPORT, ROUND})
# Which departments there are is policy data.
_FORM = form_schema(".xlsx or .csv, at most 20 MB", kind=[*KINDS], department=[""], dry_run=["", "true", "false"])

router = strict_router(tags=["imports"])


@router.post("/v1/imports", status_code=202, openapi_extra=_FORM)
@takes_file(MOST_UPLOAD_BYTES)
async def import_register(
    request: Request, who: Who, desk: MonitoringDesk, rooms: Repositories, response: Response
) -> JobOut:
    who.require_role(*OFFICIALS)
    departments = ("", *desk.policy.departments)
    upload = await read_form(request, kind=KINDS, department=departments, dry_run=("", "true", "false"))
    fields, dry_run = upload.fields, upload.fields["dry_run"] == "true"
    given = Upload(fields["kind"], fields["department"], upload.file_name, upload.content, dry_run)
    job = await order_upload(desk.connection, rooms.jobs, rooms.files, desk.policy, who, given)
    response.headers["Location"] = f"/v1/jobs/{job.job_id}"
    return job_out(job)


@router.get("/v1/jobs/{job_id}")
async def get_job(job_id: Id, who: Who, connection: Connection, rooms: Repositories) -> JobOut:
    return job_out(await see_job(connection, rooms.jobs, who, job_id))


@router.get(
    "/v1/jobs/{job_id}/report",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_job_report(job_id: Id, who: Who, connection: Connection, rooms: Repositories) -> Response:
    await see_job(connection, rooms.jobs, who, job_id)
    content = await asyncio.to_thread(rooms.files.report, job_id)
    disposition = f'attachment; filename="import-{job_id}.xlsx"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def job_out(job: Job) -> JobOut:
    """`errors_url` stands from the moment the report can be had; an export and a monitoring round have none."""
    progress = job.progress
    reported = job.state == "succeeded" and job.kind not in WITHOUT_REPORT
    return JobOut.model_validate(
        {
            "job_id": job.job_id,
            "kind": job.kind,
            "state": job.state,
            "done": progress.done,
            "total": progress.total,
            "accepted": progress.accepted,
            "refused": progress.refused,
            "errors_url": f"/v1/jobs/{job.job_id}/report" if reported else None,
            "failure": job.failure,
            "result": progress.result,
        }
    )
