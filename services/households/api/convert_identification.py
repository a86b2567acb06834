"""Between the shapes of identification and the domain's."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.households.api.schemas_identification import (
    IdentificationLineIn,
    IdentificationLineOut,
    IdentificationMoveIn,
    IdentificationOut,
    IdentificationStepOut,
    IdentificationWithStepsOut,
    MeetingIn,
    PostedOut,
    QuotaOut,
    ReviewerIn,
    StayingOut,
    StepIn,
    VillageIdentificationMovesOut,
)
from services.households.domain.identification import Case, Move, Posted, Reviewer
from services.households.domain.identification_state import NEXT
from services.households.storage.identification_repository import CaseLine
from services.households.storage.quota_repository import Quota
from services.households.use_cases.move_identifications import Moves
from shared.auth import OFFICIALS, Principal
from shared.crypto import FieldCipher

NO_MEETING = MeetingIn(present=0, members=0)
# The index of a reviewer's ID number is for comparing, not for reading.
_HIDDEN = "person"


def move_of(body: IdentificationMoveIn, who: Principal, cipher: FieldCipher) -> Move:
    line = IdentificationLineIn(
        identification_id=UUID(int=0), votes=body.votes, recused=body.recused, relation=body.relation
    )
    return moves_of(body, who, cipher, [line])[UUID(int=0)]


def moves_of(
    body: StepIn, who: Principal, cipher: FieldCipher, lines: Sequence[IdentificationLineIn]
) -> dict[UUID, Move]:
    """Course id → what the whole list has in common, with what its own line brings."""
    meeting = body.meeting or NO_MEETING
    reviewers = tuple(_reviewer(one, cipher) for one in body.reviewers)
    return {
        line.identification_id: Move(
            to=body.to,
            actor=who.subject,
            actor_name=who.name,
            own_household=UUID(who.household_id) if who.household_id else None,
            by_household=not (OFFICIALS & who.roles),
            reason=line.reason or body.reason,
            relation=line.relation or body.relation,
            reviewers=reviewers,
            present=meeting.present,
            members=meeting.members,
            votes=line.votes,
            recused=line.recused,
        )
        for line in lines
    }


def identification_out(case: Case) -> IdentificationOut:
    return IdentificationOut.model_validate(_case(case))


def identification_with_steps_out(
    case: Case, statement: str, transitions: Sequence[Mapping[str, Any]]
) -> IdentificationWithStepsOut:
    steps = [
        IdentificationStepOut(
            number=row["seq"],
            to=row["event"],
            at=row["at"],
            actor=row["actor"],
            facts=_readable(row["facts"]),
            hash=bytes(row["hash"]).hex(),
        )
        for row in transitions
    ]
    following = [state.value for state in NEXT[case.state]]
    return IdentificationWithStepsOut(**_case(case), statement=statement, next=following, transitions=steps)


def line_out(line: CaseLine) -> IdentificationLineOut:
    return IdentificationLineOut(**_case(line.case), head_name=line.head_name, held=line.objected)


def moves_out(moves: Moves) -> VillageIdentificationMovesOut:
    return VillageIdentificationMovesOut(
        moved=[identification_out(case) for case in moves.moved],
        stay=[
            StayingOut(
                identification_id=one.case.case_id,
                household_id=one.case.household_id,
                state=one.case.state,
                code=one.refusal.code,
                message=one.refusal.sentence,
                allowed=one.refusal.data["allowed"],
                reasons=one.refusal.data.get("reasons", []),
            )
            for one in moves.stay
        ],
        notice_id=moves.notice_id,
    )


def quota_out(quota: Quota) -> QuotaOut:
    return QuotaOut.model_validate(quota, from_attributes=True)


def _reviewer(given: ReviewerIn, cipher: FieldCipher) -> Reviewer:
    person = cipher.blind_index("id_number", given.id_number.upper()).hex() if given.id_number else None
    return Reviewer(given.name, person, given.relation, given.committee)


def _readable(facts: Mapping[str, Any]) -> dict[str, Any]:
    sat = facts.get("reviewers")
    if sat is None:
        return dict(facts)
    shown = [{name: value for name, value in one.items() if name != _HIDDEN} for one in sat]
    return {**facts, "reviewers": shown}


def _case(case: Case) -> dict[str, Any]:
    vote = case.vote
    return {
        "identification_id": case.case_id,
        "household_id": case.household_id,
        "village_code": case.village_code,
        "kind": case.kind.value,
        "year": case.year,
        "state": case.state.value,
        "version": case.version,
        "applied_on": case.applied_on,
        "votes": vote and vote.votes,
        "voters": vote and vote.voters,
        "recused": vote and vote.recused,
        "notice_1": _posted(case.notice_1),
        "notice_2": _posted(case.notice_2),
        "entered_on": case.entered_on,
    }


def _posted(posted: Posted | None) -> PostedOut | None:
    if posted is None:
        return None
    return PostedOut(notice_id=posted.notice_id, line=posted.line, posted_on=posted.on)
