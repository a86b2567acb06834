"""One need of a household in the pool (援需信息库), and what was given for it (四.8 建立社会扶贫机制)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.households.domain.wish import Consent

OPEN, MET, CLOSED = NEED_STATES = ("open", "met", "closed")


@dataclass(frozen=True, slots=True)
class Need:
    """`wanted_cents` is the money that it takes; None when things or work are wanted. It is public while it is open
    and the household's consent stands."""

    need_id: UUID
    household_id: UUID
    kind: str
    words: str
    wanted_cents: int | None
    state: str
    created_at: datetime
    created_by: str
    consent: Consent | None = None
    given_cents: int = 0
    donations: int = 0
    version: int = 1

    @property
    def public(self) -> bool:
        return self.state == OPEN and self.consent is not None

    @property
    def left_cents(self) -> int | None:
        """What is still wanted; None when no sum is."""
        return None if self.wanted_cents is None else self.wanted_cents - self.given_cents


@dataclass(frozen=True, slots=True)
class Donation:
    """Money in cents, or goods in words, or both. The ledger knows the donor; the public only one that is not
    `anonymous`. `received_at` is when the household's side said that it had come."""

    donation_id: UUID
    need_id: UUID
    donor_name: str
    anonymous: bool
    amount_cents: int
    goods: str | None
    given_on: date
    receipt_number: str
    recorded_by: str
    recorded_by_name: str
    recorded_at: datetime
    received_at: datetime | None = None
    received_by_name: str | None = None
