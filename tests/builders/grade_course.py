"""A case on its way to a grade, with everything done right; tests take one thing away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.credit.domain.grade_case import Bearing, CaseScore, Decision, GradeCase, Move, Posted, Reviewer
from services.credit.domain.grade_course import MoveVerdict, may_move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_state import State
from tests.builders.grade_policies import GRADE_POLICY_1

DAY = timedelta(days=1)
MAY_1 = date(2026, 5, 1)
MAY_9 = date(2026, 5, 9)
HOUSEHOLD, CASE, NOTICE = UUID(int=1), UUID(int=2), UUID(int=3)
COLLECTOR, TOWNSHIP, COUNTY = "collector", "township", "county"
REVIEWERS = tuple(Reviewer(f"villager-{number}", "none", 8) for number in range(5))
READY = Bearing(
    ordinary_consent=True, written_consent=True, has_file=True, card_from=date(2020, 1, 1), recommended="AA"
)


def scored(band: str = "AA", total: int | None = 75) -> CaseScore:
    return CaseScore("rural-household", 1, MAY_1, 1, total, band, (), (), (), "00")


def case_in(state: State, **given: Any) -> GradeCase:
    """As it stands in that state when all went well, its notices posted on 1 May."""
    stages = list(State)
    place = stages.index(state)
    passed = [one for one in stages[: place + 1] if one is not State.DRAFT]
    people = {one: COLLECTOR if one is State.COLLECTED else TOWNSHIP for one in passed}
    after = [stage for stage in stages[:place] if stage is not State.DRAFT] + [state]
    in_effect = place >= stages.index(State.EFFECTIVE)
    values: dict[str, Any] = {
        "score": scored() if State.SCORED in after else None,
        "notice_1": Posted(NOTICE, MAY_1) if State.NOTICE_1 in after else None,
        "notice_2": Posted(NOTICE, MAY_1) if State.NOTICE_2 in after else None,
        "effective_on": MAY_1 if in_effect else None,
        "valid_until": date(2028, 5, 1) if in_effect else None,
        "people": people,
    }
    return replace(GradeCase(HOUSEHOLD, CASE, "511921122201", state, version=place + 1), **{**values, **given})


def move_to(state: State, actor: str = TOWNSHIP, **given: Any) -> Move:
    values: Mapping[str, Any] = {"reason": "按程序", "reviewers": REVIEWERS, "present": 20, "members": 30, **given}
    return Move(state, COUNTY if state is State.COUNTY_ENTRY and actor == TOWNSHIP else actor, **values)


def verdict(case: GradeCase, move: Move, bearing: Bearing = READY, today: date = MAY_9) -> MoveVerdict:
    return may_move(case, bearing, move, GRADE_POLICY_1, today)


def refused_for(case: GradeCase, move: Move, bearing: Bearing = READY, today: date = MAY_9) -> str | None:
    """The code of the reason, None when the move is allowed."""
    refusal = verdict(case, move, bearing, today).refusal
    return None if refusal is None else refusal.code


def after(case: GradeCase, move: Move, today: date = MAY_9, **given: Any) -> GradeCase:
    return moved(case, move, GRADE_POLICY_1, today, **given)


def decision(band: str = "A", **given: Any) -> Decision:
    return Decision(band, "两边都看过", **given)
