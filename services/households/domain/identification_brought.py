"""Does a move bring what its step needs: independent people, a quorum, votes, a reason? (report 四.8)

Nobody reviews a household of the own family, and nobody who reviewed it at one stage reviews it at a later one. What
must stand before any move is asked in `identification_course.py`.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil

from services.households.domain import identification_errors as why
from services.households.domain.identification import Bearing, Case, Move, Reviewer
from services.households.domain.identification_errors import CourseRefused
from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import MEETINGS, State

Reason = CourseRefused | None
COMMITTEES = frozenset({"party_branch", "village_committee"})
"""两委: 村党支部 and 村委会."""


def brought(case: Case, bearing: Bearing, move: Move, policy: IdentificationPolicy) -> Reason:
    """The first thing that the move lacks, or None."""
    asked = _OF_STATE.get(move.to, ())
    return next((reason for one in asked if (reason := one(case, bearing, move, policy)) is not None), None)


def independent_reviewers(earlier: Mapping[State, tuple[Reviewer, ...]], at: State, sitting: Reviewer) -> bool:
    """Did this person sit in no meeting of another stage?"""
    return not any(sitting.same_person(one) for stage, those in earlier.items() if stage is not at for one in those)


def _sitting(case: Case, bearing: Bearing, move: Move, policy: IdentificationPolicy) -> Reason:
    for place, one in enumerate(move.reviewers):
        if any(one.same_person(other) for other in move.reviewers[:place]):
            return why.SittingTwice()
        found = _related(bearing, one)
        if found is not None:
            return found
        if not independent_reviewers(case.reviewers, move.to, one):
            return why.ReviewedBefore()
    needed, there = policy.least_reviewers[move.to], len(move.reviewers)
    return None if there >= needed else why.TooFewSitting(needed=needed, there=there)


def _related(bearing: Bearing, sitting: Reviewer) -> Reason:
    """By the own word, or by living in the household; a namesake shows by the ID number not to be the member."""
    if sitting.relation != "none":
        return why.ReviewerIsRelative()
    if sitting.person is not None:
        known = any(sitting.person == member.person for member in bearing.members)
        return why.ReviewerIsRelative() if known else None
    return why.NameNeedsNumber() if any(sitting.name == member.name for member in bearing.members) else None


def _both_committees(_case: Case, _bearing: Bearing, move: Move, _policy: IdentificationPolicy) -> Reason:
    there = {one.committee for one in move.reviewers}
    return None if there >= COMMITTEES else why.BothCommitteesNeeded()


def _assembly(_case: Case, _bearing: Bearing, move: Move, policy: IdentificationPolicy) -> Reason:
    return _attended(move, policy) or _voted(move, policy)


def _attended(move: Move, policy: IdentificationPolicy) -> Reason:
    if move.present > move.members:
        return why.AttendanceImpossible(there=move.present, members=move.members)
    needed = max(1, ceil(Fraction(policy.attendance_at_least * move.members, policy.attendance_of)))
    if move.present >= needed:
        return None
    return why.AttendanceMissing(needed=needed, members=move.members, there=move.present)


def _voted(move: Move, policy: IdentificationPolicy) -> Reason:
    if move.votes is None:
        return why.VotesMissing()
    voters = move.present - move.recused
    if move.votes > voters:
        return why.VotesImpossible(votes=move.votes, voters=voters)
    needed = policy.votes_more_than * voters // policy.votes_of + 1
    return None if move.votes >= needed else why.VotesTooFew(needed=needed, voters=voters, votes=move.votes)


def _own_word(case: Case, _bearing: Bearing, move: Move, _policy: IdentificationPolicy) -> Reason:
    """An official who reviews alone says whether the household is of the own family."""
    if move.own_household == case.household_id or move.relation == "relative":
        return why.ReviewerIsRelative()
    return None if move.relation == "none" else why.RelationNotDeclared()


def _not_earlier(case: Case, _bearing: Bearing, move: Move, _policy: IdentificationPolicy) -> Reason:
    """The township's reviewer neither proposed the household nor recorded or sat in one of the village's reviews."""
    recorded = {case.proposed_by, *(case.people[stage] for stage in MEETINGS if stage in case.people)}
    return why.ReviewedBefore() if move.actor in recorded or _sat(case, move.actor_name) else None


def _second_person(case: Case, _bearing: Bearing, move: Move, _policy: IdentificationPolicy) -> Reason:
    took_part = move.actor in case.took_part or _sat(case, move.actor_name)
    return why.SecondPersonMissing() if took_part else None


def _sat(case: Case, name: str) -> bool:
    return any(one.name == name for those in case.reviewers.values() for one in those)


def _reason(_case: Case, _bearing: Bearing, move: Move, _policy: IdentificationPolicy) -> Reason:
    return None if move.reason or (move.by_household and move.to is State.WITHDRAWN) else why.ReasonMissing()


_Question = Callable[[Case, Bearing, Move, IdentificationPolicy], Reason]
_OF_STATE: Mapping[State, tuple[_Question, ...]] = {
    State.GROUP_REVIEW: (_sitting,),
    State.VILLAGE_REVIEW: (_sitting, _assembly),
    State.COMMITTEE_CONFIRMED: (_sitting, _both_committees),
    State.TOWN_REVIEW: (_own_word, _not_earlier),
    State.COUNTY_ENTRY: (_own_word, _second_person),
    State.REFUSED: (_reason,),
    State.WITHDRAWN: (_reason,),
}
