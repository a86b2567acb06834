"""Orders for the pots of the reserved fund: rows in, domain objects out."""

from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.reserve_errors import ReserveOrderIdTaken, ReserveOrderNotFound
from services.households.domain.reserve_order import ReserveOrder
from services.households.storage.tables import reserve
from shared.db import Connection

_orders = reserve.orders
_FIELDS = tuple(f.name for f in fields(ReserveOrder))


async def open_orders(
    connection: Connection, village_code: str, *, after: UUID | None, limit: int
) -> list[ReserveOrder]:
    """Those that wait for a second person, by id."""
    statement = (
        select(_orders)
        .where(_orders.c.village_code == village_code, _orders.c.state == "ordered")
        .order_by(_orders.c.order_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(_orders.c.order_id > after)
    return [_order(row) for row in await connection.execute(statement)]


async def hold_order(connection: Connection, village_code: str, order_id: UUID) -> ReserveOrder:
    """Locked until the transaction ends. Raises ReserveOrderNotFound."""
    found = await connection.execute(
        select(_orders).where(_orders.c.village_code == village_code, _orders.c.order_id == order_id).with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise ReserveOrderNotFound
    return _order(row)


async def add_order(connection: Connection, order: ReserveOrder) -> None:
    """Raises ReserveOrderIdTaken."""
    try:
        await connection.execute(insert(_orders).values(**asdict(order)))
    except IntegrityError:
        raise ReserveOrderIdTaken from None


async def save_order(connection: Connection, order: ReserveOrder) -> None:
    """Writes the decision on an order that the transaction holds locked (`hold_order`)."""
    await connection.execute(
        update(_orders)
        .where(_orders.c.village_code == order.village_code, _orders.c.order_id == order.order_id)
        .values(
            state=order.state,
            decided_by=order.decided_by,
            decided_name=order.decided_name,
            decided_at=func.now(),
            entry_no=order.entry_no,
            version=order.version,
        )
    )


def _order(row: Row[Any]) -> ReserveOrder:
    return ReserveOrder(**{name: getattr(row, name) for name in _FIELDS})
