"""May a household's course move on? One question at a time."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.guarantees import GUARANTEES, Guarantee, GuaranteeSheet
from services.households.domain.identification import Case, Reviewer, Vote
from services.households.domain.identification_kind import Kind
from services.households.domain.identification_policy import policy_on
from services.households.domain.identification_state import COURSE, ENDED, NEXT, State, forward
from services.households.domain.may_exit import ExitVerdict, may_exit
from services.households.domain.may_set_status import may_set_status
from services.households.domain.notice_period import first_free_day, is_over, last_day
from services.households.domain.objection_decider import may_decide
from services.households.domain.vote_ranking import inside_quota, rank
from tests.builders.identification import (
    MAY_1,
    MAY_9,
    POLICY,
    READY,
    SITTING,
    case_in,
    move_to,
    refused_for,
    verdict,
)


@pytest.mark.parametrize(("before", "to"), list(pairwise(COURSE)))
def test_each_stage_is_followed_by_the_next_when_all_is_right(before: State, to: State) -> None:
    assert refused_for(case_in(before), move_to(to)) is None


@pytest.mark.parametrize("before", COURSE)
@pytest.mark.parametrize("to", State)
def test_no_move_leads_where_the_course_does_not(before: State, to: State) -> None:
    if to not in NEXT[before]:
        ended = before in ENDED
        why = "identification_ended" if ended else "identification_not_next"
        assert refused_for(case_in(before), move_to(to)) == why
    assert State.REMOVED not in NEXT[before], "only an objection's decision leads there"


@pytest.mark.parametrize("ended", ENDED)
def test_nothing_comes_after_an_end(ended: State) -> None:
    assert NEXT[ended] == ()


def test_a_list_goes_forward_only() -> None:
    assert forward(State.NOTICE_1) == (State.COMMITTEE_CONFIRMED,)
    assert forward(State.NOT_SELECTED) == (State.VILLAGE_REVIEW,)
    assert [forward(to) for to in (State.APPLIED, State.REFUSED, State.WITHDRAWN, State.REMOVED)] == [()] * 4


def test_what_is_allowed_is_named_with_each_refusal() -> None:
    found = verdict(case_in(State.NOTICE_1), move_to(State.TOWN_REVIEW), today=MAY_1)
    assert found.allowed == (State.REFUSED, State.WITHDRAWN)


@pytest.mark.parametrize("to", [State.TOWN_REVIEW, State.NOTICE_2, State.COUNTY_ENTRY, State.REFUSED])
def test_an_open_objection_holds_every_step_but_the_households_own_withdrawal(to: State) -> None:
    before = State.NOTICE_1 if to is State.REFUSED else COURSE[COURSE.index(to) - 1]
    held = replace(READY, open_objection=True)
    assert refused_for(case_in(before), move_to(to), held) == "entry_held_by_objection"
    assert refused_for(case_in(before), move_to(State.WITHDRAWN), held) is None


@pytest.mark.parametrize(
    ("bearing", "why"),
    [
        (replace(READY, inside=None), "quota_missing"),
        (replace(READY, inside=False), "outside_quota"),
        (replace(READY, status="poor"), "status_does_not_fit"),
        (replace(READY, village_code="511921122203"), "household_moved_away"),
        (replace(READY, closed=True), "household_gone_on_course"),
    ],
)
def test_the_two_committees_confirm_whom_ranking_status_and_place_allow(bearing: Any, why: str) -> None:
    assert refused_for(case_in(State.VILLAGE_REVIEW), move_to(State.COMMITTEE_CONFIRMED), bearing) == why


def test_only_whoever_is_outside_the_quota_is_not_selected() -> None:
    case, move = case_in(State.VILLAGE_REVIEW), move_to(State.NOT_SELECTED)
    assert refused_for(case, move) == "inside_quota"
    assert refused_for(case, move, replace(READY, inside=None)) == "quota_missing"
    assert refused_for(case, move, replace(READY, inside=False)) is None


@pytest.mark.parametrize("to", [State.COMMITTEE_CONFIRMED, State.COUNTY_ENTRY])
def test_exit_is_asked_of_the_guarantees_at_the_village_and_again_at_the_county(to: State) -> None:
    leaving = replace(case_in(COURSE[COURSE.index(to) - 1]), kind=Kind.EXIT)
    poor = replace(READY, status="poor", inside=None)
    assert refused_for(leaving, move_to(to), poor) is None, "no quota is asked"
    for missing in (None, ExitVerdict(2025, ("water_no",))):
        assert refused_for(leaving, move_to(to), replace(poor, exit=missing)) == "may_not_exit"


ALL_YES = GuaranteeSheet({name: Guarantee("yes", MAY_1, "入户") for name in GUARANTEES})


@pytest.mark.parametrize(
    ("income", "reasons"),
    [(None, ("income_unknown",)), (399_999, ("income_below_line",)), (400_000, ()), (0, ("income_below_line",))],
)
def test_the_years_line_is_reached_to_the_cent(income: int | None, reasons: tuple[str, ...]) -> None:
    assert may_exit(2025, income, 400_000, ALL_YES).reasons == reasons


@pytest.mark.parametrize("name", GUARANTEES)
@pytest.mark.parametrize("state", ["no", "unknown"])
def test_one_guarantee_that_is_no_plain_yes_keeps_a_household_on_the_list(name: str, state: str) -> None:
    sheet = GuaranteeSheet({**ALL_YES.guarantees, name: Guarantee(state)})
    assert may_exit(2025, 10**9, 400_000, sheet).reasons == (f"{name}_{state}",)


@pytest.mark.parametrize(
    ("votes", "recused", "present", "members", "why"),
    [
        (31, 0, 60, 90, None),
        (30, 0, 60, 90, "votes_too_few"),
        (31, 0, 59, 90, "assembly_attendance_too_low"),
        (0, 0, 0, 0, "assembly_attendance_too_low"),
        (26, 10, 60, 90, None),
        (25, 10, 60, 90, "votes_too_few"),
        (51, 10, 60, 90, "votes_impossible"),
        (None, 0, 60, 90, "votes_missing"),
    ],
)
def test_an_assembly_has_two_thirds_there_and_more_than_half_of_who_may_vote(
    votes: int | None, recused: int, present: int, members: int, why: str | None
) -> None:
    move = move_to(State.VILLAGE_REVIEW, votes=votes, recused=recused, present=present, members=members)
    assert refused_for(case_in(State.GROUP_REVIEW), move) == why


def test_two_id_numbers_decide_who_somebody_is_and_else_the_name() -> None:
    assert Reviewer("李一", "aa").same_person(Reviewer("李二", "aa"))
    assert not Reviewer("李一", "aa").same_person(Reviewer("李一", "bb"))
    assert Reviewer("李一", "aa").same_person(Reviewer("李一"))


def test_an_official_does_not_review_the_household_that_he_lives_in() -> None:
    own = case_in(State.NOTICE_1).household_id
    for to in (State.TOWN_REVIEW, State.COUNTY_ENTRY):
        case = case_in(COURSE[COURSE.index(to) - 1])
        assert refused_for(case, move_to(to, own_household=own)) == "reviewer_is_relative"


def test_an_official_who_sat_in_a_village_meeting_reviews_at_no_later_stage() -> None:
    sat = SITTING[State.GROUP_REVIEW][0].name
    assert refused_for(case_in(State.NOTICE_1), move_to(State.TOWN_REVIEW, actor_name=sat)) == "reviewed_before"
    move = move_to(State.COUNTY_ENTRY, actor_name=sat)
    assert refused_for(case_in(State.NOTICE_2), move) == "county_entry_needs_another"


def test_a_notice_posted_on_the_first_of_may_is_over_on_the_ninth() -> None:
    assert (last_day(MAY_1, 7), first_free_day(MAY_1, 7)) == (date(2026, 5, 8), MAY_9)
    assert not is_over(MAY_1, 7, date(2026, 5, 8))
    assert is_over(MAY_1, 7, MAY_9)


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)), st.integers(1, 60))
def test_a_notice_stands_for_its_full_days_whatever_the_month(posted: date, days: int) -> None:
    free = first_free_day(posted, days)
    assert (free - posted).days == days + 1
    assert is_over(posted, days, free)
    assert not is_over(posted, days, last_day(posted, days))


voted = st.lists(
    st.builds(
        lambda number, votes, income, people: replace(
            case_in(State.VILLAGE_REVIEW), case_id=UUID(int=number), vote=Vote(votes, 60, 0, income, people)
        ),
        st.integers(1, 10**6),
        st.integers(0, 6),
        st.none() | st.integers(0, 3),
        st.integers(1, 3),
    ),
    max_size=12,
    unique_by=lambda case: case.case_id,
)


@given(voted, st.integers(-2, 14))
def test_the_places_go_to_the_most_votes_never_more_than_there_are(cases: list[Case], places: int) -> None:
    inside = inside_quota(cases, places)
    assert len(inside) == min(len(cases), max(0, places))
    votes = {case.case_id: case.vote.votes for case in cases if case.vote}
    assert all(votes[one] >= votes[other] for one in inside for other in votes.keys() - inside)


@given(voted, st.randoms())
def test_the_ranking_does_not_depend_on_the_order_in_which_it_is_told(cases: list[Case], chance: Any) -> None:
    shuffled = list(cases)
    chance.shuffle(shuffled)
    assert rank(shuffled) == rank(cases)


def test_equal_votes_go_by_income_then_people_then_application() -> None:
    def case(number: int, income: int | None, people: int, day: int) -> Case:
        vote = Vote(50, 60, 0, income, people)
        made = case_in(State.VILLAGE_REVIEW)
        return replace(made, case_id=UUID(int=number), vote=vote, applied_on=date(2026, 4, day))

    told = [case(1, None, 9, 1), case(2, 300, 2, 1), case(3, 300, 5, 2), case(4, 300, 5, 1), case(5, 200, 1, 9)]
    assert [one.case_id.int for one in rank(told)] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("after", "source", "county", "on_course", "why"),
    [
        ("general", "form", False, True, None),
        ("poor", "form", False, False, "status_by_course"),
        ("poor", "form", True, False, "status_by_course"),
        ("poor", "department", False, False, "status_by_course"),
        ("poor", "phone", True, False, "status_by_course"),
        ("poor", "department", True, False, None),
        ("poor", "department", True, True, "status_on_course"),
    ],
)
def test_a_status_changes_by_the_course_or_is_taken_over_by_the_county(
    after: str, source: str, why: str | None, *, county: bool, on_course: bool
) -> None:
    refusal = may_set_status("general", after, source=source, county_office=county, on_course=on_course)
    assert (refusal and refusal.code) == why


def test_an_objection_is_decided_by_somebody_without_a_hand_in_it() -> None:
    case = case_in(State.NOTICE_2)
    assert may_decide(case, "county", "何县", objector=None)
    assert not may_decide(case, "township", "何乡", objector=None), "reviewed it"
    assert not may_decide(case, "proposer", "何村", objector=None)
    assert not may_decide(case, "county", SITTING[State.VILLAGE_REVIEW][1].name, objector=None), "sat in a meeting"
    assert not may_decide(case, "county", "何县", objector="何县"), "is the objector"


def test_a_policy_holds_from_the_day_on_which_it_begins() -> None:
    later = replace(POLICY, version="later", begins=MAY_9, notice_days=10)
    assert policy_on([later, POLICY], date(2026, 5, 8)).version == POLICY.version
    assert policy_on([POLICY, later], MAY_9).version == "later"
    with pytest.raises(ValueError, match="no identification policy"):
        policy_on([later], MAY_1)
