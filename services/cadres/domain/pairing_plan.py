"""Which cadre shall answer for which household? (结对帮扶: 整单位、整县一次安排)

In this order: bounds of the rank are never passed; pairs that may stay stay; as many households as can be are covered,
monitored ones first, then the longest registered; loads differ by one at most where bounds and kept pairs allow; as
many as can be have a cadre of their own township, then of their county, then of their village.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import attrgetter
from typing import Literal
from uuid import UUID

from services.cadres.domain.even_loads import even_loads
from services.cadres.domain.near_places import matched_nearby

LeftOutReason = Literal["no_cadre", "bounds_reached"]


@dataclass(frozen=True, slots=True)
class PlanCadre:
    """`held` are the households that the cadre answers for, wherever they are; `most` is the bound of the rank.

    One who is not `eligible` (left, of another unit or place) may keep pairs but gets none. `version` is that of the
    cadre's record, for telling later whether the plan still speaks of the same.
    """

    cadre_id: UUID
    region_code: str
    held: int
    most: int
    eligible: bool = True
    in_office: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class PlanHousehold:
    """A registered poor household and the pairing that it has, if any."""

    household_id: UUID
    village_code: str
    monitored: bool = False
    cadre_id: UUID | None = None
    pairing_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A household that gets a cadre; `before` is the pairing that ends by it, if it had one."""

    household: PlanHousehold
    cadre_id: UUID

    @property
    def before(self) -> UUID | None:
        return self.household.pairing_id


@dataclass(frozen=True, slots=True)
class PairingPlan:
    """Every household is in exactly one of `kept`, `lines`, `left_out`. `given` counts the new households a cadre."""

    kept: Sequence[PlanHousehold]
    lines: Sequence[PlanLine]
    left_out: Sequence[PlanHousehold]
    left_out_reason: LeftOutReason | None
    given: Mapping[UUID, int] = field(default_factory=dict)
    loads: Mapping[UUID, int] = field(default_factory=dict)


def plan_pairings(households: Iterable[PlanHousehold], cadres: Iterable[PlanCadre]) -> PairingPlan:
    """The same for the same households and cadres in whatever order. Every paired household's cadre is among them."""
    in_order = sorted(households, key=lambda one: (one.village_code, one.household_id.int))
    people = {one.cadre_id: one for one in sorted(cadres, key=lambda one: one.cadre_id.int)}
    released = _released(in_order, people)
    kept = [one for one in in_order if one.cadre_id is not None and one.household_id not in released]
    still_held = _still_held(in_order, released, people)
    open_cadres = [one for one in people.values() if one.eligible and one.in_office]
    room = sum(max(0, one.most - still_held[one.cadre_id]) for one in open_cadres)
    waiting = [one for one in in_order if one.cadre_id is None or one.household_id in released]
    covered, left_out = _covered_first(waiting, room)
    given = even_loads(
        [(one.cadre_id, one.region_code, still_held[one.cadre_id], one.most) for one in open_cadres],
        Counter(one.village_code for one in covered),
    )
    places = [slot for one in open_cadres for slot in repeat((one.region_code, one.cadre_id), given[one.cadre_id])]
    pairs = matched_nearby([(one.village_code, one) for one in covered], places)
    lines = [PlanLine(household, cadre_id) for household, cadre_id in pairs]
    return PairingPlan(
        kept=kept,
        lines=sorted(lines, key=lambda line: (line.household.village_code, line.household.household_id.int)),
        left_out=left_out,
        left_out_reason=("bounds_reached" if open_cadres else "no_cadre") if left_out else None,
        given=given,
        loads={cadre_id: still_held[cadre_id] + count for cadre_id, count in given.items()},
    )


def _released(households: Sequence[PlanHousehold], cadres: Mapping[UUID, PlanCadre]) -> set[UUID]:
    """Households that cannot stay with their cadre: it left office, or its rank's bound is passed (youngest first)."""
    released = set()
    over = {one.cadre_id: one.held - (one.most if one.in_office else 0) for one in cadres.values()}
    for one in sorted(households, key=attrgetter("household_id.int"), reverse=True):
        if one.cadre_id is not None and over[one.cadre_id] > 0:
            over[one.cadre_id] -= 1
            released.add(one.household_id)
    return released


def _still_held(
    households: Sequence[PlanHousehold], released: set[UUID], cadres: Mapping[UUID, PlanCadre]
) -> dict[UUID, int]:
    held = {one.cadre_id: one.held for one in cadres.values()}
    for one in households:
        if one.household_id in released and one.cadre_id is not None:
            held[one.cadre_id] -= 1
    return held


def _covered_first(
    waiting: Sequence[PlanHousehold], room: int
) -> tuple[Sequence[PlanHousehold], Sequence[PlanHousehold]]:
    """Those that get a cadre and those that do not: ids are minted in the order of registration."""
    if len(waiting) <= room:
        return waiting, ()
    first = sorted(waiting, key=lambda one: (not one.monitored, one.household_id.int))[:room]
    chosen = {one.household_id for one in first}
    return (
        [one for one in waiting if one.household_id in chosen],
        [one for one in waiting if one.household_id not in chosen],
    )
