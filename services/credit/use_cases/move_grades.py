"""Officials move grades along their course: one case, or a village's whole list with a line for each that stays.

Every refusal is decided before anything is written, so that of a list those that may move do, and the others are
untouched (credit rules 2.4).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.domain.course_errors import (
    CaseNotOfVillage,
    NobodyAtStageBefore,
    NotForWholeVillage,
    TransitionRefused,
)
from services.credit.domain.grade_case import Bearing, GradeCase, Move, Posted
from services.credit.domain.grade_course import may_move
from services.credit.domain.grade_moved import moved
from services.credit.domain.grade_offices import grade_offices
from services.credit.domain.grade_state import IN_EFFECT, State
from services.credit.domain.legal_dates import first_free_day, last_start
from services.credit.domain.record_errors import NotAVillage
from services.credit.domain.two_halves import BANDS
from services.credit.storage.card_repository import card_from_day
from services.credit.storage.case_repository import (
    bearings,
    cases_of_village,
    names_of,
    save_cases,
    settle_what_was,
    states_in_village,
)
from services.credit.storage.course_log import grade_log
from services.credit.storage.directory_repository import place
from services.credit.storage.grade_repository import first_graded
from services.credit.storage.notice_repository import Notice, NoticeLine, post_notice
from services.credit.storage.shipped_policies import grade_policy
from services.credit.use_cases.adopt_first_grades import adopt_first_grades
from services.credit.use_cases.grade_takes_effect import grades_follow
from services.credit.use_cases.hold_case import hold_case
from services.credit.use_cases.hold_office import office_held, require_office
from services.credit.use_cases.score_anew import CARD
from services.credit.use_cases.score_case import score_cases, under_vetoes_of_today
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection
from shared.ids import new_id

NOTICES = (State.NOTICE_1, State.NOTICE_2)


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves, when, and on which card a case is scored."""

    who: Principal
    clock: Clock
    card_id: str = CARD


@dataclass(frozen=True, slots=True)
class Stays:
    """A case that could not move, and why; `refusal` carries the states that are open to it.

    `case` is None for one that was named and is not of the village: nothing of it is told, not whether there is one.
    """

    case_id: UUID
    case: GradeCase | None
    refusal: TransitionRefused


@dataclass(frozen=True, slots=True)
class Moves:
    """`nothing`: why a whole village's move found no case; it carries the states that a whole list can move to now."""

    moved: Sequence[GradeCase]
    stay: Sequence[Stays]
    notice_id: UUID | None
    nothing: TransitionRefused | None = None


async def move_case(connection: Connection, mover: Mover, case_id: UUID, move: Move) -> GradeCase:
    """Raises CaseNotFound, NotPermitted, OutsideScope, and the TransitionRefused that says why not."""
    case, village = await hold_case(connection, mover.who, case_id)
    done = await _move(connection, mover, village, [(case, move)])
    if done.stay:
        raise done.stay[0].refusal
    return done.moved[0]


async def move_village(
    connection: Connection, mover: Mover, village: str, to: State, moves: Mapping[UUID, Move] | None, common: Move
) -> Moves:
    """Moves the named cases of those who live in a village now, each by its own move, or all that stand before `to` by
    the common one.

    A named case that is not of the village stays. Raises PlaceNotFound, NotAVillage, NotPermitted, OutsideScope.
    """
    if (await place(connection, village)).level != "village":
        raise NotAVillage
    mover.who.require_official(village)
    if moves is None:
        if to is State.ANNUAL_REVIEW:
            today = mover.clock.today()
            due = last_start(today, grade_policy(today).months_to_review)
            await adopt_first_grades(connection, await first_graded(connection, village, due), mover.clock.now())
        before = [state for state in State if to in _forward(state)]
        found = await cases_of_village(connection, village, states=before)
        done = await _move(connection, mover, village, [(case, common) for case in found])
        return done if found else replace(done, nothing=await _nothing_moves(connection, village, before))
    found = await cases_of_village(connection, village, case_ids=list(moves))
    done = await _move(connection, mover, village, [(case, moves[case.case_id]) for case in found])
    here = {case.case_id for case in found}
    left = [Stays(named, None, CaseNotOfVillage(allowed=[])) for named in moves if named not in here]
    return replace(done, stay=[*done.stay, *left])


async def _nothing_moves(connection: Connection, village: str, before: Collection[State]) -> TransitionRefused:
    open_now = {to for state in await states_in_village(connection, village) for to in _forward(state)}
    reason = NobodyAtStageBefore if before else NotForWholeVillage
    return reason(allowed=[state.value for state in State if state in open_now])


async def _move(connection: Connection, mover: Mover, village: str, asked: Sequence[tuple[GradeCase, Move]]) -> Moves:
    today, actor = mover.clock.today(), mover.who.subject
    policy = grade_policy(today)
    for to in {move.to for _, move in asked}:
        require_office(mover.who, village, *grade_offices(to))
    bearing = await bearings(
        connection, [case for case, _ in asked], await card_from_day(connection, mover.card_id, today), today
    )
    asked = [(await under_vetoes_of_today(connection, case, bearing[case.case_id]), move) for case, move in asked]
    going: list[tuple[GradeCase, Move]] = []
    stay: list[Stays] = []
    for case, move in asked:
        verdict = may_move(case, bearing[case.case_id], move, policy, today)
        if verdict.refusal is None:
            going.append((case, move))
        else:
            allowed = [state.value for state in verdict.allowed]
            refusal = verdict.refusal(state=case.state.value, allowed=allowed, **policy.figures)
            stay.append(Stays(case.case_id, case, refusal))
    scored = await score_cases(connection, going, mover.card_id, today)
    posted = await _post(connection, mover, village, going, today)
    after = [
        (moved(case, move, policy, today, score=scored.get(case.case_id), posted=posted), move) for case, move in going
    ]
    roles = {to: office_held(mover.who, village, *grade_offices(to)) for to in {move.to for _, move in going}}
    at = mover.clock.now()
    await grade_log.append(
        connection,
        [
            Taken(case, actor, at, _facts(before, case, move, roles[move.to], posted) | {"policy": policy.version})
            for (before, _), (case, move) in zip(going, after, strict=True)
        ],
    )
    await save_cases(connection, [case for case, _ in after])
    collected = [case for case, move in going if move.to is State.COLLECTED]
    if collected:
        await settle_what_was(connection, collected)
    follow: list[tuple[GradeCase, Bearing]] = [(case, bearing[case.case_id]) for case, _ in after]
    await grades_follow(connection, follow, actor, at)
    return Moves([case for case, _ in after], stay, None if posted is None else posted.notice_id)


async def _post(
    connection: Connection, mover: Mover, village: str, going: Sequence[tuple[GradeCase, Move]], today: date
) -> Posted | None:
    """One notice for all that move to it: masked names and grades, and only of those who have a grade."""
    listed = [(case, move) for case, move in going if move.to in NOTICES]
    if not listed:
        return None
    policy = grade_policy(today)
    names = await names_of(connection, [case for case, _ in listed])
    graded = [(case, band) for case, move in listed if (band := _posted_band(case, move)) in BANDS[1:]]
    notice = Notice(
        notice_id=new_id(),
        village_code=village,
        stage=listed[0][1].to.value,
        posted_on=today,
        first_free_day=first_free_day(today, policy.notice_days),
        policy_version=policy.version,
        lines=tuple(NoticeLine(names.get(case.household_id, ""), band) for case, band in graded),
        posted_by=mover.who.subject,
    )
    await post_notice(connection, notice, [case.case_id for case, _ in graded])
    return Posted(notice.notice_id, today)


def _posted_band(case: GradeCase, move: Move) -> str:
    return (move.decision.band if move.decision else case.band) or ""


def _forward(state: State) -> tuple[State, ...]:
    """Where a village's whole list goes from a state: the next stage or the yearly review, never back, never out."""
    if state in IN_EFFECT:
        return (State.ANNUAL_REVIEW,)
    stages = list(State)
    following = stages[stages.index(state) + 1 : stages.index(state) + 2]
    return tuple(following) if state in stages[: stages.index(State.EFFECTIVE)] else ()


def _facts(before: GradeCase, after: GradeCase, move: Move, role: str, posted: Posted | None) -> dict[str, Any]:
    """What the chain keeps of a move: no scores, only the hash that proves the one that was meant."""
    facts: dict[str, Any] = {"from": before.state.value, "role": role}
    if move.reason:
        facts["reason"] = move.reason
    if after.score is not None:
        facts["trace_sha256"] = after.score.trace_sha256
    if move.to is State.DOWNGRADED and before.lowering is not None:
        facts["told_by"] = before.lowering.told_by
    if move.to is State.REVOKED and before.revocation is not None:
        facts["told_by"] = before.revocation.told_by
    if posted is not None:
        facts["notice_id"] = str(posted.notice_id)
    if move.reviewers:
        facts["reviewers"] = [{"person": one.person, "relation": one.relation} for one in move.reviewers]
        facts["present"], facts["members"] = move.present, move.members
    if move.decision is not None:
        ends = move.decision.ends_on
        facts["decision"] = {**asdict(move.decision), "ends_on": ends and ends.isoformat()}
    return facts
