"""The six guarantees of a household: read, write down, and what was said before."""

from fastapi import Response

from services.households.api.deps import MonitoringDesk, Repositories
from services.households.api.schemas_monitoring import (
    GuaranteesOut,
    GuaranteesPut,
    SheetsOut,
    guarantees_out,
    sheet_out,
)
from services.households.storage.guarantee_repository import guarantees_of, history_of
from services.households.use_cases.check_guarantees import check_guarantees
from services.households.use_cases.read_household import read_household
from shared.auth import OFFICIALS
from shared.web.context import Connection, Who
from shared.web.fields import Id
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["monitoring"])


@router.get("/v1/households/{household_id}/guarantees")
async def get_guarantees(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> GuaranteesOut:
    await read_household(connection, rooms.households, who, household_id, "guarantees")
    return _with_version(guarantees_out(await guarantees_of(connection, household_id)), response)


@router.put("/v1/households/{household_id}/guarantees")
async def put_guarantees(
    household_id: Id,
    body: GuaranteesPut,
    version: ExpectedVersion,
    who: Who,
    desk: MonitoringDesk,
    response: Response,
) -> GuaranteesOut:
    who.require_role(*OFFICIALS, "cadre")
    sheet = await check_guarantees(
        desk,
        who,
        household_id,
        body.given(),
        version=version,
        source=body.source,
        show=lambda standing: guarantees_out(standing).model_dump(mode="json"),
    )
    return _with_version(guarantees_out(sheet), response)


@router.get("/v1/households/{household_id}/guarantees/history")
async def get_guarantees_history(household_id: Id, who: Who, connection: Connection, rooms: Repositories) -> SheetsOut:
    await read_household(connection, rooms.households, who, household_id, "guarantees")
    return SheetsOut(items=[sheet_out(record) for record in await history_of(connection, household_id)])


def _with_version(out: GuaranteesOut, response: Response) -> GuaranteesOut:
    response.headers["ETag"] = etag(out.version)
    return out
