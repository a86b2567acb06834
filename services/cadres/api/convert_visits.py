"""Between the shapes of visits and the domain's."""

from uuid import UUID

from services.cadres.api.schemas_visits import VisitFindingIn, VisitFindingOut, VisitIn, VisitOut, VoidOut
from services.cadres.domain.visit import Visit
from services.cadres.domain.visit_finding import VisitFinding
from services.cadres.storage.visit_repository import EnteredVisit, Outcome

_NOWHERE = UUID(int=0)


def visit_of(body: VisitIn) -> Visit:
    """Without its village and its cadre, which the use case knows."""
    return Visit(
        household_id=body.household_id,
        visit_id=body.visit_id,
        village_code="",
        cadre_id=_NOWHERE,
        kind=body.kind,
        visited_at=body.visited_at,
        participants=tuple(body.participants),
        note=body.note,
        findings=tuple(_finding_of(one) for one in body.findings),
    )


def visit_out(entered: EnteredVisit) -> VisitOut:
    return VisitOut.model_validate(visit_values(entered))


def visit_values(entered: EnteredVisit) -> dict[str, object]:
    visit = entered.visit
    own = ("visit_id", "household_id", "village_code", "cadre_id", "kind", "visited_at", "note")
    findings = [_finding_out(one, answer) for one, answer in zip(visit.findings, entered.outcomes, strict=True)]
    return {name: getattr(visit, name) for name in own} | {
        "cadre_name": entered.cadre_name,
        "entered_at": entered.entered_at,
        "participants": list(visit.participants),
        "findings": findings,
        "void": visit.void and VoidOut.model_validate(visit.void, from_attributes=True),
    }


def _finding_of(body: VisitFindingIn) -> VisitFinding:
    details = body.model_dump(mode="json", exclude={"kind", "what"}, exclude_none=True)
    return VisitFinding(body.kind, body.what, details)


def _finding_out(finding: VisitFinding, answer: Outcome | None) -> VisitFindingOut:
    return VisitFindingOut.model_validate(
        {
            "kind": finding.kind,
            "what": finding.what,
            **finding.details,
            "outcome": answer and answer.state,
            "outcome_code": answer and answer.code,
            "outcome_message": answer and answer.message,
        }
    )
