"""A household's course with everything done right; tests take one thing away."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.households.domain.identification import Bearing, Case, Move, Posted, Reviewer, Vote
from services.households.domain.identification_course import MoveVerdict, may_move
from services.households.domain.identification_kind import Kind
from services.households.domain.identification_state import COURSE, MEETINGS, State
from services.households.domain.may_exit import ExitVerdict
from services.households.storage.identification_policy_file import load_identification_policies

MAY_1, MAY_9 = date(2026, 5, 1), date(2026, 5, 9)
HOUSEHOLD, CASE, NOTICE = UUID(int=1), UUID(int=2), UUID(int=3)
VILLAGE = "511921122202"
POLICY = load_identification_policies()[-1]
READY = Bearing(status="general", village_code=VILLAGE, inside=True, exit=ExitVerdict(2025))
SITTING = {
    State.GROUP_REVIEW: tuple(Reviewer(name) for name in ("甲一", "甲二", "甲三")),
    State.VILLAGE_REVIEW: tuple(Reviewer(name) for name in ("乙一", "乙二", "乙三")),
    State.COMMITTEE_CONFIRMED: (
        Reviewer("丙一", committee="party_branch"),
        Reviewer("丙二", committee="village_committee"),
        Reviewer("丙三", committee="village_committee"),
    ),
}


def case_in(state: State, **given: Any) -> Case:
    """As it stands in a stage of the course when all went well, its notices posted on 1 May."""
    passed = COURSE[: COURSE.index(state) + 1]
    values: dict[str, Any] = {
        "version": len(passed),
        "vote": Vote(50, 60) if State.VILLAGE_REVIEW in passed else None,
        "notice_1": Posted(NOTICE, 1, MAY_1) if State.NOTICE_1 in passed else None,
        "notice_2": Posted(NOTICE, 1, MAY_1) if State.NOTICE_2 in passed else None,
        "people": {one: "township" if one is State.TOWN_REVIEW else "village" for one in passed[1:]},
        "reviewers": {one: SITTING[one] for one in passed if one in MEETINGS},
    }
    case = Case(HOUSEHOLD, CASE, VILLAGE, Kind.ENTRY, 2026, state, MAY_1, "proposer")
    return replace(case, **{**values, **given})


def move_to(state: State, actor: str = "", **given: Any) -> Move:
    whoever = {State.TOWN_REVIEW: "township", State.NOTICE_2: "township", State.COUNTY_ENTRY: "county"}
    values: dict[str, Any] = {"reason": "按程序", "relation": "none", "reviewers": SITTING.get(state, ())}
    if state is State.VILLAGE_REVIEW:
        values |= {"present": 60, "members": 80, "votes": 50}
    return Move(state, actor or whoever.get(state, "village"), **{**values, **given})


def verdict(case: Case, move: Move, bearing: Bearing = READY, today: date = MAY_9) -> MoveVerdict:
    return may_move(case, bearing, move, POLICY, today)


def refused_for(case: Case, move: Move, bearing: Bearing = READY, today: date = MAY_9) -> str | None:
    """The code of the reason, None when the move is allowed."""
    refusal = verdict(case, move, bearing, today).refusal
    return None if refusal is None else refusal.code
