"""A decision about a person is begun by a notice, answered, taken by a second person, appealed, judged by a third."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from services.cadres.domain.cadre import Cadre
from services.cadres.domain.decision import OWN_STEPS, Decision, DecisionStep, may_move_decision
from services.cadres.domain.decision_errors import DecisionNeedsOtherPerson, DecisionNotFound
from services.cadres.domain.may_give_notice import Conditions, may_give_notice
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.cadre_repository import CadreRepository
from services.cadres.storage.decision_repository import (
    add_decision,
    decision_log,
    decisions_about,
    get_decision,
    save_decision,
)
from services.cadres.storage.guards import guard_cadres
from services.cadres.use_cases.see import require_known_cadre
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection


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
    await guard_cadres(connection, [decision.cadre_id])
    cadre = await cadres.get(connection, decision.cadre_id)
    require_known_cadre(who, cadre)
    if _is_person(who, cadre):
        raise DecisionNeedsOtherPerson
    decision = replace(decision, region_code=cadre.region_code)
    before = await decisions_about(connection, [decision.cadre_id])
    if (refusal := may_give_notice(decision, conditions, before, policy_at(policies, clock.today()))) is not None:
        raise refusal
    met = {"conditions": asdict(conditions)} if conditions else {}
    facts = {"kind": decision.kind, "reason": decision.reason, "evidence": decision.evidence, **met}
    await _log(connection, clock, who, decision, facts)
    await add_decision(connection, decision)
    return decision


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
    """Raises DecisionNotFound, OutsideScope and the reasons of `may_move_decision`."""
    before, cadre = await _seen(connection, cadres, who, decision_id, lock=True)
    own, today = _is_person(who, cadre), clock.today()
    if to not in OWN_STEPS:
        who.require_official(before.region_code)
    policy = policy_at(policies, before.noticed_on)
    if (refusal := may_move_decision(before, to, who.subject, policy, today, own=own)) is not None:
        raise refusal
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
    if not who.official_for(decision.region_code) and not _is_person(who, cadre):
        raise DecisionNotFound
    return decision, cadre


def _is_person(who: Principal, cadre: Cadre) -> bool:
    """By the caseload of the login or by the login itself: an official may be the cadre under another role."""
    return who.cadre_id == str(cadre.cadre_id) or (cadre.subject is not None and cadre.subject == who.subject)


async def _log(
    connection: Connection, clock: Clock, who: Principal, decision: Decision, facts: Mapping[str, Any]
) -> None:
    await decision_log.append(connection, [Taken(decision, who.subject, clock.now(), facts)])
