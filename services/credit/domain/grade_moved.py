"""What is a grade's case after a move that was allowed? (credit rules 2.4)

Being collected anew begins the course again: nothing of the one before counts. What a withdrawn consent leaves is the
case without its score.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from services.credit.domain.grade_case import CaseScore, GradeCase, Move, Posted
from services.credit.domain.grade_days import valid_until
from services.credit.domain.grade_policy import GradePolicy
from services.credit.domain.grade_state import IN_EFFECT, State


def moved(
    case: GradeCase,
    move: Move,
    policy: GradePolicy,
    today: date,
    *,
    score: CaseScore | None = None,
    posted: Posted | None = None,
) -> GradeCase:
    """`score`: what the engine said at this step, if it was asked; `posted`: the notice that this step put up."""
    if move.to is State.COLLECTED:
        begun = GradeCase(case.household_id, case.case_id, case.village_code, move.to, case.version + 1)
        return replace(begun, people={move.to: move.actor}, collector_name=move.actor_name or None)
    changed: dict[str, Any] = {"score": score or case.score}
    match move.to:
        case _ if case.state is State.SUSPENDED and move.to in IN_EFFECT:
            changed["suspended_from"] = None
        case State.NOTICE_1:
            changed["notice_1"] = posted
        case State.NOTICE_2:
            changed.update(notice_2=posted, decision=move.decision)
        case State.EFFECTIVE:
            ends = None if case.decision is None else case.decision.ends_on
            changed.update(effective_on=today, valid_until=valid_until(today, policy.months_valid, ends))
        case State.ANNUAL_REVIEW:
            changed["reviewed_on"] = today
        case State.SUSPENDED:
            changed["suspended_from"] = case.state
        case State.DOWNGRADED if case.lowering is not None:
            changed.update(score=case.lowering.score, decision=None, lowering=None)
        case State.WITHDRAWN:
            changed.update(score=None, decision=None, lowering=None, revocation=None)
    people = {**case.people, move.to: move.actor}
    return replace(case, state=move.to, version=case.version + 1, people=people, **changed)
