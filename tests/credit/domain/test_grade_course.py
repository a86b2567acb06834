"""The life of a grade, rule by rule and at the edges of its clocks (credit rules 2.4)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.credit.domain.consent_withdrawn import ends_without_consent
from services.credit.domain.grade_case import Bearing, Reviewer
from services.credit.domain.grade_state import BEFORE_NOTICES, COURSE, ENDED, IN_EFFECT, NEXT, State
from tests.builders.grade_course import (
    CASE,
    COLLECTOR,
    DAY,
    HOUSEHOLD,
    MAY_9,
    READY,
    REVIEWERS,
    TOWNSHIP,
    after,
    case_in,
    decision,
    move_to,
    refused_for,
    scored,
    verdict,
)

FORWARD = dict(zip(COURSE, (*COURSE[1:], State.EFFECTIVE), strict=True))


@pytest.mark.parametrize("state", COURSE)
def test_every_stage_of_the_course_leads_on_when_all_is_done_right(state: State) -> None:
    assert refused_for(case_in(state), move_to(FORWARD[state])) is None


@pytest.mark.parametrize("state", COURSE)
def test_no_stage_can_be_left_out_and_the_open_ones_are_named(state: State) -> None:
    for to in set(State) - {*NEXT[state], State.WITHDRAWN}:
        found = verdict(case_in(state), move_to(to))
        assert found.refusal is not None
        assert found.refusal.code == "transition_not_next"
        anew = (State.COLLECTED,) if state in BEFORE_NOTICES else ()
        assert found.allowed == (FORWARD[state], *anew)


@pytest.mark.parametrize("state", ENDED)
def test_an_ended_case_leads_nowhere(state: State) -> None:
    assert {verdict(case_in(state), move_to(to)).allowed for to in State} == {()}


@pytest.mark.parametrize("missing", ["ordinary_consent", "written_consent"])
@pytest.mark.parametrize("state", COURSE)
def test_without_both_consents_no_stage_is_taken(state: State, missing: str) -> None:
    gone: dict[str, Any] = {missing: False}
    bearing = replace(READY, **gone)
    assert refused_for(case_in(state), move_to(FORWARD[state]), bearing) == "consents_missing"
    assert verdict(case_in(state), move_to(FORWARD[state]), bearing).allowed == ()


@pytest.mark.parametrize("state", [*COURSE, *IN_EFFECT, State.SUSPENDED])
@pytest.mark.parametrize("bearing", [READY, Bearing(has_file=True)])
def test_nobody_withdraws_a_case_for_the_household(state: State, bearing: Bearing) -> None:
    asked = verdict(case_in(state), move_to(State.WITHDRAWN), bearing)
    assert asked.refusal is not None
    assert asked.refusal.code == "only_household_withdraws"
    assert State.WITHDRAWN not in asked.allowed


@pytest.mark.parametrize(
    ("basis", "ordinary", "written", "ends"),
    [
        ("initial", True, False, False),
        ("initial", True, True, False),
        ("initial", False, False, True),
        ("course", True, True, False),
        ("course", True, False, True),
        ("course", False, False, True),
    ],
)
def test_a_case_ends_with_the_consents_that_it_asks_for(basis: str, ordinary: bool, written: bool, ends: bool) -> None:
    left = replace(READY, ordinary_consent=ordinary, written_consent=written)
    assert ends_without_consent(case_in(State.EFFECTIVE, basis=basis), left) is ends


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_does_not_end_again_with_a_consent(state: State) -> None:
    assert not ends_without_consent(case_in(state), Bearing())


def test_without_a_credit_file_nothing_is_collected() -> None:
    assert refused_for(case_in(State.DRAFT), move_to(State.COLLECTED), replace(READY, has_file=False)) == (
        "case_needs_file"
    )


@pytest.mark.parametrize(("effective_from", "code"), [(MAY_9, None), (MAY_9 + DAY, "card_not_effective")])
def test_a_card_scores_from_the_day_on_which_it_comes_into_force(effective_from: date, code: str | None) -> None:
    bearing = replace(READY, card_from=effective_from)
    assert refused_for(case_in(State.COLLECTED), move_to(State.SCORED), bearing) == code


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (State.SCORED, State.GROUP_REVIEW),
        (State.GROUP_REVIEW, State.VILLAGE_REVIEW),
        (State.NOTICE_1, State.TOWN_REVIEW),
    ],
)
def test_who_collected_does_not_review(state: State, to: State) -> None:
    assert refused_for(case_in(state), move_to(to, COLLECTOR)) == "reviewer_is_collector"


def test_who_collected_is_not_among_the_villages_reviewers_either() -> None:
    reviewers = (*REVIEWERS, Reviewer(COLLECTOR, "none", 9))
    move = move_to(State.VILLAGE_REVIEW, reviewers=reviewers)
    assert refused_for(case_in(State.GROUP_REVIEW), move) == "reviewer_is_collector"


@pytest.mark.parametrize("relation", ["relative", "creditor"])
def test_relatives_and_creditors_are_named_and_give_no_points(relation: str) -> None:
    recused, voting = Reviewer("uncle", relation, None), Reviewer("uncle", relation, 10)
    fine = move_to(State.VILLAGE_REVIEW, reviewers=(*REVIEWERS, recused))
    wrong = move_to(State.VILLAGE_REVIEW, reviewers=(*REVIEWERS, voting))
    assert refused_for(case_in(State.GROUP_REVIEW), fine) is None
    assert refused_for(case_in(State.GROUP_REVIEW), wrong) == "reviewer_must_recuse"


def test_five_reviewers_are_enough_and_four_with_one_who_recuses_are_not() -> None:
    four = (*REVIEWERS[:4], Reviewer("uncle", "relative", None))
    assert refused_for(case_in(State.GROUP_REVIEW), move_to(State.VILLAGE_REVIEW)) is None
    assert refused_for(case_in(State.GROUP_REVIEW), move_to(State.VILLAGE_REVIEW, reviewers=four)) == (
        "too_few_reviewers"
    )


def test_nobody_reviews_the_same_household_twice() -> None:
    twice = (*REVIEWERS[:4], REVIEWERS[0])
    assert refused_for(case_in(State.GROUP_REVIEW), move_to(State.VILLAGE_REVIEW, reviewers=twice)) == "reviewer_twice"


@pytest.mark.parametrize(
    ("present", "members", "code"),
    [
        (20, 30, None),
        (19, 30, "attendance_too_low"),
        (2, 3, None),
        (7, 11, "attendance_too_low"),
        (0, 0, "attendance_too_low"),
        (31, 30, "attendance_too_low"),
    ],
)
def test_two_thirds_of_the_members_are_a_quorum(present: int, members: int, code: str | None) -> None:
    move = move_to(State.VILLAGE_REVIEW, present=present, members=members)
    assert refused_for(case_in(State.GROUP_REVIEW), move) == code


def test_a_household_that_could_not_be_rated_is_not_posted() -> None:
    case = case_in(State.VILLAGE_REVIEW, score=scored("not_rated", None))
    assert refused_for(case, move_to(State.NOTICE_1)) == "not_rated_yet"


@pytest.mark.parametrize(("state", "to"), [(State.NOTICE_1, State.TOWN_REVIEW), (State.NOTICE_2, State.COUNTY_ENTRY)])
@pytest.mark.parametrize(("today", "code"), [(date(2026, 5, 8), "notice_still_runs"), (MAY_9, None)])
def test_a_notice_posted_on_the_first_is_over_on_the_ninth(state: State, to: State, today: date, code: str) -> None:
    assert refused_for(case_in(state), move_to(to), today=today) == code
    assert (to in verdict(case_in(state), move_to(to), today=today).allowed) == (code is None)


@pytest.mark.parametrize("state", [State.NOTICE_1, State.TOWN_REVIEW, State.NOTICE_2, State.COUNTY_ENTRY])
def test_an_open_objection_stops_the_course(state: State) -> None:
    bearing = replace(READY, open_objection=True)
    assert refused_for(case_in(state), move_to(FORWARD[state]), bearing) == "objection_open"


@pytest.mark.parametrize("state", [State.NOTICE_1, State.TOWN_REVIEW, State.NOTICE_2, State.COUNTY_ENTRY])
def test_an_error_that_was_found_sends_the_course_back_and_nowhere_else(state: State) -> None:
    bearing = replace(READY, error_found=True)
    assert refused_for(case_in(state), move_to(FORWARD[state]), bearing) == "error_found"
    assert verdict(case_in(state), move_to(State.COLLECTED), bearing).allowed == (State.COLLECTED,)
    assert refused_for(case_in(state), move_to(State.COLLECTED)) == "no_error_found"


def test_collected_anew_nothing_of_the_course_before_counts() -> None:
    back = after(case_in(State.COUNTY_ENTRY), move_to(State.COLLECTED, "another"))
    assert (back.score, back.notice_1, back.notice_2, back.decision) == (None, None, None, None)
    assert back.people == {State.COLLECTED: "another"}


def test_without_a_banks_recommendation_there_is_no_second_notice() -> None:
    bearing = replace(READY, recommended=None)
    assert refused_for(case_in(State.TOWN_REVIEW), move_to(State.NOTICE_2), bearing) == "recommendation_missing"
    assert verdict(case_in(State.TOWN_REVIEW), move_to(State.NOTICE_2), bearing).allowed == ()


@pytest.mark.parametrize(
    ("scored_band", "recommended", "code"),
    [
        ("AA", "AA", None),
        ("AA", "A", None),
        ("AAA", "A", "person_must_decide"),
        ("none", "A", None),
        ("AA", "none", "person_must_decide"),
    ],
)
def test_halves_more_than_a_band_apart_are_decided_by_a_person(
    scored_band: str, recommended: str, code: str | None
) -> None:
    case = case_in(State.TOWN_REVIEW, score=scored(scored_band))
    assert refused_for(case, move_to(State.NOTICE_2), replace(READY, recommended=recommended)) == code


@pytest.mark.parametrize(
    ("band", "code"), [("AAA", None), ("AA", None), ("A", None), ("none", "decision_out_of_range")]
)
def test_a_person_decides_between_the_two_halves_and_the_decision_is_carried(band: str, code: str | None) -> None:
    case, bearing = case_in(State.TOWN_REVIEW, score=scored("AAA")), replace(READY, recommended="A")
    move = move_to(State.NOTICE_2, decision=decision(band))
    assert refused_for(case, move, bearing) == code
    assert after(case, move).band == band


@pytest.mark.parametrize(
    ("owner", "ends_on", "code"),
    [
        ("王科长", MAY_9 + DAY, None),
        ("王科长", MAY_9, "override_incomplete"),
        ("王科长", None, "override_incomplete"),
        (None, MAY_9 + DAY, "override_incomplete"),
    ],
)
def test_an_override_has_an_owner_a_reason_and_an_end(owner: str | None, ends_on: date | None, code: str) -> None:
    move = move_to(State.NOTICE_2, decision=decision("AAA", owner=owner, ends_on=ends_on))
    assert refused_for(case_in(State.TOWN_REVIEW), move) == code


def test_an_override_ends_the_grade_on_its_own_last_day() -> None:
    case = case_in(State.COUNTY_ENTRY, decision=decision("AAA", owner="王科长", ends_on=date(2026, 12, 31)))
    assert after(case, move_to(State.EFFECTIVE)).valid_until == date(2026, 12, 31)


@pytest.mark.parametrize("person", [COLLECTOR, TOWNSHIP])
def test_the_county_entry_is_by_somebody_who_took_no_earlier_step(person: str) -> None:
    move = replace(move_to(State.COUNTY_ENTRY), actor=person)
    assert refused_for(case_in(State.NOTICE_2), move) == "second_person_must_enter"


@pytest.mark.parametrize("state", COURSE[COURSE.index(State.VILLAGE_REVIEW) :])
def test_a_veto_stops_the_course_from_the_first_notice_on(state: State) -> None:
    assert refused_for(case_in(state), move_to(FORWARD[state]), replace(READY, vetoes=("V1",))) == "veto_stands"


@pytest.mark.parametrize("state", BEFORE_NOTICES)
def test_before_the_first_notice_a_file_may_be_collected_anew_with_a_reason(state: State) -> None:
    assert refused_for(case_in(state), move_to(State.COLLECTED)) is None
    assert refused_for(case_in(state), move_to(State.COLLECTED, reason=None)) == "reason_needed"
    assert refused_for(case_in(state), move_to(State.COLLECTED), replace(READY, error_found=True)) is None


def test_a_case_that_could_not_be_rated_at_the_meeting_has_a_way_on() -> None:
    stuck = case_in(State.VILLAGE_REVIEW, score=scored("not_rated", None))
    assert verdict(stuck, move_to(State.NOTICE_1)).allowed == (State.COLLECTED,)


@pytest.mark.parametrize("state", [one for one in COURSE if FORWARD[one] is not State.NOTICE_2])
def test_a_person_sets_a_band_at_the_second_notice_and_nowhere_else(state: State) -> None:
    move = move_to(FORWARD[state], decision=decision("AAA"))
    assert refused_for(case_in(state), move) == "decision_only_at_second_notice"


def test_nobody_moves_the_case_of_the_own_household() -> None:
    for state in COURSE:
        assert refused_for(case_in(state), move_to(FORWARD[state], own_household=HOUSEHOLD)) == "own_household"
        assert refused_for(case_in(state), move_to(FORWARD[state], own_household=CASE)) is None


@pytest.mark.parametrize("name", ["collector", "李采集", " 李采集 ", "王录入", "enterer"])
def test_who_collected_or_entered_the_file_is_no_reviewer_by_name_either(name: str) -> None:
    case = case_in(State.GROUP_REVIEW, collector_name="李采集")
    bearing = replace(READY, entered_by=frozenset({"enterer", "王录入"}))
    move = move_to(State.VILLAGE_REVIEW, reviewers=(*REVIEWERS, Reviewer(name, "none", 9)))
    assert refused_for(case, move, bearing) == "reviewer_is_collector"


@pytest.mark.parametrize("state", [State.SCORED, State.GROUP_REVIEW, State.NOTICE_1])
def test_who_entered_the_file_does_not_review_it(state: State) -> None:
    bearing = replace(READY, entered_by=frozenset({TOWNSHIP}))
    assert refused_for(case_in(state), move_to(FORWARD[state]), bearing) == "reviewer_is_collector"
