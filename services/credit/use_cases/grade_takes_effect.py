"""What a move of a case does to the grade that everybody reads.

From EFFECTIVE on the case is its household's grade, instead of any before; suspended, it reads as vetoed, by a score of
the same facts under the vetoes that stand; ended, it counts no more.
"""

from collections.abc import Sequence
from datetime import datetime

from services.credit.domain.grade_case import Bearing, CaseScore, GradeCase, Move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_state import ENDED, IN_EFFECT, State
from services.credit.domain.scorecard import VETOED
from services.credit.storage.card_repository import card_version
from services.credit.storage.case_repository import cases_of_households, save_cases
from services.credit.storage.course_log import grade_log
from services.credit.storage.fact_repository import file_at_version
from services.credit.storage.grade_effects import end_grades, put_grades
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.score_case import case_score
from shared.clock import day_of
from shared.course_log import Taken
from shared.db import Connection


async def grades_follow(
    connection: Connection, after: Sequence[tuple[GradeCase, Bearing]], actor: str, at: datetime
) -> None:
    """`after`: the cases as they stand after their move, with what bears upon them."""
    counting: list[tuple[GradeCase, CaseScore, str]] = []
    for case, bearing in after:
        if case.state in IN_EFFECT and case.score is not None:
            counting.append((case, case.score, case.band or case.score.band))
        elif case.state is State.SUSPENDED and case.score is not None:
            counting.append((case, await _under_vetoes(connection, case.score, case, bearing), VETOED))
    begun = [case for case, _ in after if case.state is State.EFFECTIVE]
    await _end_those_before(connection, begun, actor, at)
    await put_grades(connection, counting)
    await end_grades(connection, [case for case, _ in after if case.state in ENDED])


async def _under_vetoes(connection: Connection, score: CaseScore, case: GradeCase, bearing: Bearing) -> CaseScore:
    card = await card_version(connection, score.card_id, score.card_version)
    facts = await file_at_version(connection, case.household_id, score.facts_version)
    return score if facts is None else case_score(card, score.as_of, facts, bearing.vetoes, score.facts_version)


async def _end_those_before(connection: Connection, begun: Sequence[GradeCase], actor: str, at: datetime) -> None:
    """A new grade ends the household's one before, with the new case as its reason."""
    if not begun:
        return
    by_household = {case.household_id: case for case in begun}
    earlier = [
        case
        for case in await cases_of_households(connection, list(by_household))
        if case.case_id != by_household[case.household_id].case_id and case.state in (*IN_EFFECT, State.SUSPENDED)
    ]
    to = Move(State.EXPIRED, actor)
    today = day_of(at)
    ended = [moved(case, to, grade_policy(today), today) for case in earlier]
    facts = {"reason": "replaced by the grade of another case"}
    await grade_log.append(connection, [Taken(case, actor, at, facts) for case in ended])
    await save_cases(connection, ended)
