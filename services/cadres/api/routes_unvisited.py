"""Households that nobody went to see for longer than so many days: a place's list, and counts by place."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from services.cadres.api.deps import Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_tasks import PlaceOfVisitsOut, PlacesOfVisitsOut, UnvisitedListOut, UnvisitedOut
from services.cadres.domain.policy import policy_at
from services.cadres.domain.unvisited import last_day_in_time
from services.cadres.storage.unvisited_repository import UnvisitedLine, unvisited_by_place, unvisited_of
from shared.clock import day_of
from shared.regions import LEVEL_BY_LENGTH
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["visits"])


async def days_asked(
    with_: Mechanisms,
    rooms: Repositories,
    days: Annotated[int | None, Query(ge=1, le=3660, description="as the policy says when absent")] = None,
) -> int:
    return days or policy_at(rooms.policies, with_.clock.today()).visit_every_days


async def since_asked(with_: Mechanisms, days: Annotated[int, Depends(days_asked)]) -> date:
    return last_day_in_time(with_.clock.today(), days)


Days = Annotated[int, Depends(days_asked)]
Since = Annotated[date, Depends(since_asked)]


@router.get("/v1/visits/overdue")
async def list_unvisited_households(
    region: RegionCode,
    days: Days,
    since: Since,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> UnvisitedListOut:
    who.require_official(region)
    scope = f"unvisited:{region}:{since}"
    found = await unvisited_of(connection, region, since, after_of(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: (one.village_code, one.household_id))
    lines = [_line(one) for one in items]
    return UnvisitedListOut(days=days, items=lines, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/visits/overdue/places")
async def count_unvisited_by_place(
    region: RegionCode, days: Days, since: Since, who: Who, connection: Connection
) -> PlacesOfVisitsOut:
    who.require_official(region)
    digits = next((level for level in LEVEL_BY_LENGTH if level > len(region)), max(LEVEL_BY_LENGTH))
    found = await unvisited_by_place(connection, region, digits, since)
    return PlacesOfVisitsOut(
        days=days, items=[PlaceOfVisitsOut.model_validate(one, from_attributes=True) for one in found]
    )


def _line(one: UnvisitedLine) -> UnvisitedOut:
    values = {name: getattr(one, name) for name in UnvisitedLine.__slots__ if name != "visited_at"}
    return UnvisitedOut.model_validate(values | {"visited_on": one.visited_at and day_of(one.visited_at)})
