"""What banks may do: ask for grades with consent, report loans, read their own log."""

from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from services.credit.api.deps import Repositories
from services.credit.api.grade_query import PATH, answer, counts_of, partner_of
from services.credit.api.schemas_partner import (
    LoanEventIn,
    LoanEventOut,
    LoanEventsIn,
    LoanEventsOut,
    LoggedQueryOut,
    QueriesIn,
    QueryLogOut,
    ResultsOut,
)
from services.credit.domain.loan_balance import LoanEvent
from services.credit.storage.directory_repository import households_of_identities
from services.credit.storage.query_log import queries_of_partner
from services.credit.use_cases.find_household import find_households
from services.credit.use_cases.report_loan_events import BorrowerEvent, Reporter, report_loan_events
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import IsoDate
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import looks_up
from shared.web.service_app import strict_router

router = strict_router(tags=["partner"])


@router.post(PATH)
@looks_up
async def query_grades(body: QueriesIn, who: Who, request: Request, response: Response) -> ResultsOut:
    results = await answer(request, who, body)
    response.headers.update(counts_of(results))
    return ResultsOut.model_validate({"results": results})


@router.post("/v1/partner/loan-events")
async def post_loan_events(
    body: LoanEventsIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> LoanEventsOut:
    partner = partner_of(who)
    look_up = partial(households_of_identities, connection)
    households = await find_households(look_up, rooms.cipher, body.events, at="/events")
    events = [
        BorrowerEvent(household_id, event.loan_number, _event(event))
        for household_id, event in zip(households, body.events, strict=True)
    ]
    answers = await report_loan_events(connection, Reporter(partner.partner_id, partner.name), events, with_.clock)
    return LoanEventsOut(results=[LoanEventOut.model_validate(one, from_attributes=True) for one in answers])


@router.get("/v1/partner/query-log")
async def list_own_queries(
    day: Annotated[IsoDate, Query()],
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> QueryLogOut:
    partner = partner_of(who)
    scope = f"query-log:{partner.partner_id}:{day}"
    after = with_.cursors.read_id(scope, cursor)
    found = await queries_of_partner(connection, partner.partner_id, day, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [str(one.query_id)]))
    return QueryLogOut(
        items=[LoggedQueryOut.model_validate(one, from_attributes=True) for one in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


def _event(event: LoanEventIn) -> LoanEvent:
    return LoanEvent(
        event.event_number,
        event.kind,
        event.on,
        event.amount_cents,
        event.balance_cents,
        event.days_past_due,
        event.product,
    )
