"""Does a move bring what its step needs: independent people, reviewers, a quorum, a decision, a reason?

(credit rules 2.4) What must stand before any move is asked in `grade_course.py`.
"""

from collections.abc import Callable, Mapping
from datetime import date

from services.credit.domain import course_errors as why
from services.credit.domain.course_errors import TransitionRefused
from services.credit.domain.grade_case import Bearing, GradeCase, Move
from services.credit.domain.grade_policy import GradePolicy
from services.credit.domain.grade_state import State
from services.credit.domain.independent_person import independent_person
from services.credit.domain.meeting_quorum import meeting_quorum
from services.credit.domain.two_halves import far_apart, lies_between
from services.credit.domain.village_reviewers import enough_reviewers, must_recuse, named_twice

Reason = type[TransitionRefused] | None


def brought(case: GradeCase, bearing: Bearing, move: Move, policy: GradePolicy, today: date) -> Reason:
    """The first thing that the move lacks, or None."""
    if move.decision is not None and move.to is not State.NOTICE_2:
        return why.DecisionTooEarly
    if move.to is State.COLLECTED and case.state is not State.DRAFT:
        return _reason(case, bearing, move, policy, today)
    asked = _OF_STATE.get(move.to)
    return None if asked is None else asked(case, bearing, move, policy, today)


def _not_collector(case: GradeCase, bearing: Bearing, move: Move, _policy: GradePolicy, _today: date) -> Reason:
    collectors = (case.people.get(State.COLLECTED), *bearing.entered_by)
    return None if independent_person(move.actor, collectors) else why.ReviewerIsCollector


def _village_meeting(case: GradeCase, bearing: Bearing, move: Move, policy: GradePolicy, today: date) -> Reason:
    # The village's reviewers have no login: they are known by the name that stands in the minutes.
    collectors = (case.people.get(State.COLLECTED), case.collector_name, *bearing.entered_by)
    if not all(independent_person(one.person.strip(), collectors) for one in move.reviewers):
        return why.ReviewerIsCollector
    if named_twice(move.reviewers):
        return why.ReviewerTwice
    if must_recuse(move.reviewers):
        return why.ReviewerMustRecuse
    if not enough_reviewers(move.reviewers, policy.least_reviewers):
        return why.TooFewReviewers
    if not meeting_quorum(move.present, move.members, policy.attendance_at_least, policy.attendance_of):
        return why.AttendanceTooLow
    return _not_collector(case, bearing, move, policy, today)


def _both_halves(case: GradeCase, bearing: Bearing, move: Move, policy: GradePolicy, today: date) -> Reason:
    if case.score is None or bearing.recommended is None:
        return why.RecommendationMissing
    scored, recommended, decision = case.score.band, bearing.recommended, move.decision
    if decision is None:
        return why.PersonMustDecide if far_apart(scored, recommended, policy.bands_apart) else None
    if not decision.reason:
        return why.ReasonNeeded
    if decision.overrides:
        complete = decision.owner is not None and decision.ends_on is not None and decision.ends_on > today
        return None if complete else why.OverrideIncomplete
    return None if lies_between(decision.band, scored, recommended) else why.DecisionOutOfRange


def _second_person(case: GradeCase, _bearing: Bearing, move: Move, _policy: GradePolicy, _today: date) -> Reason:
    return None if independent_person(move.actor, case.people.values()) else why.SecondPersonMustEnter


def _other_than_teller(case: GradeCase, bearing: Bearing, move: Move, policy: GradePolicy, today: date) -> Reason:
    tellers = () if case.revocation is None else (case.revocation.told_by,)
    if not independent_person(move.actor, tellers):
        return why.SecondPersonMustRevoke
    return _reason(case, bearing, move, policy, today)


def _reason(_case: GradeCase, _bearing: Bearing, move: Move, _policy: GradePolicy, _today: date) -> Reason:
    return None if move.reason else why.ReasonNeeded


_OF_STATE: Mapping[State, Callable[[GradeCase, Bearing, Move, GradePolicy, date], Reason]] = {
    State.GROUP_REVIEW: _not_collector,
    State.VILLAGE_REVIEW: _village_meeting,
    State.TOWN_REVIEW: _not_collector,
    State.NOTICE_2: _both_halves,
    State.COUNTY_ENTRY: _second_person,
    State.SUSPENDED: _reason,
    State.DOWNGRADED: _reason,
    State.REVOKED: _other_than_teller,
}
