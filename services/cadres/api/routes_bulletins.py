"""通报: how the places of a region stand in an inspection period, as data and as a workbook; frozen when
it is published."""

import asyncio
from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.bulletin_table import bulletin_as_xlsx
from services.cadres.api.deps import Inspecting
from services.cadres.api.keyset import after_of, page
from services.cadres.api.routes_alarms import XLSX
from services.cadres.api.schemas_bulletins import (
    BulletinIn,
    PublishedBulletinOut,
    PublishedBulletinsOut,
    PublishedLineOut,
)
from services.cadres.api.schemas_inspections import BulletinOut, BulletinPlaceOut, CountsOut, InspectionFindingOut
from services.cadres.domain.bulletin import SeenBulletin
from services.cadres.storage.published_bulletins import PublishedLine, bulletins_of_region
from services.cadres.use_cases.publish_bulletin import publish_bulletin, see_published_bulletin
from services.cadres.use_cases.see_bulletin import see_bulletin
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, IsoDate, Reference, RegionCode
from shared.web.paging import Limit, PageCursor
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
    return _bulletin(seen)


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
    return await _workbook(seen)


@router.post("/v1/inspections/bulletins", status_code=201)
async def create_published_bulletin(
    body: BulletinIn, who: Who, connection: Connection, with_: Mechanisms, desk: Inspecting, response: Response
) -> PublishedBulletinOut:
    line, seen = await publish_bulletin(connection, desk.policies, with_.audit, with_.clock, who, **body.model_dump())
    response.headers["Location"] = f"/v1/inspections/bulletins/{line.bulletin_id}"
    return _published(line, seen)


@router.get("/v1/inspections/bulletins")
async def list_published_bulletins(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PublishedBulletinsOut:
    who.require_official(region)
    scope = f"bulletins:{region}"
    found = await bulletins_of_region(connection, region, after_of(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.region_code, one.bulletin_id))
    lines = [PublishedLineOut.model_validate(one, from_attributes=True) for one in items]
    return PublishedBulletinsOut(items=lines, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/inspections/bulletins/{bulletin_id}")
async def read_published_bulletin(bulletin_id: Id, who: Who, connection: Connection) -> PublishedBulletinOut:
    return _published(*await see_published_bulletin(connection, who, bulletin_id))


@router.get(
    "/v1/inspections/bulletins/{bulletin_id}/table",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_published_bulletin(bulletin_id: Id, who: Who, connection: Connection) -> Response:
    return await _workbook((await see_published_bulletin(connection, who, bulletin_id))[1])


async def _workbook(seen: SeenBulletin) -> Response:
    content = await asyncio.to_thread(bulletin_as_xlsx, seen)
    named = f"bulletin-{seen.bulletin.region_code}-{seen.bulletin.begins}.xlsx"
    disposition = f'attachment; filename="{named}"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def _published(line: PublishedLine, seen: SeenBulletin) -> PublishedBulletinOut:
    findings = [InspectionFindingOut.model_validate(one, from_attributes=True) for one in seen.findings]
    own = {name: getattr(line, name) for name in PublishedLineOut.model_fields}
    return PublishedBulletinOut(**own, stands_on=seen.today, bulletin=_bulletin(seen), findings=findings)


def _bulletin(seen: SeenBulletin) -> BulletinOut:
    made = seen.bulletin
    places = [
        BulletinPlaceOut(region_code=code, name=seen.names.get(code, ""), counts=_counts(counts))
        for code, counts in made.by_place.items()
    ]
    return BulletinOut(
        region_code=made.region_code,
        cycle=made.cycle.code,
        begins=made.begins,
        ends=made.ends,
        total=_counts(made.total),
        items=places,
        not_inspected=made.not_inspected,
    )


def _counts(counts: object) -> CountsOut:
    return CountsOut.model_validate(counts, from_attributes=True)
