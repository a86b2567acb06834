"""Households handed over from one cadre to another: proposed, accepted or refused, withdrawn."""

from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.deps import Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_handovers import (
    HandoverIn,
    HandoverOut,
    HandoverRefusalIn,
    HandoversOut,
    OwnHandoversOut,
)
from services.cadres.domain.handover import HandoverState
from services.cadres.storage.handover_repository import HandoverLine, handovers_of_cadre, handovers_of_region
from services.cadres.use_cases.hand_over import accept_handover, propose_handover, refuse_handover, withdraw_handover
from services.cadres.use_cases.see import own_cadre_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["handovers"])


@router.post("/v1/handovers", status_code=201)
async def create_handover(
    body: HandoverIn, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> HandoverOut:
    line = await propose_handover(
        connection,
        rooms.cadres,
        who,
        household_id=body.household_id,
        to_cadre_id=body.to_cadre_id,
        departure_id=body.departure_id,
    )
    response.headers["Location"] = f"/v1/handovers/{line.handover.handover_id}"
    return handover_out(line)


@router.get("/v1/handovers")
async def list_handovers(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[HandoverState, Query()] = "proposed",
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> HandoversOut:
    who.require_official(region)
    scope = f"handovers:{region}:{state}"
    after = after_of(with_.cursors, scope, cursor)
    found = await handovers_of_region(connection, region, state, after, limit + 1)
    items, next_cursor = page(
        with_.cursors, scope, found, limit, lambda line: (line.village_code or "", line.handover.handover_id)
    )
    return HandoversOut(
        items=[handover_out(line) for line in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/me/handovers")
async def list_own_handovers(who: Who, connection: Connection) -> OwnHandoversOut:
    cadre_id = own_cadre_id(who)
    lines = await handovers_of_cadre(connection, cadre_id)
    return OwnHandoversOut(
        to_answer=[handover_out(line) for line in lines if line.handover.to_cadre_id == cadre_id],
        offered=[handover_out(line) for line in lines if line.handover.from_cadre_id == cadre_id],
    )


@router.post("/v1/handovers/{handover_id}/accept")
async def accept_handover_by_id(
    handover_id: Id, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> HandoverOut:
    now = with_.clock.now()
    line = await accept_handover(connection, rooms.cadres, with_.change_log, rooms.policies, who, handover_id, now)
    return handover_out(line)


@router.post("/v1/handovers/{handover_id}/refuse")
async def refuse_handover_by_id(
    handover_id: Id, body: HandoverRefusalIn, who: Who, connection: Connection
) -> HandoverOut:
    return handover_out(await refuse_handover(connection, who, handover_id, body.reason))


@router.post("/v1/handovers/{handover_id}/withdraw")
async def withdraw_handover_by_id(handover_id: Id, who: Who, connection: Connection) -> HandoverOut:
    return handover_out(await withdraw_handover(connection, who, handover_id))


def handover_out(line: HandoverLine) -> HandoverOut:
    names = ("handover_id", "household_id", "from_cadre_id", "to_cadre_id", "departure_id", "state", "answer_note")
    own = ("village_code", "village", "head", "from_name", "to_name", "proposed_at")
    values = {name: getattr(line.handover, name) for name in names} | {name: getattr(line, name) for name in own}
    return HandoverOut.model_validate(values)
