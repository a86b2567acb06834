"""What is inspected, what was found, and which step may a finding take (督查、整改、回头看; report 四.8 第六, 第七)?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from services.cadres.domain.inspection_errors import (
    DeadlineNotHere,
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
    return _deadline_outside(finding.due_on, finding.found_on, most_days)


@dataclass(frozen=True, slots=True)
class FindingStep:
    """`due_on` is the new day of a finding that is opened again."""

    to: FindingState
    by: str
    note: str
    on: date
    due_on: date | None = None


def may_move_finding(finding: Finding, step: FindingStep, most_days: int) -> Failure | None:
    """None when it may, else the reason. Whoever rectified does not look at it again."""
    if step.to not in STEPS[finding.state]:
        return FindingStepOutOfOrder(allowed=list(STEPS[finding.state]))
    if finding.state == "rectified" and step.by == finding.rectified_by:
        return RecheckBySame()
    if step.due_on is None:
        return None
    return _deadline_outside(step.due_on, step.on, most_days) if step.to == "open" else DeadlineNotHere()


def finding_after(finding: Finding, step: FindingStep, most_days: int) -> Finding:
    """What did not hold is put right by a new day: the one that was set, else the last that the policy allows."""
    due_on = (step.due_on or step.on + timedelta(days=most_days)) if step.to == "open" else finding.due_on
    rectified_by = step.by if step.to == "rectified" else finding.rectified_by
    return replace(
        finding, state=step.to, note=step.note, due_on=due_on, rectified_by=rectified_by, version=finding.version + 1
    )


def _deadline_outside(due_on: date, set_on: date, most_days: int) -> Failure | None:
    return None if 0 <= (due_on - set_on).days <= most_days else DeadlineOutside(most_days=most_days)
