"""The register goes out as a table with the national headers."""

import asyncio

from fastapi import Response

from services.households.api.deps import Repositories
from services.households.api.routes_imports import XLSX, job_out
from services.households.api.schemas import JobOut
from services.households.api.schemas_exports import ExportIn
from services.households.use_cases.order_export import order_export, own_export
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.service_app import strict_router

router = strict_router(tags=["exports"])


@router.post("/v1/exports", status_code=202)
async def export_register(
    body: ExportIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> JobOut:
    who.require_role(*OFFICIALS)
    job = await order_export(
        connection,
        rooms.jobs,
        with_.audit,
        with_.clock,
        who,
        body.region,
        unmasked=body.unmasked,
        reason=body.reason,
    )
    response.headers["Location"] = f"/v1/jobs/{job.job_id}"
    return job_out(job)


@router.get(
    "/v1/jobs/{job_id}/file",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_job_file(job_id: Id, who: Who, connection: Connection, rooms: Repositories) -> Response:
    await own_export(connection, rooms.jobs, who, job_id)
    content = await asyncio.to_thread(rooms.files.export, job_id)
    disposition = f'attachment; filename="register-{job_id}.xlsx"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})
