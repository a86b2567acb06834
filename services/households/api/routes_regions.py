"""Places: public to everyone who has a token."""

from services.households.api.schemas import RegionOut, RegionsOut
from services.households.storage.region_repository import children_of, get_region
from shared.web.context import Connection
from shared.web.fields import RegionCode
from shared.web.service_app import strict_router

router = strict_router(tags=["regions"])


@router.get("/v1/regions/{code}")
async def read_region(code: RegionCode, connection: Connection) -> RegionOut:
    return RegionOut.model_validate(await get_region(connection, code), from_attributes=True)


@router.get("/v1/regions/{code}/children")
async def read_region_children(code: RegionCode, connection: Connection) -> RegionsOut:
    places = await children_of(connection, code)
    return RegionsOut(items=[RegionOut.model_validate(place, from_attributes=True) for place in places])
