"""What is a household's course after a move that was allowed?"""

from dataclasses import replace
from datetime import date
from typing import Any

from services.households.domain.identification import Case, Move, Posted, Vote
from services.households.domain.identification_state import MEETINGS, State


def moved(
    case: Case,
    move: Move,
    today: date,
    *,
    posted: Posted | None = None,
    income_cents: int | None = None,
    people: int = 1,
) -> Case:
    """`posted`: the line of the notice that this step put up; income (分) and people: for the ranking of votes."""
    changed: dict[str, Any] = {}
    if move.to is State.VILLAGE_REVIEW and move.votes is not None:
        changed["vote"] = Vote(move.votes, move.present, move.recused, income_cents, people)
    elif move.to is State.NOTICE_1:
        changed["notice_1"] = posted
    elif move.to is State.NOTICE_2:
        changed["notice_2"] = posted
    elif move.to is State.COUNTY_ENTRY:
        changed["entered_on"] = today
    if move.to in MEETINGS:
        changed["reviewers"] = {**case.reviewers, move.to: move.reviewers}
    return replace(
        case, state=move.to, version=case.version + 1, people={**case.people, move.to: move.actor}, **changed
    )


def removed(case: Case, decided_by: str) -> Case:
    """An objection was right: the household is off the list, its place in the quota free."""
    return replace(
        case,
        state=State.REMOVED,
        version=case.version + 1,
        people={**case.people, State.REMOVED: decided_by},
    )
