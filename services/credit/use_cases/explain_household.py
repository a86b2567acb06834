"""Why is this household's grade what it is, what would raise it, and can the score be replayed?"""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from services.credit.domain.explain_grade import ASK_FOR_REVIEW, Reason, explain_grade
from services.credit.domain.raise_grade import Improvement, RaiseGrade
from services.credit.domain.record_errors import GradeNotFound
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.storage.card_repository import card_version
from services.credit.storage.fact_repository import file_at_version
from services.credit.storage.grade_repository import Grade, get_grade
from services.credit.use_cases.see_household import look_at
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Explanation:
    grade: Grade
    card: Card
    reasons: tuple[Reason, ...]
    improvements: tuple[Improvement, ...]
    points: dict[str, int | None]
    replayed: bool
    review: str = ASK_FOR_REVIEW


async def grade_of(connection: Connection, who: Principal, household_id: UUID, what: str = "grade") -> Grade:
    """Raises HouseholdNotFound for whoever may not see it, GradeNotFound when there is none yet."""
    await look_at(connection, who, household_id, what)
    grade = await get_grade(connection, household_id)
    if grade is None:
        raise GradeNotFound
    return grade


async def explain_household(connection: Connection, who: Principal, household_id: UUID) -> Explanation:
    """The reasons and improvements follow from the card and the bins that were stored with the score."""
    grade = await grade_of(connection, who, household_id, "explanation")
    card = await card_version(connection, grade.card_id, grade.card_version)
    ids = [attribute.id for attribute in card.attributes]
    points = dict(zip(ids, grade.points, strict=True))
    return Explanation(
        grade=grade,
        card=card,
        reasons=explain_grade(card, dict(zip(ids, grade.bins, strict=True)), grade.vetoes),
        improvements=raise_grade_on(card).improvements(grade.total, grade.band, points),
        points=points,
        replayed=await _replays(connection, card, grade),
    )


async def _replays(connection: Connection, card: Card, grade: Grade) -> bool:
    """Do the facts of that day, on that card, still give the same trace to the byte?"""
    facts = await file_at_version(connection, grade.household_id, grade.facts_version)
    return facts is not None and score(card, facts, grade.vetoes).trace_sha256 == grade.trace_sha256


@lru_cache(maxsize=32)
def raise_grade_on(card: Card) -> RaiseGrade:
    """One per card, because it keeps the ways that it has found."""
    return RaiseGrade(card)
