"""The engine scores the files of cases, with the village's reviews where a meeting gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.domain.grade_case import Bearing, CaseScore, GradeCase, Move
from services.credit.domain.grade_state import COURSE, State
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.domain.village_reviewers import counted_reviews
from services.credit.storage.card_repository import card_in_force, card_version
from services.credit.storage.case_files import files_of
from services.credit.storage.fact_repository import file_at_version, save_file
from shared.db import Connection


async def score_cases(
    connection: Connection, moves: Sequence[tuple[GradeCase, Move]], card_id: str, today: date
) -> Mapping[UUID, CaseScore]:
    """Scores by case id, for moves to SCORED (on the card in force) and VILLAGE_REVIEW (on the card of before).

    The village's reviews go into the file as its next version, so that the score can be replayed.
    """
    scored: dict[UUID, CaseScore] = {}
    asked = [(case, move) for case, move in moves if move.to in (State.SCORED, State.VILLAGE_REVIEW)]
    files = await files_of(connection, [case.household_id for case, _ in asked], today) if asked else {}
    for case, move in asked:
        file = files[case.household_id]
        facts, version = file.facts, file.version
        if move.to is State.VILLAGE_REVIEW:
            facts = {**facts, "reviews": list(counted_reviews(move.reviewers))}
            version = await save_file(
                connection,
                case.household_id,
                file.village_code,
                facts,
                expected_version=version,
                source="village_review",
                entered_by=move.actor,
            )
        if case.score is None:
            card, as_of = await card_in_force(connection, card_id, today), today
        else:
            card, as_of = await card_version(connection, case.score.card_id, case.score.card_version), case.score.as_of
        scored[case.case_id] = case_score(card, as_of, facts, file.vetoes, version)
    return scored


async def under_vetoes_of_today(connection: Connection, case: GradeCase, bearing: Bearing) -> GradeCase:
    """A case on its course whose score was found under other vetoes than stand today: with the score of the same facts.

    So a veto that was cleared after the village's meeting does not hold the household up for good.
    """
    if case.state not in COURSE or case.score is None or set(case.score.vetoes) == set(bearing.vetoes):
        return case
    facts = await file_at_version(connection, case.household_id, case.score.facts_version)
    if facts is None:
        return case
    card = await card_version(connection, case.score.card_id, case.score.card_version)
    score = case_score(card, case.score.as_of, facts, bearing.vetoes, case.score.facts_version)
    return replace(case, score=score)


def case_score(
    card: Card, as_of: date, facts: Mapping[str, Any], vetoes: Sequence[str], facts_version: int
) -> CaseScore:
    found = score(card, facts, vetoes)
    return CaseScore(
        card_id=card.id,
        card_version=card.version,
        as_of=as_of,
        facts_version=facts_version,
        total=found.total,
        band=found.band,
        bins=tuple(found.bins.values()),
        points=tuple(found.points.values()),
        vetoes=found.vetoes,
        trace_sha256=found.trace_sha256,
    )
