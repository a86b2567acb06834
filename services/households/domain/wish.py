"""One wish (微心愿) of a household: what is wished for, who holds it, how far it is (四.4, 四.6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

RECORDED, OPEN, CLAIMED, DELIVERED, CONFIRMED, CLOSED, WITHDRAWN = STATES = (
    "recorded",
    "open",
    "claimed",
    "delivered",
    "confirmed",
    "closed",
    "withdrawn",
)
UNDER_WAY = frozenset({RECORDED, OPEN, CLAIMED, DELIVERED})
"""Still to be done by somebody."""

HOUSEHOLD, HELPER, OFFICIAL, HOLDER, DONOR = "household", "helper", "official", "holder", "donor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `role` is as what they know the household, `donor` for one who does not; the holder of a claim is
    recognised by `subject`."""

    subject: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Consent:
    """The household's word that its wish or need may be published: its own, or `witness` saw it sign or heard it."""

    at: datetime
    by: str
    by_name: str
    through: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One holder at a time. `until` is the first instant at which the claim no longer stands; `behalf` names the donor
    for whom an official holds it."""

    claim_id: UUID
    holder: str
    holder_name: str
    holder_role: str
    until: datetime
    behalf: str | None = None

    def stands_at(self, now: datetime) -> bool:
        return now < self.until


@dataclass(frozen=True, slots=True)
class Wish:
    """`amount_cents` is what its fulfilment costs. A claim stays with the wish from delivery on, whatever the clock."""

    wish_id: UUID
    household_id: UUID
    kind: str
    need: str
    amount_cents: int
    state: str
    created_at: datetime
    created_by: str
    created_role: str
    policy: str
    consent: Consent | None = None
    claim: Claim | None = None
    delivered_at: datetime | None = None
    thanks: str | None = None
    version: int = 1

    def held_by(self, subject: str) -> bool:
        return self.claim is not None and self.claim.holder == subject

    def as_of(self, now: datetime) -> "Wish":
        """The wish as it is at this instant: one whose claim has run out is open again, as a version of its own."""
        if self.state == CLAIMED and self.claim is not None and not self.claim.stands_at(now):
            return replace(self, state=OPEN, claim=None, version=self.version + 1)
        return self

    @property
    def free_from(self) -> datetime | None:
        """From when on anybody may claim it, should nothing else happen; None when nobody may."""
        if self.state == OPEN:
            return self.consent.at if self.consent else self.created_at
        return self.claim.until if self.state == CLAIMED and self.claim else None
