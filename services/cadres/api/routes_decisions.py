"""Decisions about a person: noticed, answered, decided, appealed, judged; and the person's own."""

from collections.abc import Sequence

from fastapi import Response

from services.cadres.api.deps import Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_decisions import (
    DecisionFullOut,
    DecisionIn,
    DecisionOut,
    DecisionsOut,
    DecisionStepIn,
    DecisionTransitionOut,
    OwnDecisionsOut,
    RoundIn,
)
from services.cadres.domain.decision import ALLOWED, QUARTERS, Decision, appeal_until, last_day
from services.cadres.domain.may_give_notice import Conditions
from services.cadres.domain.policy import Policy, policy_at
from services.cadres.storage.decision_repository import decisions_about, decisions_of_region
from services.cadres.use_cases.decide_about_cadre import give_notice, move_decision, see_decision
from services.cadres.use_cases.see import own_cadre_id
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["decisions"])


@router.post("/v1/decisions", status_code=201)
async def create_decision(
    body: DecisionIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> DecisionOut:
    given = Conditions(**body.conditions.model_dump()) if body.conditions else None
    new = _decision(body, who.subject, with_)
    made = await give_notice(connection, rooms.cadres, rooms.policies, with_.clock, who, new, given)
    response.headers["Location"] = f"/v1/decisions/{made.case_id}"
    return _out(made, rooms.policies)


@router.get("/v1/decisions")
async def list_decisions(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> DecisionsOut:
    who.require_official(region)
    scope = f"decisions:{region}"
    found = await decisions_of_region(connection, region, after_of(with_.cursors, scope, cursor), limit + 1)
    items, following = page(with_.cursors, scope, found, limit, lambda one: (one.region_code, one.case_id))
    listed = [_out(one, rooms.policies) for one in items]
    return DecisionsOut(items=listed, next_cursor=following, has_more=following is not None)


@router.get("/v1/decisions/{decision_id}")
async def read_decision(decision_id: Id, who: Who, connection: Connection, rooms: Repositories) -> DecisionFullOut:
    decision, steps = await see_decision(connection, rooms.cadres, who, decision_id)
    history = [DecisionTransitionOut.model_validate(dict(step)) for step in steps]
    return DecisionFullOut(**_out(decision, rooms.policies).model_dump(), history=history)


@router.post("/v1/decisions/{decision_id}/transitions")
async def move_decision_by_id(
    decision_id: Id,
    body: DecisionStepIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
) -> DecisionOut:
    moved = await move_decision(
        connection, rooms.cadres, rooms.policies, with_.clock, who, decision_id, body.to, body.note
    )
    return _out(moved, rooms.policies)


@router.get("/v1/me/decisions")
async def list_own_decisions(who: Who, connection: Connection, rooms: Repositories) -> OwnDecisionsOut:
    found = await decisions_about(connection, [own_cadre_id(who)])
    return OwnDecisionsOut(items=[_out(one, rooms.policies) for one in found])


def _decision(body: DecisionIn, author: str, with_: Mechanisms) -> Decision:
    return Decision(
        cadre_id=body.cadre_id,
        case_id=new_id(),
        region_code="",
        kind=body.kind,
        reason=body.reason,
        evidence=body.evidence,
        noticed_on=with_.clock.today(),
        noticed_by=author,
        round=body.round.year * QUARTERS + body.round.quarter - 1 if body.round else None,
        exempts=body.exempts,
        rests_on=body.appraisal_id,
        priority=body.priority,
    )


def _out(one: Decision, policies: Sequence[Policy]) -> DecisionOut:
    policy = policy_at(policies, one.noticed_on)
    names = ("cadre_id", "kind", "state", "reason", "evidence", "exempts", "priority", "noticed_on", "decided_on")
    return DecisionOut(
        decision_id=one.case_id,
        **{name: getattr(one, name) for name in names},
        appraisal_id=one.case_id if one.kind == "appraisal" else one.rests_on,
        allowed=list(ALLOWED.get(one.state, ())),
        round=None if one.round is None else RoundIn(year=one.round // QUARTERS, quarter=one.round % QUARTERS + 1),
        reply_until=last_day(one.noticed_on, policy.reply_days),
        appeal_until=appeal_until(one, policy),
    )
