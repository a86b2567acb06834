"""May this cadre's visit (走访) to a household be entered as it is told?

It is entered once, perhaps days later from a phone that was offline: any past hour counts, and no place is asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.cadres.domain.visit_errors import (
    VisitAhead,
    VisitFindingsUnclear,
    VisitKindUnknown,
    VisitNotYours,
    VisitVoidAlready,
    VisitVoidNotYours,
)
from services.cadres.domain.visit_finding import VisitFinding, finding_faults
from shared.errors import Failure


@dataclass(frozen=True, slots=True)
class VoidMark:
    """That a visit was entered wrongly (作废): when, by whom, and why. The visit itself stays to be read."""

    at: datetime
    by: str
    by_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """`visited_at` is the device's time; `participants` came along."""

    household_id: UUID
    visit_id: UUID
    village_code: str
    cadre_id: UUID
    kind: str
    visited_at: datetime
    participants: tuple[str, ...]
    note: str | None
    findings: tuple[VisitFinding, ...]
    void: VoidMark | None = None

    def finding_id(self, number: int) -> UUID:
        """The same for the same finding of the same visit, however often it is told."""
        return uuid5(self.visit_id, str(number))


def may_enter_visit(visit: Visit, *, helped: bool, kinds: frozenset[str], now: datetime) -> Failure | None:
    """`helped`: the cadre answered for the household, or served its village, on the day of the visit."""
    if not helped:
        return VisitNotYours()
    if visit.kind not in kinds:
        return VisitKindUnknown(kinds=sorted(kinds), errors=[_at("/kind", VisitKindUnknown)])
    if visit.visited_at > now:
        return VisitAhead(errors=[_at("/visited_at", VisitAhead)])
    faults = finding_faults(visit.findings)
    return VisitFindingsUnclear(errors=faults) if faults else None


def may_void_visit(visit: Visit, *, author: bool, superior: bool) -> Failure | None:
    """None when it may, else the reason: by who entered it, or an official of the place, once."""
    if not author and not superior:
        return VisitVoidNotYours()
    return VisitVoidAlready() if visit.void is not None else None


def _at(pointer: str, failure: type[VisitAhead | VisitKindUnknown]) -> dict[str, str]:
    return {"pointer": pointer, "code": failure.code, "message": failure.message}
