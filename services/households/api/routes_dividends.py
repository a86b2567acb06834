"""Collective dividends of a village (三个1/3): preview, draft, confirmation, pay-out list."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Response

from services.households.api.convert_dividends import dividend_out, order_of, own_share_out, preview_out, share_out
from services.households.api.deps import PolicyToday, Repositories
from services.households.api.schemas_dividends import (
    CorrectionIn,
    CorrectionOut,
    CorrectionsOut,
    DividendIn,
    DividendOrderIn,
    DividendOut,
    DividendsOut,
    OwnSharesOut,
    PaymentsIn,
    PreviewOut,
    SharesOut,
)
from services.households.domain.dividend_course import Dividend
from services.households.storage.correction_repository import Correction
from services.households.storage.dividend_repository import dividends_of_household
from services.households.storage.dividend_sheet import pay_out_sheet
from services.households.use_cases.draft_dividend import draft_dividend, preview_dividend
from services.households.use_cases.pay_dividend import PayDividend
from services.households.use_cases.read_dividends import (
    export_list,
    read_corrections,
    read_dividends,
    read_list,
)
from services.households.use_cases.read_household import read_household
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, VillageCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.route import looks_up
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE = "/v1/villages/{code}/dividends/{dividend_id}"

router = strict_router(tags=["dividends"])


async def steps_of_dividend(who: Who, connection: Connection, with_: Mechanisms, policy: PolicyToday) -> PayDividend:
    return PayDividend(connection, policy, who, with_.audit, with_.clock, _shown)


Steps = Annotated[PayDividend, Depends(steps_of_dividend, scope="function")]


@router.post("/v1/villages/{code}/dividends/preview")
@looks_up
async def preview_dividend_of_village(
    code: VillageCode, body: DividendOrderIn, who: Who, connection: Connection, policy: PolicyToday
) -> PreviewOut:
    found = await preview_dividend(connection, policy, who, code, order_of(body))
    return preview_out(body.income_cents, found)


@router.get("/v1/villages/{code}/dividends")
async def list_dividends_of_village(code: VillageCode, who: Who, connection: Connection) -> DividendsOut:
    return DividendsOut(items=[dividend_out(one) for one in await read_dividends(connection, who, code)])


@router.post("/v1/villages/{code}/dividends", status_code=201)
async def draft_dividend_of_village(
    code: VillageCode, body: DividendIn, who: Who, connection: Connection, policy: PolicyToday, response: Response
) -> DividendOut:
    dividend_id = body.dividend_id or new_id()
    return _with_version(await draft_dividend(connection, policy, who, code, dividend_id, order_of(body)), response)


@router.post(f"{ONE}/confirmation")
async def confirm_dividend(
    code: VillageCode, dividend_id: Id, version: ExpectedVersion, steps: Steps, response: Response
) -> DividendOut:
    return _with_version(await steps.confirm(code, dividend_id, version), response)


@router.post(f"{ONE}/drop")
async def drop_dividend(
    code: VillageCode, dividend_id: Id, version: ExpectedVersion, steps: Steps, response: Response
) -> DividendOut:
    return _with_version(await steps.drop(code, dividend_id, version), response)


@router.get(f"{ONE}/shares")
async def list_dividend_shares(
    code: VillageCode,
    dividend_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> SharesOut:
    scope = f"dividend-shares:{dividend_id}"
    after = int(with_.cursors.read(scope, cursor)[0]) if cursor else 0
    found = await read_list(connection, who, code, dividend_id, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda share: with_.cursors.write(scope, [str(share.state.share_no)]))
    return SharesOut(
        items=[share_out(share) for share in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get(
    f"{ONE}/pay-out-list",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_pay_out_list(
    code: VillageCode, dividend_id: Id, who: Who, connection: Connection, with_: Mechanisms
) -> Response:
    standing, shares = await export_list(connection, who, with_.audit, with_.clock, code, dividend_id)
    content = await asyncio.to_thread(pay_out_sheet, standing, shares)
    disposition = f'attachment; filename="dividend-{code}-{standing.year}.xlsx"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


@router.post(f"{ONE}/payments")
async def mark_dividend_paid(
    code: VillageCode, dividend_id: Id, body: PaymentsIn, version: ExpectedVersion, steps: Steps, response: Response
) -> DividendOut:
    return _with_version(await steps.pay(code, dividend_id, version, body.share_nos, body.on), response)


@router.get(f"{ONE}/corrections")
async def list_dividend_corrections(
    code: VillageCode, dividend_id: Id, who: Who, connection: Connection
) -> CorrectionsOut:
    found = await read_corrections(connection, who, code, dividend_id)
    return CorrectionsOut(items=[CorrectionOut(**_plain(one), confirmed=one.confirmed_by is not None) for one in found])


@router.post(f"{ONE}/corrections", status_code=201)
async def enter_dividend_correction(
    code: VillageCode,
    dividend_id: Id,
    body: CorrectionIn,
    version: ExpectedVersion,
    who: Who,
    steps: Steps,
    response: Response,
) -> DividendOut:
    said = (body.from_share_no, body.to_member_id, body.amount_cents, body.reason)
    correction = Correction(new_id(), *said, entered_by=who.subject)
    return _with_version(await steps.correct(code, dividend_id, version, correction), response)


@router.post(f"{ONE}/corrections/{{correction_id}}/confirmation")
async def confirm_dividend_correction(
    code: VillageCode, dividend_id: Id, correction_id: Id, version: ExpectedVersion, steps: Steps, response: Response
) -> DividendOut:
    return _with_version(await steps.confirm_correction(code, dividend_id, version, correction_id), response)


@router.get("/v1/households/{household_id}/dividends")
async def list_dividends_of_household(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories
) -> OwnSharesOut:
    await read_household(connection, rooms.households, who, household_id, "dividends")
    found = await dividends_of_household(connection, household_id)
    return OwnSharesOut(items=[own_share_out(own) for own in found])


def _plain(correction: Correction) -> dict[str, Any]:
    return {name: value for name, value in asdict(correction).items() if name not in {"entered_by", "confirmed_by"}}


def _with_version(standing: Dividend, response: Response) -> DividendOut:
    response.headers["ETag"] = etag(standing.version)
    return dividend_out(standing)


def _shown(standing: Dividend) -> dict[str, Any]:
    return dividend_out(standing).model_dump(mode="json")
