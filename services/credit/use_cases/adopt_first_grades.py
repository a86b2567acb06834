"""A grade that a run first set is given its case when something happens to it: a veto, an objection, its review."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.credit.domain.first_case import first_case, first_steps
from services.credit.domain.grade_case import Bearing, CaseScore, GradeCase
from services.credit.domain.scorecard import NOT_RATED, VETOED
from services.credit.storage.card_repository import card_version
from services.credit.storage.case_repository import add_cases_once
from services.credit.storage.course_log import grade_log
from services.credit.storage.fact_repository import file_at_version
from services.credit.storage.grade_repository import FirstGrade, first_grades
from services.credit.use_cases.grade_takes_effect import grades_follow
from services.credit.use_cases.score_case import case_score
from shared.clock import day_of
from shared.course_log import Taken
from shared.db import Connection


async def adopt_first_grades(connection: Connection, household_ids: Collection[UUID], at: datetime) -> None:
    """Opens the cases of those of these households whose grade was first set, is not over and has none yet.

    Whoever was not rated then has no grade to look after.
    """
    opened: dict[UUID, tuple[FirstGrade, list[tuple[GradeCase, str]]]] = {}
    for first in await first_grades(connection, household_ids):
        grade = first.grade
        if grade.band == NOT_RATED or grade.valid_until < day_of(at):
            continue
        score = await _score_without_veto(connection, first)
        if score is not None:
            days, people = (grade.effective_on, grade.valid_until), (first.ordered_by, first.confirmed_by)
            case = first_case(grade.household_id, first.run_id, grade.village_code, score, days, people)
            opened[case.case_id] = (first, first_steps(case, vetoed=grade.band == VETOED))
    if not opened:
        return
    added = await add_cases_once(connection, [steps[-1][0] for _, steps in opened.values()], "system")
    new = [one for case_id, one in opened.items() if case_id in added]
    taken = [Taken(case, actor, at, _facts(first)) for first, steps in new for case, actor in steps]
    await grade_log.append(connection, taken)
    after = [(steps[-1][0], Bearing(vetoes=tuple(first.grade.vetoes))) for first, steps in new]
    await grades_follow(connection, after, "system", at)


async def _score_without_veto(connection: Connection, first: FirstGrade) -> CaseScore | None:
    """What the run said; where it found a veto, what the same facts score without. None when they are kept no more."""
    grade = first.grade
    if grade.band != VETOED:
        return CaseScore(
            card_id=grade.card_id,
            card_version=grade.card_version,
            as_of=grade.as_of,
            facts_version=grade.facts_version,
            total=grade.total,
            band=grade.band,
            bins=tuple(grade.bins),
            points=tuple(grade.points),
            vetoes=tuple(grade.vetoes),
            trace_sha256=grade.trace_sha256,
        )
    facts = await file_at_version(connection, grade.household_id, grade.facts_version)
    if facts is None:
        return None
    card = await card_version(connection, grade.card_id, grade.card_version)
    return case_score(card, grade.as_of, facts, (), grade.facts_version)


def _facts(first: FirstGrade) -> dict[str, object]:
    return {
        "basis": first.grade.basis,
        "run_id": str(first.run_id),
        "ordered_by": first.ordered_by,
        "effective_on": first.grade.effective_on.isoformat(),
        "trace_sha256": first.grade.trace_sha256,
    }
