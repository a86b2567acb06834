"""A cadre leaves: what is still open, and the end of its time in office."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.cadres.api.convert import pairing_out
from services.cadres.api.convert_tasks import problem_line_out, task_out
from services.cadres.api.deps import Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.routes_handovers import handover_out
from services.cadres.api.schemas_handovers import (
    DepartureIn,
    DepartureLineOut,
    DepartureOut,
    DeparturesOut,
    OpenPostOut,
)
from services.cadres.domain.handover import Departure, DepartureState
from services.cadres.storage.handover_repository import DepartureLine, departures_of
from services.cadres.use_cases.keep_departure import (
    SeenDeparture,
    announce_departure,
    cancel_departure,
    complete_departure,
    see_departure,
)
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.service_app import strict_router

router = strict_router(tags=["departures"])


@router.post("/v1/departures", status_code=201)
async def create_departure(
    body: DepartureIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> DepartureOut:
    departure = Departure(new_id(), body.cadre_id, body.leaves_on, body.reason, body.note)
    response.headers["Location"] = f"/v1/departures/{departure.departure_id}"
    today = with_.clock.today()
    return _out(await announce_departure(connection, rooms.cadres, who, departure, today), today)


@router.get("/v1/departures")
async def list_departures(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[DepartureState, Query()] = "open",
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> DeparturesOut:
    who.require_official(region)
    scope = f"departures:{region}:{state}"
    after = after_of(with_.cursors, scope, cursor)
    found = await departures_of(connection, region, state, after, limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, _key)
    return DeparturesOut(
        items=[DepartureLineOut.model_validate(_values(line)) for line in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


@router.get("/v1/departures/{departure_id}")
async def read_departure(departure_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> DepartureOut:
    return _out(await see_departure(connection, who, departure_id), with_.clock.today())


@router.post("/v1/departures/{departure_id}/complete")
async def complete_departure_by_id(
    departure_id: Id, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> DepartureOut:
    today = with_.clock.today()
    return _out(await complete_departure(connection, rooms.cadres, who, departure_id, today), today)


@router.post("/v1/departures/{departure_id}/cancel")
async def cancel_departure_by_id(departure_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> DepartureOut:
    return _out(await cancel_departure(connection, who, departure_id), with_.clock.today())


def _key(line: DepartureLine) -> tuple[str, UUID]:
    return line.region_code, line.departure.departure_id


def _values(line: DepartureLine) -> dict[str, object]:
    names = ("departure_id", "cadre_id", "leaves_on", "reason", "note", "state")
    own = ("cadre_name", "region_code", "open_households")
    return {name: getattr(line.departure, name) for name in names} | {name: getattr(line, name) for name in own}


def _out(seen: SeenDeparture, today: date) -> DepartureOut:
    return DepartureOut.model_validate(
        _values(seen.line)
        | {
            "households": [pairing_out(line) for line in seen.open_pairings],
            "posts": [OpenPostOut.model_validate(post, from_attributes=True) for post in seen.open_posts],
            "tasks": [task_out(line, today) for line in seen.open_tasks],
            "problems": [problem_line_out(line) for line in seen.problems],
            "handovers": [handover_out(line) for line in seen.handovers],
        }
    )
