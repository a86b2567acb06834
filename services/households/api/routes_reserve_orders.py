"""Orders for a village's pot of the reserved fund (拨款、收回): one official of the county orders, another confirms."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response

from services.households.api.schemas_reserve import ReserveOrderIn, ReserveOrderOut, ReserveOrdersOut
from services.households.domain.reserve_order import STEPS, ReserveOrder
from services.households.use_cases.fund_village import FundVillage, read_orders
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, VillageCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["reserved fund"])
ORDERS = "/v1/villages/{code}/reserve-fund/orders"


async def steps_of_order(who: Who, connection: Connection, with_: Mechanisms) -> FundVillage:
    return FundVillage(connection, who, with_.audit, with_.clock, _shown)


Steps = Annotated[FundVillage, Depends(steps_of_order, scope="function")]


@router.get(ORDERS)
async def list_reserve_orders(
    code: VillageCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> ReserveOrdersOut:
    scope = f"reserve-orders:{code}"
    after = UUID(with_.cursors.read(scope, cursor)[0]) if cursor else None
    found = await read_orders(connection, who, code, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda order: with_.cursors.write(scope, [str(order.order_id)]))
    return ReserveOrdersOut(
        items=[order_out(order) for order in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.post(ORDERS, status_code=201)
async def order_reserve_entry(
    code: VillageCode, body: ReserveOrderIn, who: Who, steps: Steps, response: Response
) -> ReserveOrderOut:
    order_id = body.order_id or new_id()
    order = ReserveOrder(code, order_id, body.kind, body.amount_cents, body.on, body.note, who.subject, who.name)
    return _with_version(await steps.order(order), response)


@router.post(f"{ORDERS}/{{order_id}}/confirmation")
async def confirm_reserve_order(
    code: VillageCode, order_id: Id, version: ExpectedVersion, steps: Steps, response: Response
) -> ReserveOrderOut:
    return _with_version(await steps.confirm(code, order_id, version), response)


@router.post(f"{ORDERS}/{{order_id}}/drop")
async def drop_reserve_order(
    code: VillageCode, order_id: Id, version: ExpectedVersion, steps: Steps, response: Response
) -> ReserveOrderOut:
    return _with_version(await steps.drop(code, order_id, version), response)


def order_out(order: ReserveOrder) -> ReserveOrderOut:
    more = {"on": order.on_day, "allowed": list(STEPS[order.state])}
    return ReserveOrderOut.model_validate({**asdict(order), **more})


def _with_version(order: ReserveOrder, response: Response) -> ReserveOrderOut:
    response.headers["ETag"] = etag(order.version)
    return order_out(order)


def _shown(order: ReserveOrder) -> dict[str, Any]:
    return order_out(order).model_dump(mode="json")
