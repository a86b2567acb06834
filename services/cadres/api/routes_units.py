"""Units: the organisations that send cadres and help villages."""

from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.convert import unit_of
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas import UnitIn, UnitOut, UnitPut, UnitsOut
from services.cadres.domain.unit import Unit, UnitKind
from services.cadres.storage.unit_repository import get_unit, list_units
from services.cadres.use_cases.keep_unit import enter_unit, replace_unit
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["units"])


@router.get("/v1/units")
async def list_units_of_region(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    kind: Annotated[UnitKind | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> UnitsOut:
    who.require_official(region)
    scope = f"units:{region}:{kind}"
    after = after_of(with_.cursors, scope, cursor)
    found = await list_units(connection, region, kind=kind, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda unit: (unit.region_code, unit.unit_id))
    return UnitsOut(items=[_out(unit) for unit in items], next_cursor=next_cursor, has_more=next_cursor is not None)


@router.post("/v1/units", status_code=201)
async def create_unit(body: UnitIn, who: Who, connection: Connection, response: Response) -> UnitOut:
    unit = await enter_unit(connection, who, unit_of(body, body.unit_id))
    response.headers["Location"] = f"/v1/units/{unit.unit_id}"
    return _with_version(unit, response)


@router.get("/v1/units/{unit_id}")
async def read_unit(unit_id: Id, who: Who, connection: Connection, response: Response) -> UnitOut:
    unit = await get_unit(connection, unit_id)
    who.require_official(unit.region_code)
    return _with_version(unit, response)


@router.put("/v1/units/{unit_id}")
async def put_unit(
    unit_id: Id, body: UnitPut, version: ExpectedVersion, who: Who, connection: Connection, response: Response
) -> UnitOut:
    unit = await replace_unit(
        connection, who, unit_of(body, unit_id), version, lambda one: _out(one).model_dump(mode="json")
    )
    return _with_version(unit, response)


def _out(unit: Unit) -> UnitOut:
    return UnitOut.model_validate(unit, from_attributes=True)


def _with_version(unit: Unit, response: Response) -> UnitOut:
    response.headers["ETag"] = etag(unit.version)
    return _out(unit)
