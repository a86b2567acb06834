"""A decision about a person is begun by a notice, answered, taken by a second person, appealed, judged by a third."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.decision import OWN_STEPS, Decision, DecisionStep, may_move_decision
from services.cadres.domain.decision_errors import DecisionNeedsOtherPerson, DecisionNotFound
from services.cadres.domain.may_appraise import may_be_outstanding
from services.cadres.domain.may_give_notice import Conditions, lacks_ground, may_give_notice
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.appraisal_repository import personal_file
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.decision_repository import (
    add_decision,
    decision_log,
    get_decision,
    save_decision,
)
from services.cadres.storage.guards import guard_cadres
from services.cadres.use_cases.end_service import end_service
from services.cadres.use_cases.see import require_known_cadre
from services.cadres.use_cases.take_outstanding_place import take_outstanding_place
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection

_ABOUT = ("round", "exempts", "rests_on", "priority", "year")


async def give_notice(
    connection: Connection,
    cadres: CadreRepository,
    policies: Sequence[Policy],
    clock: Clock,
    who: Principal,
    decision: Decision,
    conditions: Conditions | None,
) -> Decision:
    """The person is told what is meant to be decided, why and by which evidence.

    Raises CadreNotFound, DecisionNeedsOtherPerson and the reasons of `may_give_notice`.
    """
    cadre = await require_other_cadre(connection, cadres, who, decision.cadre_id)
    decision = replace(decision, region_code=cadre.region_code)
    file, today = await personal_file(connection, decision.cadre_id), clock.today()
    if (refusal := may_give_notice(decision, conditions, file, policy_at(policies, today), today)) is not None:
        raise refusal
    await begin_decision(connection, clock, who, decision, {"conditions": asdict(conditions)} if conditions else {})
    return decision


async def require_other_cadre(connection: Connection, cadres: CadreRepository, who: Principal, cadre_id: UUID) -> Cadre:
    """The cadre about whom somebody else begins something, held until the transaction ends.

    Raises CadreNotFound, DecisionNeedsOtherPerson.
    """
    await guard_cadres(connection, [cadre_id])
    cadre = await cadres.get(connection, cadre_id)
    require_known_cadre(who, cadre)
    if _is_person(who, cadre):
        raise DecisionNeedsOtherPerson
    return cadre


async def begin_decision(
    connection: Connection, clock: Clock, who: Principal, decision: Decision, facts: Mapping[str, Any]
) -> None:
    """The notice is written down and chained with these facts beside what the decision says.

    Raises AppraisalAlready.
    """
    named = {"kind": decision.kind, "reason": decision.reason, "evidence": decision.evidence}
    on = {name: str(given) for name in _ABOUT if (given := getattr(decision, name)) is not None}
    await _log(connection, clock, who, decision, {**named, **on, **facts})
    await add_decision(connection, decision)


async def move_decision(
    connection: Connection,
    cadres: CadreRepository,
    policies: Sequence[Policy],
    clock: Clock,
    who: Principal,
    decision_id: UUID,
    to: DecisionStep,
    note: str,
) -> Decision:
    """Raises DecisionNotFound, OutsideScope and the reasons of `may_move_decision`, `lacks_ground` and
    `may_be_outstanding`; OutstandingPlacesTaken."""
    before, cadre = await _seen(connection, cadres, who, decision_id, lock=True)
    own, today = _is_person(who, cadre), clock.today()
    if to not in OWN_STEPS:
        who.require_official(before.region_code)
    policy = policy_at(policies, before.noticed_on)
    if (refusal := may_move_decision(before, to, who.subject, policy, today, own=own)) is not None:
        raise refusal
    if to == "imposed" and before.kind == "appraisal":
        await _impose_appraisal(connection, before, policy, today)
    if to == "imposed" and before.kind == "resignation":
        if (refusal := lacks_ground(before, await personal_file(connection, before.cadre_id), policy)) is not None:
            raise refusal
        await end_service(connection, before, today, who.subject)
    after = replace(before, state=to, version=before.version + 1)
    if to in {"imposed", "dropped"}:
        after = replace(after, decided_on=today, decided_by=who.subject)
    await _log(connection, clock, who, after, {"note": note})
    await save_decision(connection, after)
    return after


async def see_decision(
    connection: Connection, cadres: CadreRepository, who: Principal, decision_id: UUID
) -> tuple[Decision, list[Mapping[str, Any]]]:
    """With its transitions, for the person and the officials of the place. Raises DecisionNotFound."""
    decision, _ = await _seen(connection, cadres, who, decision_id)
    return decision, await decision_log.of_case(connection, decision)


async def _seen(
    connection: Connection, cadres: CadreRepository, who: Principal, decision_id: UUID, *, lock: bool = False
) -> tuple[Decision, Cadre]:
    decision = await get_decision(connection, decision_id)
    if lock:  # Whoever is posted or promoted meanwhile waits for the decision, or the decision for the posting.
        await guard_cadres(connection, [decision.cadre_id])
        decision = await get_decision(connection, decision_id)
    cadre = await cadres.get(connection, decision.cadre_id)
    require_known_decision(who, decision, cadre)
    return decision, cadre


def require_known_decision(who: Principal, decision: Decision, cadre: Cadre) -> None:
    """Officials of the place, and the person, know of it. Raises DecisionNotFound."""
    if not who.official_for(decision.region_code) and not _is_person(who, cadre):
        raise DecisionNotFound


async def _impose_appraisal(connection: Connection, decision: Decision, policy: Policy, today: date) -> None:
    """Raises BarredFromAward, BelowOutstanding, OutstandingPlacesTaken."""
    file = await personal_file(connection, decision.cadre_id)
    appraisal = file.appraisals[decision.case_id]
    if (refusal := may_be_outstanding(appraisal, file, policy, today)) is not None:
        raise refusal
    if appraisal.outstanding:
        await take_outstanding_place(connection, appraisal)


def _is_person(who: Principal, cadre: Cadre) -> bool:
    """By the caseload of the login or by the login itself: an official may be the cadre under another role."""
    return who.cadre_id == str(cadre.cadre_id) or (cadre.subject is not None and cadre.subject == who.subject)


async def _log(
    connection: Connection, clock: Clock, who: Principal, decision: Decision, facts: Mapping[str, Any]
) -> None:
    await decision_log.append(connection, [Taken(decision, who.subject, clock.now(), facts)])
