"""Coverage by place, and how many households each unit and cadre has."""

from typing import Annotated

from fastapi import Query

from services.cadres.api.deps import Day, Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_loads import (
    CadreLoadOut,
    CadreLoadsOut,
    PlaceCoverageOut,
    PlacesCoverageOut,
    UnitLoadOut,
    UnitLoadsOut,
)
from services.cadres.domain.policy import policy_at
from services.cadres.storage.load_repository import coverage_by_place, loads_by_cadre, loads_by_unit
from shared.regions import LEVEL_BY_LENGTH
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["coverage"])


@router.get("/v1/cadres/coverage/places")
async def list_coverage_by_place(region: RegionCode, day: Day, who: Who, connection: Connection) -> PlacesCoverageOut:
    who.require_official(region)
    digits = next((level for level in LEVEL_BY_LENGTH if level > len(region)), max(LEVEL_BY_LENGTH))
    found = await coverage_by_place(connection, region, digits, day)
    return PlacesCoverageOut(items=[PlaceCoverageOut.model_validate(one, from_attributes=True) for one in found])


@router.get("/v1/units/loads")
async def list_unit_loads(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> UnitLoadsOut:
    who.require_official(region)
    scope = f"unit-loads:{region}:{day}"
    after = after_of(with_.cursors, scope, cursor)
    bounds = policy_at(rooms.policies, day).most_households
    found = await loads_by_unit(connection, region, bounds, day, after, limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.region_code, one.unit_id))
    return UnitLoadsOut(
        items=[UnitLoadOut.model_validate(one, from_attributes=True) for one in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


@router.get("/v1/cadres/loads")
async def list_cadre_loads(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    unit_id: Annotated[Id | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> CadreLoadsOut:
    who.require_official(region)
    scope = f"cadre-loads:{region}:{day}:{unit_id}"
    after = after_of(with_.cursors, scope, cursor)
    bounds = policy_at(rooms.policies, day).most_households
    found = await loads_by_cadre(connection, region, bounds, day, unit_id=unit_id, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.region_code, one.cadre_id))
    return CadreLoadsOut(
        items=[CadreLoadOut.model_validate(one, from_attributes=True) for one in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )
