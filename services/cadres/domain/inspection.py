"""What is inspected, what was found, and which step may a finding take (督查、整改、回头看; report 四.8 第六, 第七)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.inspection_errors import (
    DeadlineOutside,
    FindingNotOfSample,
    FindingStepOutOfOrder,
    RecheckBySame,
)
from shared.errors import Failure

Population = Literal["households", "villages", "cadres"]
FindingState = Literal["open", "rectified", "closed"]
STEPS: Final[Mapping[FindingState, tuple[FindingState, ...]]] = {
    "open": ("rectified",),
    "rectified": ("closed", "open"),
    "closed": (),
}
"""整改 → 回头看: closed when it holds, open again when it does not."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One of a place, cycle and period: the sample is drawn once. `seed` is random, 32 hex digits."""

    inspection_id: UUID
    region_code: str
    cycle: str
    period: date
    population: Population
    size: int
    seed: str
    population_sha256: str
    sample: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """`item` is the drawn id that it is about; `rectified_by` the login of who said that it is put right."""

    finding_id: UUID
    village_code: str
    inspection_id: UUID
    item: str
    what: str
    found_on: date
    due_on: date
    state: FindingState = "open"
    rectified_by: str | None = None
    note: str | None = None
    version: int = 1


def may_record_finding(finding: Finding, inspection: Inspection, most_days: int) -> Failure | None:
    """None when it may, else the reason: about something that was drawn, due within the policy's days."""
    if finding.item not in inspection.sample:
        return FindingNotOfSample()
    within = 0 <= (finding.due_on - finding.found_on).days <= most_days
    return None if within else DeadlineOutside(most_days=most_days)


def may_move_finding(finding: Finding, to: FindingState, by: str) -> Failure | None:
    """None when it may, else the reason. Whoever rectified does not look at it again."""
    if to not in STEPS[finding.state]:
        return FindingStepOutOfOrder(allowed=list(STEPS[finding.state]))
    return RecheckBySame() if finding.state == "rectified" and by == finding.rectified_by else None
