"""Why is this household's grade what it is, what would raise it, what does time do, and can the score be replayed?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from services.credit.domain.decided_by_person import decided_by_person
from services.credit.domain.explain_grade import ASK_FOR_REVIEW, Reason, explain_grade
from services.credit.domain.loan_facts import ReportedLoan
from services.credit.domain.raise_grade import Improvement, RaiseGrade
from services.credit.domain.record_errors import GradeNotFound
from services.credit.domain.score_household import score
from services.credit.domain.scorecard import Card
from services.credit.domain.time_only import TimeOnly, time_only
from services.credit.storage.card_repository import card_version
from services.credit.storage.fact_repository import file_at_version
from services.credit.storage.grade_repository import Grade, get_grade
from services.credit.storage.loan_fact_repository import reported_loans
from services.credit.use_cases.see_household import look_at
from services.credit.use_cases.share_negative_facts import statements_to
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class GradeWithReasons:
    """`review` says how to have it looked at by a person (PIPL 24).

    `decision`: what is said of a grade that a person set. `statements`: what the household says to negative facts among
    the reasons, by code.
    """

    grade: Grade
    card: Card
    reasons: tuple[Reason, ...]
    decision: str | None
    statements: tuple[tuple[str, str], ...] = ()
    review: str = ASK_FOR_REVIEW


@dataclass(frozen=True, slots=True)
class Explanation:
    graded: GradeWithReasons
    improvements: tuple[Improvement, ...]
    time_only: tuple[TimeOnly, ...]
    points: dict[str, int | None]
    replayed: bool


async def grade_of(
    connection: Connection, clock: Clock, who: Principal, household_id: UUID, what: str = "grade"
) -> GradeWithReasons:
    """Raises HouseholdNotFound for whoever may not see it, GradeNotFound when there is none yet.

    The reasons follow from the card and the bins that were stored with the score.
    """
    await look_at(connection, who, household_id, what)
    grade = await get_grade(connection, household_id)
    if grade is None:
        raise GradeNotFound
    card = await card_version(connection, grade.card_id, grade.card_version)
    graded = with_reasons(card, grade)
    codes = [reason.code for reason in graded.reasons]
    said = await statements_to(connection, household_id, card, codes, clock.today())
    return replace(graded, statements=tuple(said))


async def explain_household(
    connection: Connection, clock: Clock, who: Principal, household_id: UUID, what: str = "explanation"
) -> Explanation:
    """Raises as `grade_of` does; `what`: of which look the household reads."""
    graded = await grade_of(connection, clock, who, household_id, what)
    loans = (await reported_loans(connection, [household_id])).get(household_id, ())
    facts = await file_at_version(connection, household_id, graded.grade.facts_version)
    return explained(graded, facts, loans)


def with_reasons(card: Card, grade: Grade) -> GradeWithReasons:
    """Without what the household says to them."""
    bins = dict(zip((attribute.id for attribute in card.attributes), grade.bins, strict=True))
    decision = decided_by_person(card, grade.total, grade.band)
    return GradeWithReasons(grade, card, explain_grade(card, bins, grade.vetoes), decision)


def explained(graded: GradeWithReasons, facts: Mapping[str, Any] | None, loans: Sequence[ReportedLoan]) -> Explanation:
    """`facts` are those of the scoring, None when they are kept no longer; `loans` what banks have reported until now.

    The improvements follow from the points that were stored with the score, the days on which time alone helps from
    the loans.
    """
    grade, card = graded.grade, graded.card
    points = dict(zip((attribute.id for attribute in card.attributes), grade.points, strict=True))
    bins = dict(zip(points, grade.bins, strict=True))
    return Explanation(
        graded=graded,
        improvements=raise_grade_on(card).improvements(grade.total, grade.band, points),
        time_only=time_only(card, points, bins, loans, grade.as_of),
        points=points,
        replayed=facts is not None and score(card, facts, grade.vetoes).trace_sha256 == grade.trace_sha256,
    )


@lru_cache(maxsize=32)
def raise_grade_on(card: Card) -> RaiseGrade:
    """One per card, because it keeps the ways that it has found."""
    return RaiseGrade(card)
