"""Lists of wishes: by place, of one household, in one's own hands. Donors see what is free, and never whose it is."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.households.api.deps import Repositories
from services.households.api.deps_wishes import Desk, Wishes
from services.households.api.schemas_wish import KindCode, WishLinesOut, WishState, line_out
from services.households.storage.wish_repository import PlacedWish, list_wishes, wishes_held, wishes_of
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import reach_in
from shared.web.context import Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.service_app import strict_router

router = strict_router(tags=["wishes"])


@router.get("/v1/wishes")
async def list_wishes_of_region(
    region: RegionCode,
    who: Who,
    with_: Mechanisms,
    desk: Desk,
    wishes: Wishes,
    state: Annotated[WishState | None, Query()] = None,
    kind: Annotated[KindCode | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> WishLinesOut:
    """Staff see the wishes of their places in every state; everyone else those that are free to be claimed."""
    scope = f"wishes:{region}:{state}:{kind}:{who.subject}"
    reach = reach_in(who, region) if who.roles - {"donor"} else None
    after = with_.cursors.read_id(scope, cursor)
    found = await list_wishes(
        desk.connection, region, reach, desk.now, state=state, kind=kind, after=after, limit=limit + 1
    )
    return _lines(desk, with_, wishes, found, limit, scope, who.subject, near=reach is not None)


@router.get("/v1/wishes/held")
async def list_wishes_held(
    who: Who, with_: Mechanisms, desk: Desk, wishes: Wishes, limit: Limit = 20, cursor: PageCursor = None
) -> WishLinesOut:
    scope = f"wishes-held:{who.subject}"
    after = with_.cursors.read_id(scope, cursor)
    found = await wishes_held(desk.connection, who.subject, desk.now, after, limit + 1)
    return _lines(desk, with_, wishes, found, limit, scope, who.subject, near=False)


@router.get("/v1/households/{household_id}/wishes")
async def list_wishes_of_household(
    household_id: Id,
    who: Who,
    with_: Mechanisms,
    desk: Desk,
    rooms: Repositories,
    wishes: Wishes,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> WishLinesOut:
    await read_household(desk.connection, rooms.households, who, household_id, "wishes")
    scope = f"wishes-of:{household_id}"
    after = with_.cursors.read_id(scope, cursor)
    found = await wishes_of(desk.connection, household_id, after, limit + 1)
    return _lines(desk, with_, wishes, found, limit, scope, who.subject, near=True)


def _lines(
    desk: Desk,
    with_: Mechanisms,
    wishes: Wishes,
    found: list[PlacedWish],
    limit: int,
    scope: str,
    subject: str,
    *,
    near: bool,
) -> WishLinesOut:
    def key(placed: PlacedWish) -> str:
        last: UUID = placed.wish.wish_id
        return with_.cursors.write(scope, [str(last)])

    shown, next_cursor = page_of(found, limit, key)
    items = [
        line_out(placed.as_of(desk.now), wishes.policy(placed.wish.policy), subject, near=near) for placed in shown
    ]
    return WishLinesOut(items=items, next_cursor=next_cursor, has_more=next_cursor is not None)
