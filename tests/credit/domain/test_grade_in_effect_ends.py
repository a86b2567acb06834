"""How a grade that is in effect ends, is reviewed, lowered, suspended or revoked, at the edges of its clocks."""

from dataclasses import replace
from datetime import date

import pytest

from services.credit.domain.grade_case import Lowering, Revocation
from services.credit.domain.grade_state import IN_EFFECT, State
from tests.builders.grade_course import (
    DAY,
    MAY_1,
    READY,
    after,
    case_in,
    decision,
    move_to,
    refused_for,
    scored,
    verdict,
)


def test_a_grade_is_in_effect_for_24_months_its_last_day_included() -> None:
    case = after(case_in(State.COUNTY_ENTRY), move_to(State.EFFECTIVE), today=date(2026, 2, 28))
    assert case.valid_until == date(2028, 2, 28)
    last = date(2028, 2, 28)
    assert refused_for(case, move_to(State.EXPIRED), today=last) == "not_ended_yet"
    assert refused_for(case, move_to(State.EXPIRED), today=last + DAY) is None
    assert verdict(case, move_to(State.ANNUAL_REVIEW), today=last + DAY).allowed == (State.EXPIRED,)


def test_it_is_reviewed_at_twelve_months_and_again_twelve_months_later() -> None:
    case, due = case_in(State.EFFECTIVE), date(2027, 5, 1)
    assert refused_for(case, move_to(State.ANNUAL_REVIEW), today=due - DAY) == "review_not_due"
    assert refused_for(case, move_to(State.ANNUAL_REVIEW), today=due) is None
    reviewed = after(case, move_to(State.ANNUAL_REVIEW), today=due)
    assert refused_for(reviewed, move_to(State.ANNUAL_REVIEW), today=due) == "review_not_due"
    assert refused_for(reviewed, move_to(State.ANNUAL_REVIEW), today=date(2028, 5, 1)) is None


def test_a_grade_is_lowered_20_days_after_the_household_was_told() -> None:
    told = case_in(State.EFFECTIVE, lowering=Lowering(scored("A", 65), MAY_1, "收入下降"))
    assert refused_for(case_in(State.EFFECTIVE), move_to(State.DOWNGRADED)) == "lower_grade_not_told"
    assert refused_for(told, move_to(State.DOWNGRADED), today=date(2026, 5, 21)) == "objection_days_run"
    assert refused_for(told, move_to(State.DOWNGRADED), today=date(2026, 5, 22)) is None
    objected = replace(READY, open_objection=True)
    assert refused_for(told, move_to(State.DOWNGRADED), objected, date(2026, 5, 22)) == "objection_open"
    lower = after(told, move_to(State.DOWNGRADED), today=date(2026, 5, 22))
    assert (lower.band, lower.lowering, lower.valid_until) == ("A", None, told.valid_until)


@pytest.mark.parametrize("state", IN_EFFECT)
def test_a_veto_suspends_and_once_cleared_the_grade_is_as_before(state: State) -> None:
    case, vetoed = case_in(state), replace(READY, vetoes=("V1",))
    assert refused_for(case, move_to(State.SUSPENDED)) == "no_veto_stands"
    assert refused_for(case, move_to(State.SUSPENDED), vetoed) is None
    suspended = after(case, move_to(State.SUSPENDED))
    assert refused_for(suspended, move_to(state), vetoed) == "veto_stands"
    assert refused_for(suspended, move_to(state)) is None
    for other in set(IN_EFFECT) - {state}:
        assert refused_for(suspended, move_to(other)) == "suspended_from_elsewhere"
    back = after(suspended, move_to(state))
    days = (case.effective_on, case.valid_until, case.reviewed_on)
    assert (back.state, back.band, back.suspended_from) == (state, case.band, None)
    assert (back.effective_on, back.valid_until, back.reviewed_on) == days


TOLD = case_in(State.EFFECTIVE, revocation=Revocation(MAY_1, "冒用他人名义", "county-1"))


FREE = date(2026, 5, 22)


def test_what_ends_a_grade_early_needs_a_reason() -> None:
    assert refused_for(TOLD, move_to(State.REVOKED, reason=None), today=FREE) == "reason_needed"
    assert refused_for(TOLD, move_to(State.REVOKED), today=FREE) is None


def test_nobody_loses_a_grade_without_having_been_told_and_having_had_the_days_to_object() -> None:
    assert refused_for(case_in(State.EFFECTIVE), move_to(State.REVOKED), today=FREE) == "revocation_not_told"
    assert refused_for(TOLD, move_to(State.REVOKED), today=FREE - DAY) == "objection_days_run"
    objected = replace(READY, open_objection=True)
    assert refused_for(TOLD, move_to(State.REVOKED), objected, today=FREE) == "objection_open"
    assert State.REVOKED in verdict(TOLD, move_to(State.REVOKED), today=FREE).allowed


def test_who_told_the_household_does_not_revoke_its_grade() -> None:
    assert refused_for(TOLD, move_to(State.REVOKED, "county-1"), today=FREE) == "second_person_must_revoke"
    assert refused_for(TOLD, move_to(State.REVOKED, "county-2"), today=FREE) is None


def test_a_withdrawn_case_keeps_no_score() -> None:
    case = case_in(State.EFFECTIVE, lowering=Lowering(scored("A", 65), MAY_1, "收入下降"), decision=decision())
    gone = after(case, move_to(State.WITHDRAWN))
    assert (gone.score, gone.lowering, gone.decision, gone.band) == (None, None, None, None)
