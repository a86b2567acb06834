"""How well a place is covered, and a cadre's own households."""

from services.cadres.api.deps import Day, Repositories
from services.cadres.api.duty_schemas import (
    CaseloadOut,
    CaseOut,
    CoverageOut,
    DueOut,
    UnpairedListOut,
    UnpairedOut,
)
from services.cadres.api.keyset import after_of, page
from services.cadres.storage.coverage_repository import coverage_of
from services.cadres.storage.place_repository import unpaired_of
from services.cadres.use_cases.see_caseload import see_caseload
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["coverage"])


@router.get("/v1/me/caseload")
async def read_own_caseload(who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories) -> CaseloadOut:
    seen = await see_caseload(connection, rooms.caseload, rooms.policies, who, with_.clock.today())
    return CaseloadOut(
        items=[CaseOut.model_validate(case, from_attributes=True) for case in seen.cases],
        due=[DueOut.model_validate(one, from_attributes=True) for one in seen.due],
    )


@router.get("/v1/cadres/coverage")
async def read_coverage(region: RegionCode, day: Day, who: Who, connection: Connection) -> CoverageOut:
    who.require_official(region)
    return CoverageOut.model_validate(await coverage_of(connection, region, day), from_attributes=True)


@router.get("/v1/cadres/unpaired")
async def list_unpaired_households(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> UnpairedListOut:
    who.require_official(region)
    scope = f"unpaired:{region}:{day}"
    after = after_of(with_.cursors, scope, cursor)
    found = await unpaired_of(connection, region, day, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.village_code, one.household_id))
    return UnpairedListOut(
        items=[UnpairedOut.model_validate(one, from_attributes=True) for one in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )
