"""How loans are used, as visits found it: for officials, the household and, with its consent, its bank."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.credit.api.convert_use_of_money import follow_up_out
from services.credit.api.grade_query import partner_of
from services.credit.api.schemas_use_of_money import (
    BankFollowUpOut,
    BankFollowUpsOut,
    FollowUpOut,
    FollowUpsOfHouseholdOut,
    FollowUpsOut,
    SettlementIn,
)
from services.credit.domain.use_of_money import FollowUp, FollowUpState, Settlement
from services.credit.storage.use_of_money_repository import Key, follow_ups_of_region
from services.credit.use_cases.follow_use_of_money import see_use_of_money, settle_use_of_money
from services.credit.use_cases.tell_use_of_money import tell_use_of_money
from shared.pagination import Cursors
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["credit"])


@router.get("/v1/credit/use-of-money")
async def list_use_of_money(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[FollowUpState | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> FollowUpsOut:
    who.require_official(region)
    scope = f"use-of-money:{region}:{state}"
    after = _after(with_.cursors, scope, cursor)
    found = await follow_ups_of_region(connection, region, state, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda one: _cursor(with_.cursors, scope, one))
    return FollowUpsOut(
        items=[follow_up_out(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/credit/households/{household_id}/use-of-money")
async def list_use_of_money_of_household(household_id: Id, who: Who, connection: Connection) -> FollowUpsOfHouseholdOut:
    return FollowUpsOfHouseholdOut(
        items=[follow_up_out(one) for one in await see_use_of_money(connection, who, household_id)]
    )


@router.post("/v1/credit/use-of-money/{finding_id}/settle")
async def settle_use_of_money_by_id(
    finding_id: Id,
    body: SettlementIn,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    response: Response,
) -> FollowUpOut:
    settlement = Settlement(body.outcome, body.note, who.subject, with_.clock.today(), body.told_by)
    after = await settle_use_of_money(connection, with_.audit, with_.clock, who, finding_id, settlement, version)
    response.headers["ETag"] = etag(after.version)
    return follow_up_out(after)


@router.get("/v1/partner/use-of-money")
async def list_use_of_own_loans(
    who: Who, connection: Connection, with_: Mechanisms, limit: Limit = 20, cursor: PageCursor = None
) -> BankFollowUpsOut:
    partner = partner_of(who)
    scope = f"use-of-money-of:{partner.partner_id}"
    after = _after(with_.cursors, scope, cursor)
    items, last = await tell_use_of_money(connection, partner, with_.clock.today(), after, limit)
    next_cursor = None if last is None else _cursor(with_.cursors, scope, last)
    shown = [BankFollowUpOut.model_validate(one, from_attributes=True) for one in items]
    return BankFollowUpsOut(items=shown, next_cursor=next_cursor, has_more=next_cursor is not None)


def _after(cursors: Cursors, scope: str, cursor: str | None) -> Key | None:
    if not cursor:
        return None
    day, finding_id = cursors.read(scope, cursor)
    return date.fromisoformat(day), UUID(finding_id)


def _cursor(cursors: Cursors, scope: str, last: FollowUp) -> str:
    return cursors.write(scope, [last.visited_on.isoformat(), str(last.finding_id)])
