"""Whoever would tell a household that it loses a grade which it has not reads what may be done instead."""

from datetime import date

from services.credit.domain.course_errors import NoGradeInEffect
from services.credit.domain.grade_case import GradeCase
from services.credit.domain.grade_course import open_states
from services.credit.storage.card_repository import card_from_day
from services.credit.storage.case_repository import bearings
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.score_anew import CARD
from shared.db import Connection


async def nothing_to_lose(connection: Connection, case: GradeCase, today: date) -> NoGradeInEffect:
    """The refusal, with the states that are open to the case today."""
    card_from = await card_from_day(connection, CARD, today)
    bearing = await bearings(connection, [case], card_from, today)
    open_now = open_states(case, bearing[case.case_id], grade_policy(today), today)
    return NoGradeInEffect(state=case.state.value, allowed=[state.value for state in open_now])
