"""May this grade move to that state now, and if not, why not and where may it? (credit rules 2.4)

What a move needs is asked in two halves: what must stand already (consents, days, objections), which also gives the
set of states that are open now, and what the move itself must bring (reviewers, a quorum, a decision, a second person).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from services.credit.domain import course_errors as why
from services.credit.domain.card_effective import card_effective
from services.credit.domain.consents_present import consents_present
from services.credit.domain.course_errors import TransitionRefused
from services.credit.domain.grade_case import Bearing, GradeCase, Move, Posted
from services.credit.domain.grade_days import has_ended, review_due
from services.credit.domain.grade_policy import GradePolicy
from services.credit.domain.grade_state import BEFORE_NOTICES, COURSE, IN_EFFECT, NEXT, State
from services.credit.domain.moves_brought import brought
from services.credit.domain.notice_over import notice_over
from services.credit.domain.scorecard import NOT_RATED, VETOED

Reason = type[TransitionRefused] | None


@dataclass(frozen=True, slots=True)
class Now:
    """A case with all that bears upon it on a day."""

    case: GradeCase
    bearing: Bearing
    policy: GradePolicy
    today: date


@dataclass(frozen=True, slots=True)
class MoveVerdict:
    """`refusal` is None when the move is allowed; `allowed` are the states that are open to the right move now."""

    refusal: Reason
    allowed: tuple[State, ...]


def may_move(case: GradeCase, bearing: Bearing, move: Move, policy: GradePolicy, today: date) -> MoveVerdict:
    """The verdict on one move of one case."""
    now = Now(case, bearing, policy, today)
    after = NEXT[case.state]
    allowed = open_states(case, bearing, policy, today)
    if move.own_household == case.household_id:
        return MoveVerdict(why.OwnHousehold, allowed)
    if move.to not in after:
        return MoveVerdict(why.OnlyHouseholdWithdraws if move.to is State.WITHDRAWN else TransitionRefused, allowed)
    return MoveVerdict(_standing(now, move.to) or brought(case, bearing, move, policy, today), allowed)


def open_states(case: GradeCase, bearing: Bearing, policy: GradePolicy, today: date) -> tuple[State, ...]:
    """The states to which the right move leads now, in the order of the course."""
    now = Now(case, bearing, policy, today)
    return tuple(state for state in NEXT[case.state] if _standing(now, state) is None)


def _standing(now: Now, to: State) -> Reason:
    """The first thing that does not stand yet for moving to a state."""
    if to is State.EXPIRED:
        questions: tuple[Callable[[Now], Reason], ...] = _OF_STATE[to]
    elif now.case.state in COURSE:
        if to is not State.COLLECTED:
            questions = (_consents, _no_error, *_OF_STATE.get(to, ()))
        elif now.case.state in (State.DRAFT, *BEFORE_NOTICES):
            questions = (_consents, _file)
        else:
            questions = (_error_found,)
    elif now.case.state is State.SUSPENDED and to in IN_EFFECT:
        questions = (_not_ended, _comes_back(to), _no_veto)
    else:
        questions = (_not_ended, *_OF_STATE.get(to, ()))
    return next((reason for question in questions if (reason := question(now)) is not None), None)


def _consents(now: Now) -> Reason:
    given = consents_present(ordinary=now.bearing.ordinary_consent, written=now.bearing.written_consent)
    return None if given else why.ConsentsMissing


def _file(now: Now) -> Reason:
    return None if now.bearing.has_file else why.CaseNeedsFile


def _card(now: Now) -> Reason:
    return None if card_effective(now.bearing.card_from, now.today) else why.CardNotEffective


def _rated(now: Now) -> Reason:
    return why.NotRatedYet if now.case.score is None or now.case.score.band == NOT_RATED else None


def _no_veto(now: Now) -> Reason:
    vetoed = now.case.state in COURSE and now.case.score is not None and now.case.score.band == VETOED
    return why.VetoStands if now.bearing.vetoes or vetoed else None


def _veto(now: Now) -> Reason:
    return None if now.bearing.vetoes else why.NoVetoStands


def _first_notice_over(now: Now) -> Reason:
    return _notice_over(now, now.case.notice_1)


def _second_notice_over(now: Now) -> Reason:
    return _notice_over(now, now.case.notice_2)


def _notice_over(now: Now, posted: Posted | None) -> Reason:
    over = posted is not None and notice_over(posted.on, now.policy.notice_days, now.today)
    return None if over else why.NoticeStillRuns


def _no_objection(now: Now) -> Reason:
    return why.ObjectionOpen if now.bearing.open_objection else None


def _error_found(now: Now) -> Reason:
    return None if now.bearing.error_found else why.NoErrorFound


def _no_error(now: Now) -> Reason:
    return why.ErrorFound if now.bearing.error_found else None


def _recommended(now: Now) -> Reason:
    return why.RecommendationMissing if now.bearing.recommended is None else None


def _review_due(now: Now) -> Reason:
    begun, reviewed = now.case.effective_on, now.case.reviewed_on
    due = begun is not None and review_due(begun, reviewed, now.policy.months_to_review, now.today)
    return None if due else why.ReviewNotDue


def _lowering_told(now: Now) -> Reason:
    lowering = now.case.lowering
    if lowering is None:
        return why.NoLowerGradeTold
    free = notice_over(lowering.noticed_on, now.policy.objection_days, now.today)
    return None if free else why.ObjectionDaysRun


def _revocation_told(now: Now) -> Reason:
    told = now.case.revocation
    if told is None:
        return why.NoRevocationTold
    return None if notice_over(told.noticed_on, now.policy.objection_days, now.today) else why.ObjectionDaysRun


def _ended(now: Now) -> Reason:
    last = now.case.valid_until
    return None if last is not None and has_ended(last, now.today) else why.NotEndedYet


def _not_ended(now: Now) -> Reason:
    return why.GradeHasEnded if _ended(now) is None else None


def _comes_back(to: State) -> Callable[[Now], Reason]:
    def question(now: Now) -> Reason:
        return None if now.case.suspended_from is to else why.SuspendedFromElsewhere

    return question


_OF_STATE: Mapping[State, tuple[Callable[[Now], Reason], ...]] = {
    State.SCORED: (_file, _card),
    State.VILLAGE_REVIEW: (_file,),
    State.NOTICE_1: (_rated, _no_veto),
    State.TOWN_REVIEW: (_first_notice_over, _no_objection, _no_veto),
    State.NOTICE_2: (_no_objection, _no_veto, _recommended),
    State.COUNTY_ENTRY: (_second_notice_over, _no_objection, _no_veto),
    State.EFFECTIVE: (_no_objection, _no_veto),
    State.ANNUAL_REVIEW: (_review_due, _no_veto),
    State.DOWNGRADED: (_lowering_told, _no_objection),
    State.REVOKED: (_revocation_told, _no_objection),
    State.SUSPENDED: (_veto,),
    State.EXPIRED: (_ended,),
}
