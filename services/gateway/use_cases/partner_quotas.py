"""Takes a partner's queries from its quota: from a lot at hand, without waiting, else from the shared count."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from services.gateway.domain.errors import PartnerThrottled, QuotaSpent
from services.gateway.domain.partner import Partner
from services.gateway.domain.partner_quota import (
    DAY,
    MINUTE,
    THROTTLED_MINUTE,
    Span,
    granted,
    limit_of,
    lot_of,
    span_in_force,
)
from services.gateway.storage.usage_repository import Usage
from shared.clock import Clock


@dataclass(slots=True)
class Lot:
    """What this process holds of a partner's minute or day (`of`), or of the `span` in its place. `left` may be
    negative: a call of many queries is counted after it. `spent`: the shared count had no more to give."""

    of: Span
    span: Span
    limit: int = 0
    began: int = -1
    left: int = 0
    spent: bool = False
    leasing: asyncio.Task[None] | None = None

    def renew(self, span: Span, limit: int, began: int) -> None:
        """A new span, or another limit: what was held counts no more. A debt of this span stays."""
        self.left = min(self.left, 0) if (span, began) == (self.span, self.began) else 0
        self.span, self.limit, self.began, self.spent = span, limit, began, False


class Quotas:
    def __init__(self, usage: Usage, clock: Clock) -> None:
        self._usage = usage
        self._clock = clock
        self._lots: dict[str, tuple[Lot, Lot]] = {}

    def take(self, partner: Partner) -> bool:
        """One query from the lots at hand; False when a lot has to be leased first, with `lease`."""
        now = self._clock.now()
        second = int(now.timestamp())
        minute, day = lots = self._lots_of(partner)
        for lot in lots:
            span = span_in_force(partner, lot.of, now)
            limit, began = limit_of(partner, span), span.began(second)
            if lot.span is not span or lot.limit != limit or lot.began != began:
                lot.renew(span, limit, began)
        if minute.left <= 0 or day.left <= 0:
            return False
        minute.left -= 1
        day.left -= 1
        return True

    async def spend(self, partner: Partner) -> None:
        """One query, waiting for a lot where none is at hand. Raises QuotaSpent, PartnerThrottled."""
        while not self.take(partner):
            for lot in self._lots_of(partner):
                if lot.left <= 0:
                    await self._lease(partner, lot)

    def charge(self, client_id: str, more: int) -> None:
        """A call turned out to hold more queries than the one it was counted as."""
        for lot in self._lots.get(client_id, ()):
            lot.left -= more

    def _lots_of(self, partner: Partner) -> tuple[Lot, Lot]:
        found = self._lots.get(partner.client_id)
        if found is None:
            found = self._lots[partner.client_id] = (Lot(MINUTE, MINUTE), Lot(DAY, DAY))
        return found

    async def _lease(self, partner: Partner, lot: Lot) -> None:
        if lot.spent:
            raise _refusal(lot, self._clock.now())
        if lot.leasing is None:
            lot.leasing = asyncio.create_task(self._fetch(partner.client_id, lot))
        await asyncio.shield(lot.leasing)

    async def _fetch(self, client_id: str, lot: Lot) -> None:
        """A lot and what is owed; once for all who wait."""
        span, began, limit = lot.span, lot.began, lot.limit
        amount = lot_of(limit) - lot.left
        try:
            count, _ = await self._usage.add(client_id, span, began, asked=amount)
        finally:
            lot.leasing = None
        if (lot.span, lot.began, lot.limit) == (span, began, limit):
            lot.left += granted(limit, amount, count)
            lot.spent = lot.left <= 0


def _refusal(lot: Lot, now: datetime) -> QuotaSpent | PartnerThrottled:
    seconds_left = max(1, lot.began + lot.span.seconds - int(now.timestamp()))
    kind = PartnerThrottled if lot.span is THROTTLED_MINUTE else QuotaSpent
    return kind(
        span=lot.of.name,
        limit=lot.limit,
        retry_after=seconds_left,
        rate_limit=(lot.of.name, lot.limit, lot.of.seconds),
    )
