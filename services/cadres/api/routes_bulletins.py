"""通报: how the places of a region stand in an inspection period, as data and as a workbook."""

import asyncio
from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.bulletin_table import bulletin_as_xlsx
from services.cadres.api.deps import Inspecting
from services.cadres.api.routes_alarms import XLSX
from services.cadres.api.schemas_inspections import BulletinOut, BulletinPlaceOut, CountsOut
from services.cadres.use_cases.see_bulletin import see_bulletin
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import IsoDate, Reference, RegionCode
from shared.web.service_app import strict_router

router = strict_router(tags=["inspections"])
Within = Annotated[IsoDate | None, Query(description="a day of the period; today unless it is said")]


@router.get("/v1/inspections/bulletin")
async def read_inspection_bulletin(
    region: RegionCode,
    cycle: Reference,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    desk: Inspecting,
    within: Within = None,
) -> BulletinOut:
    today = with_.clock.today()
    seen = await see_bulletin(
        connection, desk.policies, who, region=region, cycle=cycle, day=within or today, today=today
    )
    made = seen.bulletin
    places = [
        BulletinPlaceOut(region_code=code, name=seen.names.get(code, ""), counts=_counts(counts))
        for code, counts in made.by_place.items()
    ]
    return BulletinOut(
        region_code=region,
        cycle=cycle,
        begins=made.begins,
        ends=made.ends,
        total=_counts(made.total),
        items=places,
        not_inspected=made.not_inspected,
    )


@router.get(
    "/v1/inspections/bulletin/table",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_inspection_bulletin(
    region: RegionCode,
    cycle: Reference,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    desk: Inspecting,
    within: Within = None,
) -> Response:
    today = with_.clock.today()
    seen = await see_bulletin(
        connection, desk.policies, who, region=region, cycle=cycle, day=within or today, today=today, with_findings=True
    )
    content = await asyncio.to_thread(bulletin_as_xlsx, seen)
    disposition = f'attachment; filename="bulletin-{region}-{seen.bulletin.begins}.xlsx"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def _counts(counts: object) -> CountsOut:
    return CountsOut.model_validate(counts, from_attributes=True)
