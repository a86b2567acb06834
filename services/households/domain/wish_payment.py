"""Who pays how much of a wish (帮扶干部资助+贫困户出资), and what is left to pay? (四.6)

Payments belong to a claim: when it ends before delivery, they go back to who made them and count no more. What nobody
has paid at delivery is the holder's share, so that a delivered wish is always paid to the cent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.households.domain.wish import CLAIMED, DONOR, HELPER, HOUSEHOLD, OFFICIAL, Actor, Wish
from services.households.domain.wish_errors import PayerNotYours, WishOverpaid, WishStepNotAllowed, WishStepNotYours
from services.households.domain.wish_life import allowed_steps

UNIT = "unit"
PAYERS = (HOUSEHOLD, HELPER, DONOR, UNIT)
_MAY_WRITE: Mapping[str, frozenset[str]] = {
    HOUSEHOLD: frozenset({HOUSEHOLD}),
    HELPER: frozenset({HELPER, HOUSEHOLD}),
    DONOR: frozenset({DONOR}),
    OFFICIAL: frozenset(PAYERS),
}
"""Role → for whom a payment may be written down."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Amounts in cents. `claim_id` is the claim under which it was made."""

    payment_id: UUID
    claim_id: UUID
    payer: str
    amount_cents: int
    by: str
    by_name: str
    at: datetime


def paid_cents(wish: Wish, payments: Iterable[Payment]) -> int:
    """What counts: payments under the claim that stands."""
    claim_id = wish.claim.claim_id if wish.claim else None
    return sum(payment.amount_cents for payment in payments if payment.claim_id == claim_id)


def left_cents(wish: Wish, payments: Iterable[Payment]) -> int:
    return wish.amount_cents - paid_cents(wish, payments)


def require_payment(wish: Wish, actor: Actor, payer: str, amount_cents: int, payments: Iterable[Payment]) -> None:
    """`wish` is as of now. Raises WishStepNotAllowed, WishStepNotYours, PayerNotYours, WishOverpaid."""
    if wish.state != CLAIMED:
        raise WishStepNotAllowed(state=wish.state, allowed=allowed_steps(wish, actor))
    if actor.role == DONOR and not wish.held_by(actor.subject):
        raise WishStepNotYours
    if payer not in _MAY_WRITE[actor.role]:
        raise PayerNotYours
    left = left_cents(wish, payments)
    if amount_cents > left:
        raise WishOverpaid(left_cents=left)


def holders_payer(wish: Wish) -> str:
    """As whom the holder pays: a donor, a helper, or the unit whose official holds it for nobody."""
    if wish.claim is None:
        raise ValueError("nobody holds this wish")
    if wish.claim.holder_role == OFFICIAL:
        return DONOR if wish.claim.behalf else UNIT
    return wish.claim.holder_role
