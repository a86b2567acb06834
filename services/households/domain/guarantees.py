"""Which of the six guarantees does a household have: 两不愁三保障 and drinking water (饮水安全)?

Food and clothing (吃、穿), compulsory schooling (义务教育), basic medical insurance (基本医疗), safe housing (住房安全)
and drinking water. Each is yes, no or unknown; a yes or a no says when it was seen and by what evidence (report 四.8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.households.domain.monitoring_errors import GuaranteesUnproven

GUARANTEES = ("food", "clothing", "schooling", "medical_insurance", "housing", "water")
STATES = ("yes", "no", "unknown")


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`checked_on`: the day on which somebody saw it; `evidence`: what they saw."""

    state: str = "unknown"
    checked_on: date | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class GuaranteeSheet:
    """All six, as they stand since `version`. Of a household that nobody has checked, version 1 knows nothing."""

    guarantees: Mapping[str, Guarantee]
    version: int = 1

    def with_state(self, state: str) -> tuple[str, ...]:
        """The guarantees of that state, in the order in which they are always named."""
        return tuple(name for name in GUARANTEES if self.guarantees[name].state == state)

    @property
    def all_met(self) -> bool:
        """Are all six yes? An unknown one is not met."""
        return len(self.with_state("yes")) == len(GUARANTEES)


UNCHECKED = GuaranteeSheet({name: Guarantee() for name in GUARANTEES})


def newly_missing(before: GuaranteeSheet, after: GuaranteeSheet) -> tuple[str, ...]:
    """Which guarantees were not known to be missing before, and are now?"""
    known = before.with_state("no")
    return tuple(name for name in after.with_state("no") if name not in known)


def require_evidence(guarantees: Mapping[str, Guarantee], today: date) -> None:
    """A yes or a no needs a day, not after today, and evidence; unknown has neither. Raises GuaranteesUnproven."""
    errors = [
        {"pointer": f"/guarantees/{name}/{field}", "code": code, "message": _SENTENCES[code]}
        for name in GUARANTEES
        for field, code in _faults(guarantees[name], today)
    ]
    if errors:
        raise GuaranteesUnproven(errors=errors)


def _faults(guarantee: Guarantee, today: date) -> list[tuple[str, str]]:
    if guarantee.state == "unknown":
        said = {"checked_on": guarantee.checked_on, "evidence": guarantee.evidence}
        return [(field, "guarantee_unknown_with_evidence") for field, value in said.items() if value is not None]
    faults = []
    if guarantee.checked_on is None:
        faults.append(("checked_on", "guarantee_day_missing"))
    elif guarantee.checked_on > today:
        faults.append(("checked_on", "guarantee_day_to_come"))
    if guarantee.evidence is None:
        faults.append(("evidence", "guarantee_evidence_missing"))
    return faults


_SENTENCES = {
    "guarantee_day_missing": "填了“有”或“没有”，就要写明哪一天核实的。",
    "guarantee_day_to_come": "核实日期不能晚于今天。",
    "guarantee_evidence_missing": "填了“有”或“没有”，就要写明凭什么（看到什么、什么证明）。",
    "guarantee_unknown_with_evidence": "填了“不清楚”，就不要再填日期和依据；已经核实的请改成“有”或“没有”。",
}
