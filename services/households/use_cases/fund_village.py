"""The county gives to a village's reserved fund, or takes back what was not used: one orders, another confirms."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.households.domain.reserve_errors import ReserveOrderStale
from services.households.domain.reserve_fund import first_wrong_entry
from services.households.domain.reserve_order import ReserveOrder, confirmed, dropped, may_order
from services.households.storage.region_repository import require_village
from services.households.storage.reserve_order_repository import add_order, hold_order, open_orders, save_order
from services.households.storage.reserve_repository import (
    BookedEntry,
    Posting,
    Pot,
    book,
    entries_of,
    ledger_of,
    pot_of,
)
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail

Show = Callable[[ReserveOrder], dict[str, Any]]


class FundVillage:
    """The steps of an order, within the caller's transaction."""

    def __init__(self, connection: Connection, who: Principal, audit: AuditTrail, clock: Clock, show: Show) -> None:
        self._connection = connection
        self._who = who
        self._audit = audit
        self._clock = clock
        self._show = show

    async def order(self, order: ReserveOrder) -> ReserveOrder:
        """Nothing is booked yet. Raises NotPermitted, OutsideScope, VillageUnknown, ReserveDayAhead,
        ReserveOrderIdTaken."""
        self._require_county(order.village_code)
        await require_village(self._connection, order.village_code)
        if (refusal := may_order(order.on_day, self._clock.today())) is not None:
            raise refusal
        await add_order(self._connection, order)
        await self._note("reserve_ordered", order, {})
        return order

    async def confirm(self, village_code: str, order_id: UUID, version: int) -> ReserveOrder:
        """Books it. Raises NotPermitted, OutsideScope, ReserveOrderNotFound, ReserveOrderStale,
        ReserveOrderStepNotAllowed, SecondPersonNeeded, ReservePotShort."""
        held = await self._held(village_code, order_id, version)
        order = confirmed(held, self._who.subject, self._who.name)
        posting = Posting(order.kind, order.signed_cents, order.on_day, order.note)
        entry = await book(self._connection, village_code, posting, self._who)
        order = replace(order, entry_no=entry.entry_no)
        await save_order(self._connection, order)
        await self._note(f"reserve_{order.kind}", order, {"ordered_by": order.ordered_by})
        return order

    async def drop(self, village_code: str, order_id: UUID, version: int) -> ReserveOrder:
        """Raises NotPermitted, OutsideScope, ReserveOrderNotFound, ReserveOrderStale, ReserveOrderStepNotAllowed."""
        order = dropped(await self._held(village_code, order_id, version), self._who.subject, self._who.name)
        await save_order(self._connection, order)
        await self._note("reserve_order_dropped", order, {"ordered_by": order.ordered_by})
        return order

    async def _held(self, village_code: str, order_id: UUID, version: int) -> ReserveOrder:
        self._require_county(village_code)
        order = await hold_order(self._connection, village_code, order_id)
        if order.version != version:
            raise ReserveOrderStale(current=self._show(order))
        return order

    def _require_county(self, village_code: str) -> None:
        self._who.require_role("county_official", "city_official")
        self._who.require_official(village_code)

    async def _note(self, event: str, order: ReserveOrder, facts: dict[str, Any]) -> None:
        await self._audit.append(
            self._connection,
            at=self._clock.now(),
            event=event,
            actor=self._who.subject,
            subject=order.village_code,
            facts={
                "order_id": str(order.order_id),
                "entry_no": order.entry_no,
                "amount_cents": order.signed_cents,
                **facts,
            },
        )


async def read_orders(
    connection: Connection, who: Principal, village_code: str, after: UUID | None, limit: int
) -> list[ReserveOrder]:
    """Those that wait for a second person. Raises OutsideScope, VillageUnknown."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    return await open_orders(connection, village_code, after=after, limit=limit)


async def read_pot(connection: Connection, who: Principal, village_code: str) -> tuple[Pot, int | None]:
    """The pot, and the number of the first line of its ledger that does not follow from those before it.

    Raises OutsideScope, VillageUnknown.
    """
    who.require_official(village_code)
    await require_village(connection, village_code)
    pot, wrong = await pot_of(connection, village_code), first_wrong_entry(await ledger_of(connection, village_code))
    return pot, wrong.entry_no if wrong else None


async def read_ledger(
    connection: Connection, who: Principal, village_code: str, before: int | None, limit: int
) -> list[BookedEntry]:
    """Raises OutsideScope, VillageUnknown."""
    who.require_official(village_code)
    await require_village(connection, village_code)
    return await entries_of(connection, village_code, before=before, limit=limit)
