"""How do the places of a region stand in an inspection period, and which were not inspected at all (通报)?

What is published is frozen: a correction is published again, under the next number, with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from services.cadres.domain.inspection import Finding
from services.cadres.domain.inspection_errors import (
    BulletinCorrectsNothing,
    BulletinNeedsReason,
    BulletinPeriodOpen,
)
from services.cadres.domain.inspection_policy import Cycle, InspectionPolicy, period_end, period_start
from shared.errors import Failure


@dataclass(slots=True)
class BulletinCounts:
    """`drawn` counts what samples hold. Of the findings (`open` + `rectified` + `closed`) `overdue` are the open ones
    whose day is past."""

    inspections: int = 0
    drawn: int = 0
    findings: int = 0
    open: int = 0
    overdue: int = 0
    rectified: int = 0
    closed: int = 0

    def add(self, other: "BulletinCounts") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Of the period from `begins` up to, and not including, `ends`. `by_place` has a line for each place next below,
    also for those without any inspection; what was drawn for the region as a whole is in `total` only."""

    region_code: str
    cycle: Cycle
    begins: date
    ends: date
    total: BulletinCounts = field(default_factory=BulletinCounts)
    by_place: Mapping[str, BulletinCounts] = field(default_factory=dict)

    @property
    def not_inspected(self) -> list[str]:
        return [code for code, counts in self.by_place.items() if counts.inspections == 0]


def bulletin_of(
    region: str, cycle: Cycle, day: date, places: Iterable[str], counted: Iterable[tuple[str, BulletinCounts]]
) -> Bulletin:
    """`places`: codes next below the region; `counted`: counts by the code of the place that they were made in."""
    begins = period_start(cycle, day)
    made = Bulletin(region, cycle, begins, period_end(cycle, begins), by_place={c: BulletinCounts() for c in places})
    length = max(map(len, made.by_place), default=0)
    for code, counts in counted:
        made.total.add(counts)
        if code[:length] in made.by_place:
            made.by_place[code[:length]].add(counts)
    return made


def covered_cycles(policy: InspectionPolicy, cycle: Cycle) -> list[str]:
    """Inspections of which cycles does its bulletin tell of? Of its own and of shorter ones: of quarters."""
    return [one.code for one in policy.cycles if one.about == cycle.about and one.months <= cycle.months]


@dataclass(frozen=True, slots=True)
class SeenBulletin:
    """`names`: code → name of every place that is named; `findings` is empty unless they were asked for."""

    bulletin: Bulletin
    names: Mapping[str, str]
    findings: Sequence[Finding]
    today: date


def may_publish(bulletin: Bulletin, published: int, correction: str | None, today: date) -> Failure | None:
    """None when it may, else the reason. `published`: how often the bulletin of this period was published before."""
    if today < bulletin.ends:
        return BulletinPeriodOpen(ends=str(bulletin.ends))
    if published and correction is None:
        return BulletinNeedsReason(number=published)
    return BulletinCorrectsNothing() if not published and correction is not None else None
