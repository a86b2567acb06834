"""May this household's course move to that state now, and if not, why not and where may it? (report 四.8)

What a move needs is asked in two halves: what must stand already (days, objections, quota, status), which also gives
the states that are open now, and what the move itself must bring (`identification_brought.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from services.households.domain import identification_errors as why
from services.households.domain.identification import Bearing, Case, Move, Posted
from services.households.domain.identification_brought import brought
from services.households.domain.identification_errors import CourseRefused
from services.households.domain.identification_kind import Kind, counts_against_quota, fits
from services.households.domain.identification_policy import IdentificationPolicy
from services.households.domain.identification_state import ENDED, NEXT, State
from services.households.domain.notice_period import first_free_day, is_over

Reason = CourseRefused | None


@dataclass(frozen=True, slots=True)
class Now:
    """A case with all that bears upon it on a day."""

    case: Case
    bearing: Bearing
    policy: IdentificationPolicy
    today: date


@dataclass(frozen=True, slots=True)
class MoveVerdict:
    """`refusal` is None when the move is allowed; `allowed` are the states that are open to the right move now, which
    the refusal names as well."""

    refusal: Reason
    allowed: tuple[State, ...]


def may_move(case: Case, bearing: Bearing, move: Move, policy: IdentificationPolicy, today: date) -> MoveVerdict:
    """The verdict on one move of one case."""
    now = Now(case, bearing, policy, today)
    allowed = open_states(now)
    follows = move.to in NEXT[case.state]
    refusal = _standing(now, move.to) or brought(case, bearing, move, policy) if follows else _not_next(case)
    if refusal is not None:
        refusal.data |= {"state": case.state.value, "allowed": [state.value for state in allowed]}
    return MoveVerdict(refusal, allowed)


def _not_next(case: Case) -> CourseRefused:
    return why.CourseEnded() if case.state in ENDED else CourseRefused()


def open_states(now: Now) -> tuple[State, ...]:
    return tuple(state for state in NEXT[now.case.state] if _standing(now, state) is None)


def _standing(now: Now, to: State) -> Reason:
    """The first thing that does not stand yet for moving to a state."""
    return next((reason for asked in _OF_STATE.get(to, ()) if (reason := asked(now)) is not None), None)


def _fits(now: Now) -> Reason:
    if now.bearing.closed:
        return why.HouseholdGone()
    if now.bearing.village_code != now.case.village_code:
        return why.HouseholdMoved()
    return None if fits(now.case.kind, now.bearing.status) else why.StatusDoesNotFit()


def _has_place(now: Now) -> Reason:
    if not counts_against_quota(now.case.kind) or now.bearing.inside:
        return None
    return why.QuotaMissing() if now.bearing.inside is None else why.OutsideQuota()


def _has_no_place(now: Now) -> Reason:
    if not counts_against_quota(now.case.kind) or now.bearing.inside:
        return why.InsideQuota()
    return why.QuotaMissing() if now.bearing.inside is None else None


def _may_exit(now: Now) -> Reason:
    if now.case.kind is not Kind.EXIT:
        return None
    verdict = now.bearing.exit
    if verdict is None:
        return why.MayNotExit(reasons=[])
    return None if verdict.may_leave else why.MayNotExit(reasons=list(verdict.reasons), income_year=verdict.income_year)


def _first_notice_over(now: Now) -> Reason:
    return _over(now, now.case.notice_1)


def _second_notice_over(now: Now) -> Reason:
    return _over(now, now.case.notice_2)


def _over(now: Now, posted: Posted | None) -> Reason:
    if posted is None:
        return CourseRefused()
    days = now.policy.notice_days
    if is_over(posted.on, days, now.today):
        return None
    return why.NoticeRuns(free_on=first_free_day(posted.on, days).isoformat())


def _no_objection(now: Now) -> Reason:
    return why.EntryHeld() if now.bearing.open_objection else None


_OF_STATE: Mapping[State, tuple[Callable[[Now], Reason], ...]] = {
    State.GROUP_REVIEW: (_fits,),
    State.VILLAGE_REVIEW: (_fits,),
    State.COMMITTEE_CONFIRMED: (_fits, _has_place, _may_exit),
    State.NOT_SELECTED: (_has_no_place,),
    State.NOTICE_1: (_fits,),
    State.TOWN_REVIEW: (_fits, _first_notice_over, _no_objection),
    State.NOTICE_2: (_fits, _no_objection),
    State.COUNTY_ENTRY: (_fits, _second_notice_over, _no_objection, _may_exit),
    State.REFUSED: (_no_objection,),
}
