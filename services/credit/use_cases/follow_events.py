"""A grade follows what happens to its household: a veto suspends it, the last consent withdrawn ends it."""

from collections.abc import Callable
from uuid import UUID

from services.credit.domain.consent_withdrawn import ends_without_consent
from services.credit.domain.grade_case import Bearing, GradeCase, Move
from services.credit.domain.grade_course import may_move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_state import ENDED, State
from services.credit.storage.case_repository import bearings, cases_of_households, save_cases
from services.credit.storage.consent_repository import has_consent
from services.credit.storage.course_log import grade_log
from services.credit.storage.grade_effects import delete_scoring_data
from services.credit.storage.grade_repository import first_grades
from services.credit.storage.run_repository import hold_taking_over
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.adopt_first_grades import adopt_first_grades
from services.credit.use_cases.grade_takes_effect import grades_follow
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection

_Goes = Callable[[GradeCase, Bearing], bool]


async def suspend_under_veto(connection: Connection, clock: Clock, household_id: UUID, actor: str) -> None:
    """Every grade of the household that is in effect, when a veto stands today: no new draws, loans untouched."""
    await hold_taking_over(connection)
    await adopt_first_grades(connection, [household_id], clock.now())
    today, move = clock.today(), Move(State.SUSPENDED, actor, role="system", reason="veto")

    def suspended(case: GradeCase, bearing: Bearing) -> bool:
        return may_move(case, bearing, move, grade_policy(today), today).refusal is None

    await _follow(connection, clock, household_id, move, suspended)


async def end_without_consent(connection: Connection, clock: Clock, household_id: UUID, actor: str) -> None:
    """The cases that the consents left do not carry; its scoring data go when nothing is left that needs them.

    The caller holds the household's consents.
    """
    consented = await has_consent(connection, household_id, clock.today())
    if not consented:
        await adopt_first_grades(connection, [household_id], clock.now())
    move = Move(State.WITHDRAWN, actor, role="system", reason="consent withdrawn")
    ended = await _follow(connection, clock, household_id, move, ends_without_consent)
    if not consented or (ended and not await _still_graded(connection, household_id)):
        await delete_scoring_data(connection, [household_id])


async def _still_graded(connection: Connection, household_id: UUID) -> bool:
    """By another case than those that ended, or by the run that took its village over."""
    cases = await cases_of_households(connection, [household_id])
    return any(case.state not in ENDED for case in cases) or bool(await first_grades(connection, [household_id]))


async def _follow(connection: Connection, clock: Clock, household_id: UUID, move: Move, goes: _Goes) -> bool:
    """Takes the step for each case of the household that goes; did any?"""
    today, at = clock.today(), clock.now()
    found = await cases_of_households(connection, [household_id])
    bearing = await bearings(connection, found, None, today)
    going = [
        (moved(case, move, grade_policy(today), today), bearing[case.case_id])
        for case in found
        if goes(case, bearing[case.case_id])
    ]
    facts = {"role": move.role, "reason": move.reason}
    await grade_log.append(connection, [Taken(case, move.actor, at, facts) for case, _ in going])
    await save_cases(connection, [case for case, _ in going])
    await grades_follow(connection, going, move.actor, at)
    return bool(going)
