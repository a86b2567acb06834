"""An organisation pairs with a village: 两新联万村, 支部结对共建, 联合党组织 (report 三.3, 四.2, 四.6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.unit import Unit, UnitKind
from services.cadres.domain.village_pairing_errors import (
    ActivityInFuture,
    ActivityOutsidePairing,
    UnitOfWrongKind,
    VillagePairingEnded,
    VillagePairingEndsBeforeStart,
)
from shared.errors import Failure

VillagePairingKind = Literal["enterprise", "branch", "joint_branch"]
ActivityKind = Literal["theme_day", "heart_talk", "party_lesson", "organisational_life", "survey"]
"""主题党日、交心谈心、党课、组织生活、调研"""
UNIT_KINDS: Final[Mapping[VillagePairingKind, frozenset[UnitKind]]] = {
    "enterprise": frozenset({"enterprise", "cooperative", "social_organisation"}),
    "branch": frozenset({"party_branch"}),
    "joint_branch": frozenset({"joint_branch"}),
}


@dataclass(frozen=True, slots=True)
class VillagePairing:
    """Holds from `started_on` up to, and not including, `ended_on`. `agreement`: number of what was signed."""

    village_pairing_id: UUID
    village_code: str
    unit_id: UUID
    kind: VillagePairingKind
    started_on: date
    agreement: str | None = None
    ended_on: date | None = None
    end_note: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Activity:
    activity_id: UUID
    village_code: str
    village_pairing_id: UUID
    kind: ActivityKind
    held_on: date
    people: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class YearlyActivity:
    """One of the year's activities: `done` with its days, `due` while the year runs, else `missed`."""

    kind: ActivityKind
    state: Literal["done", "due", "missed"]
    held_on: tuple[date, ...]


def may_pair_organisation(pairing: VillagePairing, unit: Unit) -> Failure | None:
    """None when the unit is of a kind that pairs like this, else the reason."""
    fitting = UNIT_KINDS[pairing.kind]
    return None if unit.kind in fitting else UnitOfWrongKind(unit_kind=unit.kind, allowed=sorted(fitting))


def may_end_village_pairing(pairing: VillagePairing, ends_on: date) -> Failure | None:
    if pairing.ended_on is not None:
        return VillagePairingEnded()
    return VillagePairingEndsBeforeStart() if ends_on < pairing.started_on else None


def may_record_activity(activity: Activity, pairing: VillagePairing, today: date) -> Failure | None:
    """None when it may, else the reason: a day of the pairing that has come."""
    if activity.held_on > today:
        return ActivityInFuture()
    over = pairing.ended_on is not None and activity.held_on >= pairing.ended_on
    return ActivityOutsidePairing() if over or activity.held_on < pairing.started_on else None


def yearly_activities(
    pairing: VillagePairing, held: Iterable[Activity], wanted: Sequence[ActivityKind], year: int, today: date
) -> list[YearlyActivity]:
    """What the pairing owes its village in a year, in the order `wanted`; nothing in a year that it did not see."""
    if pairing.started_on.year > year or (pairing.ended_on is not None and pairing.ended_on <= date(year, 1, 1)):
        return []
    days: dict[ActivityKind, list[date]] = {kind: [] for kind in wanted}
    for one in held:
        if one.held_on.year == year and one.kind in days:
            days[one.kind].append(one.held_on)
    over = today.year > year or (pairing.ended_on is not None and pairing.ended_on <= today)
    return [
        YearlyActivity(kind, "done" if on else ("missed" if over else "due"), tuple(sorted(on)))
        for kind, on in days.items()
    ]
