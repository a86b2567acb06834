"""Who gets how much of a village's distributable income? (三个1/3 股权量化分红, the report's part 三)

The income is shared in parts (policy data: thirds) between the collective, the poor members and the ordinary members.
A part is shared within its pool by weights. Both times the largest remainders get the cents that are left: equal
remainders in the order collective, poor, ordinary; within a pool in the order of the members' ids, whatever the order
in which they were listed. A poor member is in the ordinary pool too only if the village says so. The part of a pool
that nobody is in stays with the collective.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.households.domain.largest_remainder import largest_remainder

Pool = Literal["poor", "ordinary"]
POOLS: tuple[Pool, ...] = ("poor", "ordinary")
PARTS = ("collective", *POOLS)


@dataclass(frozen=True, slots=True)
class Shareholder:
    """A member of the village's collective; `weight` in hundredths of a share, 0 for who holds none."""

    household_id: UUID
    member_id: UUID
    name: str
    poor: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one member gets out of one pool; money in cents."""

    pool: Pool
    household_id: UUID
    member_id: UUID
    name: str
    weight: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """`parts` are the collective's, poor and ordinary members' sums, `lines` who gets what, pool by pool."""

    parts: Mapping[str, int]
    lines: tuple[Line, ...]

    @property
    def collective_cents(self) -> int:
        return self.parts["collective"]


def distribute(
    income_cents: int, shareholders: Iterable[Shareholder], part_weights: Mapping[str, int], *, poor_also_ordinary: bool
) -> Distribution:
    """The whole income to the cent; `part_weights` names the three parts."""
    holding = sorted((one for one in shareholders if one.weight > 0), key=lambda one: one.member_id)
    pools: dict[Pool, Sequence[Shareholder]] = {
        "poor": [one for one in holding if one.poor],
        "ordinary": [one for one in holding if poor_also_ordinary or not one.poor],
    }
    in_order = {number: part_weights[part] for number, part in enumerate(PARTS)}
    parts = {PARTS[number]: cents for number, cents in largest_remainder(income_cents, in_order).items()}
    for pool in POOLS:
        if not pools[pool]:
            parts["collective"] += parts[pool]
            parts[pool] = 0
    lines = [line for pool in POOLS if pools[pool] for line in _lines(pool, parts[pool], pools[pool])]
    return Distribution(parts, tuple(lines))


def _lines(pool: Pool, cents: int, members: Sequence[Shareholder]) -> Iterable[Line]:
    shares = largest_remainder(cents, {one.member_id: one.weight for one in members})
    for one in members:
        yield Line(pool, one.household_id, one.member_id, one.name, one.weight, shares[one.member_id])
