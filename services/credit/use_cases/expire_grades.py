"""Grades whose last day is over end by themselves: after 24 months, or when a person's override ends."""

from datetime import datetime

from services.credit.domain.grade_case import Bearing, GradeCase, Move
from services.credit.domain.grade_course import may_move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_state import State
from services.credit.storage.case_repository import cases_past_last_day, save_cases
from services.credit.storage.course_log import grade_log
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.grade_takes_effect import grades_follow
from shared.clock import SHANGHAI
from shared.course_log import Taken
from shared.db import Connection, Database

CASES_AT_ONCE = 500
SYSTEM = "system"


async def expire_grades(database: Database, region: str, at: datetime) -> int:
    """How many ended, a transaction for each five hundred; what has ended does not end again."""
    done = 0
    while True:
        async with database.transaction() as connection:
            ended = await _expire_some(connection, region, at)
        done += ended
        if ended < CASES_AT_ONCE:
            return done


async def _expire_some(connection: Connection, region: str, at: datetime) -> int:
    today = at.astimezone(SHANGHAI).date()
    policy = grade_policy(today)
    move = Move(State.EXPIRED, SYSTEM, role=SYSTEM, reason="last day over")
    over = [
        case
        for case in await cases_past_last_day(connection, region, today, CASES_AT_ONCE)
        if may_move(case, Bearing(), move, policy, today).refusal is None
    ]
    ended = [moved(case, move, policy, today) for case in over]
    facts = {"role": move.role, "reason": move.reason}
    await grade_log.append(connection, [Taken(case, SYSTEM, at, facts | _overridden(case)) for case in ended])
    await save_cases(connection, ended)
    await grades_follow(connection, [(case, Bearing()) for case in ended], SYSTEM, at)
    return len(ended)


def _overridden(case: GradeCase) -> dict[str, str]:
    """Whose override ended, when it was one."""
    decision = case.decision
    return {"override_of": decision.owner} if decision is not None and decision.owner else {}
