"""Lists of needs: the public one without a token, the ledger of a place, those of one household."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from services.households.api.deps import Repositories
from services.households.api.deps_wishes import Needs, Wishes
from services.households.api.schemas_need import NeedKind, NeedsOut, NeedState, PublicNeedsOut, need_out, public_out
from services.households.storage.need_repository import PlacedNeed, needs_of, needs_within, public_needs
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import reach_in
from shared.web.context import Mechanisms, Service, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import public
from shared.web.service_app import strict_router

router = strict_router(tags=["needs"])


@router.get("/v1/needs")
@public
async def list_public_needs(
    region: RegionCode,
    with_: Mechanisms,
    desk: Needs,
    wishes: Wishes,
    kind: Annotated[NeedKind | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PublicNeedsOut:
    scope = f"needs:{region}:{kind}"
    found = await public_needs(desk.connection, region, kind, with_.cursors.read_id(scope, cursor), limit + 1)
    shown, next_cursor = _page(found, limit, scope, with_)
    items = [public_out(placed, wishes.need_kinds) for placed in shown]
    return PublicNeedsOut(items=items, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/needs/ledger")
async def list_needs_of_region(
    region: RegionCode,
    who: Who,
    with_: Mechanisms,
    desk: Needs,
    wishes: Wishes,
    state: Annotated[NeedState | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> NeedsOut:
    """Published or not; an official's places, a cadre's own households."""
    scope = f"needs-ledger:{region}:{state}:{who.subject}"
    reach = reach_in(who, region)
    after = with_.cursors.read_id(scope, cursor)
    return _needs(
        await needs_within(desk.connection, region, reach, state, after, limit + 1), limit, scope, with_, wishes
    )


@router.get("/v1/households/{household_id}/needs")
async def list_needs_of_household(
    household_id: Id,
    who: Who,
    with_: Mechanisms,
    desk: Needs,
    rooms: Repositories,
    wishes: Wishes,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> NeedsOut:
    await read_household(desk.connection, rooms.households, who, household_id, "needs")
    scope = f"needs-of:{household_id}"
    after = with_.cursors.read_id(scope, cursor)
    return _needs(await needs_of(desk.connection, household_id, after, limit + 1), limit, scope, with_, wishes)


def _needs(found: list[PlacedNeed], limit: int, scope: str, with_: Service, wishes: Wishes) -> NeedsOut:
    shown, next_cursor = _page(found, limit, scope, with_)
    items = [need_out(placed, wishes.need_kinds) for placed in shown]
    return NeedsOut(items=items, next_cursor=next_cursor, has_more=next_cursor is not None)


def _page(found: list[PlacedNeed], limit: int, scope: str, with_: Service) -> tuple[Sequence[PlacedNeed], str | None]:
    return page_of(found, limit, lambda placed: with_.cursors.write(scope, [str(placed.need.need_id)]))
