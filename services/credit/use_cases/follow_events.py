"""A grade follows what happens to its household: a veto suspends it, the last consent withdrawn ends it."""

from uuid import UUID

from services.credit.domain.grade_case import Move
from services.credit.domain.grade_course import may_move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_state import State
from services.credit.storage.case_repository import bearings, cases_of_households, save_cases
from services.credit.storage.consent_repository import has_consent
from services.credit.storage.course_log import grade_log
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.adopt_first_grades import adopt_first_grades
from services.credit.use_cases.grade_takes_effect import grades_follow
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection


async def suspend_under_veto(connection: Connection, clock: Clock, household_id: UUID, actor: str) -> None:
    """Every grade of the household that is in effect, when a veto stands today: no new draws, loans untouched."""
    await adopt_first_grades(connection, [household_id], clock.now())
    await _follow(connection, clock, household_id, Move(State.SUSPENDED, actor, role="system", reason="veto"))


async def end_without_consent(connection: Connection, clock: Clock, household_id: UUID, actor: str) -> None:
    """Every case of the household, when it has no ordinary or no written consent left; its scoring data go with it.

    A grade that was first set, for which nobody asked for both, ends with the last consent of any kind.
    """
    if not await has_consent(connection, household_id, clock.today()):
        await adopt_first_grades(connection, [household_id], clock.now())
    await _follow(
        connection,
        clock,
        household_id,
        Move(State.WITHDRAWN, actor, role="system", reason="consent withdrawn"),
    )


async def _follow(connection: Connection, clock: Clock, household_id: UUID, move: Move) -> None:
    today, at = clock.today(), clock.now()
    found = await cases_of_households(connection, [household_id])
    if not found:
        return
    policy = grade_policy(today)
    bearing = await bearings(connection, found, None, today)
    going = [
        (moved(case, move, policy, today), bearing[case.case_id])
        for case in found
        if may_move(case, bearing[case.case_id], move, policy, today).refusal is None
    ]
    facts = {"role": move.role, "reason": move.reason}
    await grade_log.append(connection, [Taken(case, move.actor, at, facts) for case, _ in going])
    await save_cases(connection, [case for case, _ in going])
    await grades_follow(connection, going, move.actor, at)
