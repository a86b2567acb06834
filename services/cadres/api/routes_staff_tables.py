"""Units and cadres go out and come in as tables."""

import asyncio
from typing import Any

from fastapi import Request, Response

from services.cadres.api.deps import Repositories
from services.cadres.api.routes_plans import job_out
from services.cadres.api.schemas_plans import CadresJobOut
from services.cadres.api.staff_tables import XLSX, cadres_as_xlsx, report_as_xlsx, units_as_xlsx
from services.cadres.domain.import_errors import TableTooLong
from services.cadres.storage.staff_import import units_of_cadres
from services.cadres.storage.unit_repository import list_units
from services.cadres.use_cases.order_staff_import import order_staff_import, see_import_report
from shared.auth import OFFICIALS
from shared.web.context import Connection, Who
from shared.web.fields import Id, RegionCode
from shared.web.route import MOST_UPLOAD_BYTES, takes_file
from shared.web.service_app import strict_router
from shared.web.upload import form_schema, read_form

MOST_EXPORTED = 20_000
KINDS, YES_NO = ["units", "cadres"], ["yes", "no"]
TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}

router = strict_router(tags=["tables"])


@router.post(
    "/v1/cadres/imports",
    status_code=202,
    openapi_extra=form_schema(".xlsx or .csv, at most 20 MB", kind=KINDS, dry_run=YES_NO),
)
@takes_file(MOST_UPLOAD_BYTES)
async def import_staff_table(
    request: Request, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> CadresJobOut:
    who.require_role(*OFFICIALS)
    form = await read_form(request, kind=("units", "cadres"), dry_run=("yes", "no"))
    job = await order_staff_import(
        connection,
        rooms.jobs,
        rooms.uploads,
        who,
        kind="units" if form.fields["kind"] == "units" else "cadres",
        file_name=form.file_name,
        content=form.content,
        dry_run=form.fields["dry_run"] == "yes",
    )
    response.headers["Location"] = f"/v1/cadres/jobs/{job.job_id}"
    return job_out(job)


@router.get("/v1/cadres/jobs/{job_id}/report", response_class=Response, responses=TABLE)
async def get_staff_import_report(job_id: Id, who: Who, connection: Connection, rooms: Repositories) -> Response:
    job, refusals = await see_import_report(connection, rooms.jobs, who, job_id)
    return _table(await asyncio.to_thread(report_as_xlsx, job, refusals), f"import-{job_id}")


@router.get("/v1/units/table", response_class=Response, responses=TABLE)
async def export_units(region: RegionCode, who: Who, connection: Connection) -> Response:
    who.require_official(region)
    found = await list_units(connection, region, kind=None, after=None, limit=MOST_EXPORTED + 1)
    if len(found) > MOST_EXPORTED:
        raise TableTooLong(most=MOST_EXPORTED)
    return _table(await asyncio.to_thread(units_as_xlsx, found), f"units-{region}")


@router.get("/v1/cadres/table", response_class=Response, responses=TABLE)
async def export_cadres(region: RegionCode, who: Who, connection: Connection, rooms: Repositories) -> Response:
    who.require_official(region)
    found = await rooms.cadres.of_region(connection, region, unit_id=None, after=None, limit=MOST_EXPORTED + 1)
    if len(found) > MOST_EXPORTED:
        raise TableTooLong(most=MOST_EXPORTED)
    units = await units_of_cadres(connection, region)
    return _table(await asyncio.to_thread(cadres_as_xlsx, found, units), f"cadres-{region}")


def _table(content: bytes, name: str) -> Response:
    disposition = f'attachment; filename="{name}.xlsx"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})
