"""An official proposes the appraisal of a cadre's year; the person is told, and a second person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.appraisal import Appraisal, Deduction, Figure, Outcome, outcome_of
from services.cadres.domain.appraisal_errors import AppraisalSchemeMissing, VoteStillOpen
from services.cadres.domain.appraisal_scheme import GRADE_TEXTS, Scheme, pool_of, scheme_of_year
from services.cadres.domain.cadre import Cadre
from services.cadres.domain.decision import Decision
from services.cadres.domain.evaluation import may_tell, result_of
from services.cadres.domain.may_appraise import may_appraise, points_text
from services.cadres.domain.peoples_vote import ToldVote, vote_of_year
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.appraisal_repository import add_appraisal, personal_file
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.evaluation_repository import EvaluationRepository
from services.cadres.use_cases.decide_about_cadre import begin_decision, require_other_cadre
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is said of a cadre's year: by others, and what is taken off. `evaluation` is the people's vote where it was
    not held here."""

    cadre_id: UUID
    year: int
    province: Figure
    evaluation: Figure | None
    deductions: tuple[Deduction, ...]
    outstanding: bool


async def propose_appraisal(
    connection: Connection,
    cadres: CadreRepository,
    evaluations: EvaluationRepository,
    schemes: Sequence[Scheme],
    policies: Sequence[Policy],
    clock: Clock,
    who: Principal,
    proposal: Proposal,
) -> UUID:
    """The case of its decision, with which the notice is given.

    Raises CadreNotFound, DecisionNeedsOtherPerson, AppraisalSchemeMissing, VoteStillOpen and the reasons of
    `vote_of_year` and `may_appraise`.
    """
    cadre = await require_other_cadre(connection, cadres, who, proposal.cadre_id)
    scheme = scheme_of_year(schemes, proposal.year)
    if scheme is None:
        raise AppraisalSchemeMissing(year=proposal.year)
    today = clock.today()
    vote = vote_of_year(await _told_votes(connection, evaluations, proposal, today), scheme, proposal.evaluation)
    appraisal = _appraisal(proposal, cadre, scheme, vote)
    file = await personal_file(connection, cadre.cadre_id)
    if (refusal := may_appraise(appraisal, cadre, file, policy_at(policies, today), today)) is not None:
        raise refusal
    outcome = outcome_of(appraisal)
    decision = Decision(
        cadre_id=cadre.cadre_id,
        case_id=appraisal.case_id,
        region_code=cadre.region_code,
        kind="appraisal",
        reason=f"{appraisal.year} 年度考核：{GRADE_TEXTS[outcome.grade]}，{points_text(outcome.total)} 分",
        evidence=f"{scheme.title}（{scheme.version}）；{appraisal.province.reference}；{appraisal.evaluation.reference}",
        noticed_on=today,
        noticed_by=who.subject,
        year=appraisal.year,
    )
    await begin_decision(connection, clock, who, decision, _facts(appraisal, outcome))
    await add_appraisal(connection, appraisal)
    return appraisal.case_id


async def _told_votes(
    connection: Connection, evaluations: EvaluationRepository, proposal: Proposal, today: date
) -> list[ToldVote]:
    """What the democratic evaluations of the year told. Raises VoteStillOpen, TallyBroken."""
    told = []
    for held in await evaluations.of_cadre(connection, proposal.cadre_id, proposal.year):
        if may_tell(held, today) is not None:
            raise VoteStillOpen(last_day=str(held.last_day))
        result = result_of(held, *await evaluations.counts(connection, held))
        told.append(ToldVote(held.evaluation_id, result.votes))
    return told


def _appraisal(proposal: Proposal, cadre: Cadre, scheme: Scheme, vote: Figure) -> Appraisal:
    return Appraisal(
        cadre_id=cadre.cadre_id,
        case_id=new_id(),
        year=proposal.year,
        pool=pool_of(cadre.region_code),
        scheme=scheme,
        province=proposal.province,
        evaluation=vote,
        deductions=proposal.deductions,
        outstanding=proposal.outstanding,
    )


def _facts(appraisal: Appraisal, outcome: Outcome) -> Mapping[str, Any]:
    """What the chain keeps of it: from these facts the figure can be worked out again by hand."""
    lines = [
        {"code": line.deduction.code, "points": line.kind.points, "evidence": line.deduction.evidence}
        for line in outcome.lines
    ]
    return {
        "scheme": appraisal.scheme.version,
        "province": appraisal.province.points,
        "local": outcome.local,
        "evaluation": appraisal.evaluation.points,
        "deductions": lines,
        "total": outcome.total,
        "grade": outcome.grade,
    }
