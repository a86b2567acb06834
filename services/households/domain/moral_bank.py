"""What earns a household moral points, and what are they good for? (乡村道德银行, 四议四调四评)

Points are earned by rules (policy data under the four reviews) with evidence, confirmed by a second person, and
exchanged for goods, nothing else. Nothing that decides on money or credit may know of them: an import contract holds
it, and this module's storage has no way into the feed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.households.domain.moral_bank_errors import (
    MoralDayAhead,
    MoralGoodsNotMoney,
    MoralOtherPersonNeeded,
    MoralRuleEnough,
    MoralRuleUnknown,
    MoralStepNotAllowed,
)
from shared.errors import Failure

ClaimState = Literal["proposed", "confirmed", "refused", "withdrawn"]
STEPS: dict[ClaimState, tuple[ClaimState, ...]] = {
    "proposed": ("confirmed", "refused"),
    "confirmed": ("withdrawn",),
    "refused": (),
    "withdrawn": (),
}


@dataclass(frozen=True, slots=True)
class MoralRule:
    """`review` is the one of the four (四评) that it belongs to, `most_a_year` how often it counts in a household."""

    code: str
    name: str
    review: str
    points: int
    most_a_year: int


@dataclass(frozen=True, slots=True)
class MoralPolicy:
    """`councils` and `mediations` are the steps of 四议 and 四调; `never_goods` words that no reward may have."""

    valid_from: date
    councils: tuple[str, ...]
    mediations: tuple[str, ...]
    reviews: Mapping[str, str]
    rules: Mapping[str, MoralRule]
    never_goods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a household did; `points` are those of the rule on that day."""

    household_id: UUID
    claim_id: UUID
    rule: str
    points: int
    happened_on: date
    evidence: str
    proposed_by: str
    state: ClaimState = "proposed"
    decided_by: str | None = None
    note: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Goods:
    """What a village gives for points: `points` apiece, `stock` pieces left."""

    village_code: str
    goods_id: UUID
    name: str
    points: int
    stock: int
    version: int = 1


def moral_policy_at(policies: Sequence[MoralPolicy], day: date) -> MoralPolicy:
    """The youngest policy that has begun; the oldest for a day before all of them."""
    by_age = sorted(policies, key=lambda policy: policy.valid_from)
    begun = [policy for policy in by_age if policy.valid_from <= day]
    return begun[-1] if begun else by_age[0]


def may_claim(
    rule: str, happened_on: date, others: Iterable[Claim], policy: MoralPolicy, today: date
) -> Failure | None:
    """None when it may be proposed. `others` are the household's claims so far."""
    if happened_on > today:
        return MoralDayAhead()
    known = policy.rules.get(rule)
    if known is None:
        return MoralRuleUnknown(allowed=list(policy.rules))
    same = sum(
        one.rule == rule and one.happened_on.year == happened_on.year and one.state in ("proposed", "confirmed")
        for one in others
    )
    return MoralRuleEnough(most=known.most_a_year) if same >= known.most_a_year else None


def may_decide_claim(claim: Claim, to: ClaimState, person: str) -> Failure | None:
    """Confirmed or refused by somebody else than who proposed it, withdrawn by somebody else than who confirmed it."""
    if to not in STEPS[claim.state]:
        return MoralStepNotAllowed(allowed=list(STEPS[claim.state]))
    before = claim.proposed_by if claim.state == "proposed" else claim.decided_by
    return MoralOtherPersonNeeded() if person == before else None


def may_be_goods(name: str, policy: MoralPolicy) -> Failure | None:
    """Points are good for goods only."""
    return MoralGoodsNotMoney() if any(word in name for word in policy.never_goods) else None
