"""Between the shapes of the course and the domain's."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.credit.api.schemas_course import (
    CaseOut,
    CaseWithHistoryOut,
    DecisionIn,
    LineIn,
    MeetingIn,
    MoveIn,
    NothingMovesOut,
    NoticeLineOut,
    NoticeOut,
    ObjectionOut,
    RecommendationOut,
    ReviewerIn,
    StaysOut,
    TransitionOut,
    VillageMoveIn,
    VillageMovesOut,
)
from services.credit.domain.course_errors import TransitionRefused
from services.credit.domain.grade_case import Decision, GradeCase, Move, Reviewer
from services.credit.domain.grade_state import NEXT
from services.credit.storage.notice_repository import Notice
from services.credit.storage.objection_repository import Objection
from services.credit.storage.recommendation_repository import Recommendation
from services.credit.use_cases.move_grades import Moves
from shared.auth import Principal

NO_MEETING = MeetingIn(present=0, members=0)


def move_of(body: MoveIn, who: Principal) -> Move:
    meeting = body.meeting or NO_MEETING
    return Move(
        to=body.to,
        **_by(who),
        reason=body.reason,
        reviewers=_reviewers(body.reviewers),
        present=meeting.present,
        members=meeting.members,
        decision=_decision(body.decision),
    )


def move_of_line(body: VillageMoveIn, who: Principal, line: LineIn | None) -> Move:
    """What a whole list has in common, with what one line brings itself."""
    meeting = body.meeting or NO_MEETING
    return Move(
        to=body.to,
        **_by(who),
        reason=body.reason,
        reviewers=_reviewers(line.reviewers) if line else (),
        present=meeting.present,
        members=meeting.members,
        decision=_decision(line.decision) if line else None,
    )


def case_out(case: GradeCase, objected: Collection[UUID]) -> CaseOut:
    """`objected`: the households to which there is an open objection."""
    return CaseOut.model_validate(_case(case, objected))


def case_with_history_out(
    case: GradeCase,
    objected: Collection[UUID],
    transitions: Sequence[Mapping[str, Any]],
    recommendations: Sequence[Recommendation],
) -> CaseWithHistoryOut:
    return CaseWithHistoryOut.model_validate(
        {
            **_case(case, objected),
            "next": [state.value for state in NEXT[case.state]],
            "transitions": [
                TransitionOut(
                    number=row["seq"],
                    to=row["event"],
                    at=row["at"],
                    actor=row["actor"],
                    facts=row["facts"],
                    hash=bytes(row["hash"]).hex(),
                )
                for row in transitions
            ],
            "recommendations": [
                RecommendationOut(partner_id=one.partner_id, grade=one.band, reason=one.reason)
                for one in recommendations
            ],
        }
    )


def moves_out(moves: Moves, objected: Collection[UUID]) -> VillageMovesOut:
    return VillageMovesOut(
        moved=[case_out(case, objected) for case in moves.moved],
        stay=[
            StaysOut(
                case_id=one.case_id,
                household_id=one.case and one.case.household_id,
                state=one.case and one.case.state,
                code=one.refusal.code,
                message=one.refusal.sentence,
                allowed=one.refusal.data["allowed"],
            )
            for one in moves.stay
        ],
        notice_id=moves.notice_id,
        nothing=moves.nothing and _nothing_out(moves.nothing),
    )


def _nothing_out(why: TransitionRefused) -> NothingMovesOut:
    return NothingMovesOut.model_validate({"code": why.code, "message": why.sentence, "allowed": why.data["allowed"]})


def notice_out(notice: Notice, stored_sha256: str) -> NoticeOut:
    return NoticeOut(
        notice_id=notice.notice_id,
        village_code=notice.village_code,
        stage=notice.stage,
        posted_on=notice.posted_on,
        first_free_day=notice.first_free_day,
        lines=[
            NoticeLineOut(number=number, name=line.name, grade=line.grade)
            for number, line in enumerate(notice.lines, start=1)
        ],
        sha256=stored_sha256,
        unchanged=notice.sha256 == stored_sha256,
    )


def objection_out(objection: Objection, today: date, *, to_official: bool = False) -> ObjectionOut:
    """Who objected to a notice by name is told to those who decide, and not to the household."""
    named = {name: getattr(objection, name) for name in ObjectionOut.model_fields if name != "overdue"}
    objector = objection.objector if to_official else None
    return ObjectionOut.model_validate({**named, "overdue": objection.overdue(today), "objector": objector})


def _case(case: GradeCase, objected: Collection[UUID]) -> dict[str, Any]:
    score, told = case.score, case.lowering
    return {
        "case_id": case.case_id,
        "household_id": case.household_id,
        "village_code": case.village_code,
        "state": case.state.value,
        "version": case.version,
        "grade": case.band,
        "scored_grade": score and score.band,
        "total": score and score.total,
        "as_of": score and score.as_of,
        "notice_1": case.notice_1 and case.notice_1.notice_id,
        "notice_2": case.notice_2 and case.notice_2.notice_id,
        "effective_on": case.effective_on,
        "valid_until": case.valid_until,
        "reviewed_on": case.reviewed_on,
        "lower_grade_told_on": told and told.noticed_on,
        "revocation_told_on": case.revocation and case.revocation.noticed_on,
        "objection": case.household_id in objected,
    }


def _by(who: Principal) -> dict[str, Any]:
    own = UUID(who.household_id) if who.household_id else None
    return {"actor": who.subject, "actor_name": who.name, "own_household": own}


def _reviewers(given: Sequence[ReviewerIn]) -> tuple[Reviewer, ...]:
    return tuple(Reviewer(one.person, one.relation, one.points) for one in given)


def _decision(given: DecisionIn | None) -> Decision | None:
    return None if given is None else Decision(given.band, given.reason, given.owner, given.ends_on)
