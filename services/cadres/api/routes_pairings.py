"""Pairings: which cadre answers for which household."""

from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.convert import pairing_out
from services.cadres.api.deps import Day, Repositories
from services.cadres.api.duty_schemas import HelperOut, HelpersOut, PairingEndIn, PairingIn, PairingOut, PairingsOut
from services.cadres.api.keyset import after_of, page
from services.cadres.domain.pairing import Pairing
from services.cadres.storage.pairing_repository import PairingLine, pairings_of_region
from services.cadres.use_cases.end_pairing import end_pairing
from services.cadres.use_cases.pair_household import pair_household
from services.cadres.use_cases.see_pairings import see_helpers, see_pairing
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["pairings"])


@router.post("/v1/pairings", status_code=201)
async def create_pairing(
    body: PairingIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> PairingOut:
    today = with_.clock.today()
    pairing = Pairing(new_id(), body.household_id, body.cadre_id, body.start or today)
    line = await pair_household(connection, rooms.cadres, with_.change_log, rooms.policies, who, pairing, today)
    response.headers["Location"] = f"/v1/pairings/{pairing.pairing_id}"
    return _with_version(line, response)


@router.get("/v1/pairings")
async def list_pairings_of_region(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    cadre_id: Annotated[Id | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PairingsOut:
    who.require_official(region)
    scope = f"pairings:{region}:{day}:{cadre_id}"
    after = after_of(with_.cursors, scope, cursor)
    found = await pairings_of_region(connection, region, day, cadre_id=cadre_id, after=after, limit=limit + 1)
    items, next_cursor = page(
        with_.cursors, scope, found, limit, lambda line: (line.village_code or "", line.pairing.household_id)
    )
    return PairingsOut(
        items=[pairing_out(line) for line in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/pairings/of/{household_id}")
async def read_helpers_of_household(household_id: Id, who: Who, connection: Connection) -> HelpersOut:
    lines = await see_helpers(connection, who, household_id)
    now = [line for line in lines if line.pairing.ended_on is None]
    return HelpersOut(
        household_id=household_id,
        helper=_helper(now[0]) if now else None,
        pairings=[pairing_out(line) for line in lines],
    )


@router.get("/v1/pairings/{pairing_id}")
async def read_pairing(pairing_id: Id, who: Who, connection: Connection, response: Response) -> PairingOut:
    return _with_version(await see_pairing(connection, who, pairing_id), response)


@router.post("/v1/pairings/{pairing_id}/end")
async def end_pairing_by_id(
    pairing_id: Id,
    body: PairingEndIn,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    response: Response,
) -> PairingOut:
    today = with_.clock.today()
    line = await end_pairing(
        connection,
        with_.change_log,
        who,
        pairing_id,
        ends_on=body.on or today,
        reason=body.reason,
        note=body.note,
        version=version,
        today=today,
        show=lambda one: pairing_out(one).model_dump(mode="json", by_alias=True),
    )
    return _with_version(line, response)


def _helper(line: PairingLine) -> HelperOut:
    return HelperOut(cadre_id=line.pairing.cadre_id, name=line.cadre_name, since=line.pairing.started_on)


def _with_version(line: PairingLine, response: Response) -> PairingOut:
    response.headers["ETag"] = etag(line.pairing.version)
    return pairing_out(line)
