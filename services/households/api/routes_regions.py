"""Places: public to everyone who has a token. A county's office records what becomes of them."""

from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from services.households.api.deps import Repositories
from services.households.api.schemas_places import (
    PlaceChangeIn,
    PlaceChangeOut,
    PlaceChangesOut,
    RegionOut,
    RegionsOut,
    RenameIn,
)
from services.households.storage.place_changes_repository import changes_of_place, find_places
from services.households.storage.region_repository import children_of, get_region
from services.households.use_cases.change_place import ChangePlace
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.service_app import strict_router

router = strict_router(tags=["regions"])
Called = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)], Query()]
MOST_FOUND = 50


@router.get("/v1/regions")
async def find_regions(called: Called, connection: Connection) -> RegionsOut:
    """按现名或旧名的开头查找地方；已合并的村带有合并后的代码。"""
    places = await find_places(connection, called, MOST_FOUND)
    return RegionsOut(items=[RegionOut.model_validate(place, from_attributes=True) for place in places])


@router.get("/v1/regions/{code}")
async def read_region(code: RegionCode, connection: Connection) -> RegionOut:
    return RegionOut.model_validate(await get_region(connection, code), from_attributes=True)


@router.get("/v1/regions/{code}/children")
async def read_region_children(code: RegionCode, connection: Connection) -> RegionsOut:
    places = await children_of(connection, code)
    return RegionsOut(items=[RegionOut.model_validate(place, from_attributes=True) for place in places])


@router.get("/v1/regions/{code}/changes")
async def list_region_changes(code: RegionCode, connection: Connection) -> PlaceChangesOut:
    await get_region(connection, code)
    changes = await changes_of_place(connection, code)
    return PlaceChangesOut(items=[PlaceChangeOut.model_validate(one, from_attributes=True) for one in changes])


@router.post("/v1/regions/{code}/changes", status_code=201)
async def record_region_change(
    code: RegionCode, body: PlaceChangeIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> RegionOut:
    who.require_role("county_official", "city_official")
    change = ChangePlace(connection, rooms.households, with_.change_log, who, with_.clock.today())
    if isinstance(body, RenameIn):
        place = await change.rename(code, body.name, body.happened_on, body.document)
    else:
        place = await change.merge(code, body.into, body.happened_on, body.document, body.name, body.place_kind)
    return RegionOut.model_validate(place, from_attributes=True)
