"""Many households: lists by place, searches, counts. Lists are masked and keep no look."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.households.api.deps import Repositories
from services.households.api.schemas import CountOut, LineOut, LinesOut, SearchIn, Status, SummaryOut
from services.households.storage.household_search import Line, list_households
from services.households.storage.place_changes_repository import current_code
from services.households.use_cases.count_households import count_households
from services.households.use_cases.search_households import search_households
from services.households.use_cases.see_household import reach_in
from shared.pagination import Cursors
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import looks_up
from shared.web.service_app import strict_router

router = strict_router(tags=["households"])


@router.get("/v1/households")
async def list_households_of_region(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    status: Annotated[Status | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> LinesOut:
    scope = f"households:{region}:{status}:{who.subject}"
    present = await current_code(connection, region)
    found = await list_households(
        connection,
        present,
        reach_in(who, present),
        status=status,
        after=_after(with_.cursors, scope, cursor),
        limit=limit + 1,
    )
    return _lines(with_.cursors, scope, found, limit)


@router.post("/v1/households/search")
@looks_up
async def search(body: SearchIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories) -> LinesOut:
    scope = f"search:{body.region}:{body.name}:{who.subject}"
    present = await current_code(connection, body.region)
    found = await search_households(
        connection,
        rooms.cipher,
        reach_in(who, present),
        region=present,
        name=body.name,
        id_number=body.id_number,
        phone=body.phone,
        after=_after(with_.cursors, scope, body.cursor),
        limit=body.limit + 1,
        today=with_.clock.today(),
    )
    return _lines(with_.cursors, scope, found, body.limit)


@router.get("/v1/households/summary")
async def summarise_households(region: RegionCode, who: Who, connection: Connection) -> SummaryOut:
    counts = await count_households(connection, who, await current_code(connection, region))
    return SummaryOut(
        region=region,
        households=counts.households,
        registered_poor=counts.registered_poor,
        exact=counts.exact,
        **{
            f"by_{name}": [CountOut(value=value, households=number) for value, number in rows]
            for name, rows in counts.by.items()
        },
    )


def _after(cursors: Cursors, scope: str, cursor: str | None) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    village, household_id = cursors.read(scope, cursor)
    return village, UUID(household_id)


def _lines(cursors: Cursors, scope: str, found: list[Line], limit: int) -> LinesOut:
    items, next_cursor = page_of(
        found, limit, lambda line: cursors.write(scope, [line.village_code, str(line.household_id)])
    )
    return LinesOut(
        items=[LineOut.model_validate(line, from_attributes=True) for line in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )
