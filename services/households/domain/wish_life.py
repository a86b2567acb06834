"""Which step may a wish take now, and by whom?

    recorded ─► open ─► claimed ─► delivered ─► confirmed ─► closed
        ▲        │▲       │  │          │
        └────────┘└───────┘◄─┼──────────┘ did not arrive
        └────────────────────┘ the household takes its consent back

A recorded, open or claimed wish can be withdrawn. A wish is public while it is open, and only with the household's
consent; the holder of a claim delivers; whoever delivered does not confirm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.households.domain.wish import (
    CLAIMED,
    CLOSED,
    CONFIRMED,
    DELIVERED,
    DONOR,
    HELPER,
    HOLDER,
    HOUSEHOLD,
    OFFICIAL,
    OPEN,
    RECORDED,
    WITHDRAWN,
    Actor,
    Claim,
    Consent,
    Wish,
)
from services.households.domain.wish_errors import (
    ConsentNeeded,
    DelivererCannotConfirm,
    ProofNeeded,
    ReasonNeeded,
    WishClaimed,
    WishStepNotAllowed,
    WishStepNotYours,
)

_NEAR = frozenset({HOUSEHOLD, HELPER, OFFICIAL})
_SECOND_PERSON = frozenset({HOUSEHOLD, OFFICIAL})
_LETS_GO = frozenset({HOLDER, OFFICIAL})
STEPS: Mapping[tuple[str, str], frozenset[str]] = {
    (RECORDED, OPEN): _NEAR,
    (RECORDED, WITHDRAWN): _NEAR,
    (OPEN, RECORDED): _NEAR,
    (OPEN, CLAIMED): frozenset({DONOR, HELPER, OFFICIAL}),
    (OPEN, WITHDRAWN): _NEAR,
    (CLAIMED, OPEN): _LETS_GO,
    (CLAIMED, RECORDED): _NEAR,
    (CLAIMED, DELIVERED): frozenset({HOLDER}),
    (CLAIMED, WITHDRAWN): _NEAR,
    (DELIVERED, CONFIRMED): _SECOND_PERSON,
    (DELIVERED, OPEN): _SECOND_PERSON,
    (CONFIRMED, CLOSED): _SECOND_PERSON,
}
"""(from, to) → who may."""
_WITHOUT_CLAIM = frozenset({RECORDED, OPEN, WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Step:
    """What is said with a step. `through` and `witness` tell of a consent that another writes down."""

    to: str
    reason: str | None = None
    thanks: str | None = None
    through: str | None = None
    witness: str | None = None
    proofs: int = 0


def allowed_steps(wish: Wish, actor: Actor) -> list[str]:
    """The states that this person can bring the wish to, as it stands."""
    roles = _roles(wish, actor)
    return [to for (before, to), may in STEPS.items() if before == wish.state and roles & may]


def take_step(wish: Wish, step: Step, actor: Actor, now: datetime) -> Wish:
    """The wish after the step, as its next version; `wish` is as of now. Claiming is `claim_wish`.

    Raises WishStepNotAllowed, WishStepNotYours, ConsentNeeded, ProofNeeded, ReasonNeeded, DelivererCannotConfirm.
    """
    if step.to == CLAIMED:
        raise WishStepNotAllowed(state=wish.state, allowed=allowed_steps(wish, actor))
    _require_step(wish, step.to, actor)
    if wish.state == DELIVERED and wish.held_by(actor.subject):
        raise DelivererCannotConfirm
    if step.reason is None and (step.to == WITHDRAWN or (wish.state, step.to) == (DELIVERED, OPEN)):
        raise ReasonNeeded
    if step.to == DELIVERED and not step.proofs:
        raise ProofNeeded
    after = replace(wish, state=step.to, version=wish.version + 1)
    if step.to in _WITHOUT_CLAIM:
        after = replace(after, claim=None, delivered_at=None)
    if step.to == RECORDED:
        return replace(after, consent=None)
    if (wish.state, step.to) == (RECORDED, OPEN):
        return replace(after, consent=consent_given(actor, step.through, step.witness, now))
    if step.to == DELIVERED:
        return replace(after, delivered_at=now)
    if step.to == CLOSED:
        return replace(after, thanks=step.thanks)
    return after


def consent_given(actor: Actor, through: str | None, witness: str | None, now: datetime) -> Consent:
    """The household's own word needs nothing; a word that another writes down has a way and a witness.

    Raises ConsentNeeded.
    """
    if actor.role == HOUSEHOLD:
        return Consent(now, actor.subject, actor.name, "own")
    if through is None or witness is None:
        raise ConsentNeeded
    return Consent(now, actor.subject, actor.name, through, witness)


def claim_wish(
    wish: Wish, actor: Actor, claim_id: UUID, held: timedelta, now: datetime, behalf: str | None = None
) -> Wish:
    """The wish in this person's hands until `held` is over; `wish` is as of now.

    Raises WishClaimed when somebody holds it (the same person too), WishStepNotAllowed, WishStepNotYours.
    """
    if wish.state == CLAIMED and wish.claim is not None:
        raise WishClaimed(free_from=wish.claim.until.isoformat())
    _require_step(wish, CLAIMED, actor)
    claim = Claim(claim_id, actor.subject, actor.name, actor.role, now + held, behalf)
    return replace(wish, state=CLAIMED, claim=claim, version=wish.version + 1)


def _require_step(wish: Wish, to: str, actor: Actor) -> None:
    may = STEPS.get((wish.state, to))
    if may is None:
        raise WishStepNotAllowed(state=wish.state, allowed=allowed_steps(wish, actor))
    if not _roles(wish, actor) & may:
        raise WishStepNotYours


def _roles(wish: Wish, actor: Actor) -> frozenset[str]:
    return frozenset({actor.role, HOLDER}) if wish.held_by(actor.subject) else frozenset({actor.role})
