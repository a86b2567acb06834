"""Organisations and villages pair: 两新联万村, 支部结对共建 with its yearly five, 联合党组织."""

from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.deps import Day, Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_villages import (
    ActivityIn,
    ActivityOut,
    PairingYearOut,
    PairingYearsOut,
    VillagePairingEndIn,
    VillagePairingIn,
    VillagePairingOut,
    VillagePairingsOut,
    Year,
    YearlyActivityOut,
)
from services.cadres.domain.village_pairing import VillagePairing, VillagePairingKind
from services.cadres.storage.village_pairing_repository import Key, VillagePairingLine, village_pairings_of
from services.cadres.use_cases.pair_village import (
    PairingYear,
    end_village_pairing,
    pair_village,
    record_activity,
    see_activities,
    see_village_pairing,
    see_years_of_region,
)
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["village pairings"])


@router.post("/v1/village-pairings", status_code=201)
async def create_village_pairing(
    body: VillagePairingIn, who: Who, connection: Connection, with_: Mechanisms, response: Response
) -> VillagePairingOut:
    start = body.start or with_.clock.today()
    new = VillagePairing(new_id(), body.village_code, body.unit_id, body.kind, start, body.agreement)
    response.headers["Location"] = f"/v1/village-pairings/{new.village_pairing_id}"
    return _with_version(await pair_village(connection, who, new), response)


@router.get("/v1/village-pairings")
async def list_village_pairings(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    kind: Annotated[VillagePairingKind | None, Query()] = None,
    unit_id: Annotated[Id | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> VillagePairingsOut:
    who.require_official(region)
    scope = f"village-pairings:{region}:{day}:{kind}:{unit_id}"
    after = after_of(with_.cursors, scope, cursor)
    found = await village_pairings_of(connection, region, day, kind=kind, unit_id=unit_id, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, _key)
    return VillagePairingsOut(
        items=[_out(line) for line in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/village-pairings/activities")
async def list_branch_activities(
    region: RegionCode,
    year: Year,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PairingYearsOut:
    scope = f"branch-activities:{region}:{year}"
    after = after_of(with_.cursors, scope, cursor)
    found = await see_years_of_region(
        connection, rooms.policies, who, region, year, with_.clock.today(), after=after, limit=limit + 1
    )
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda one: _key(one.line))
    return PairingYearsOut(
        items=[_year(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/village-pairings/{pairing_id}")
async def read_village_pairing(
    pairing_id: Id, who: Who, connection: Connection, response: Response
) -> VillagePairingOut:
    return _with_version(await see_village_pairing(connection, who, pairing_id), response)


@router.post("/v1/village-pairings/{pairing_id}/end")
async def end_village_pairing_by_id(
    pairing_id: Id,
    body: VillagePairingEndIn,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    response: Response,
) -> VillagePairingOut:
    ends_on = body.on or with_.clock.today()
    line = await end_village_pairing(
        connection,
        who,
        pairing_id,
        ends_on=ends_on,
        note=body.note,
        version=version,
        show=lambda one: _out(one).model_dump(mode="json", by_alias=True),
    )
    return _with_version(line, response)


@router.get("/v1/village-pairings/{pairing_id}/activities")
async def read_pairing_activities(
    pairing_id: Id, year: Year, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> PairingYearOut:
    return _year(await see_activities(connection, rooms.policies, who, pairing_id, year, with_.clock.today()))


@router.post("/v1/village-pairings/{pairing_id}/activities", status_code=201)
async def create_pairing_activity(
    pairing_id: Id, body: ActivityIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> PairingYearOut:
    today = with_.clock.today()
    seen = await record_activity(
        connection,
        rooms.policies,
        who,
        pairing_id,
        activity_id=new_id(),
        kind=body.kind,
        held_on=body.on or today,
        people=body.people,
        note=body.note,
        today=today,
    )
    return _year(seen)


def _key(line: VillagePairingLine) -> Key:
    return line.pairing.village_code, line.pairing.village_pairing_id


def _out(line: VillagePairingLine) -> VillagePairingOut:
    pairing = line.pairing
    return VillagePairingOut(
        village_pairing_id=pairing.village_pairing_id,
        village_code=pairing.village_code,
        village=line.village,
        unit_id=pairing.unit_id,
        unit_name=line.unit_name,
        kind=pairing.kind,
        agreement=pairing.agreement,
        start=pairing.started_on,
        end=pairing.ended_on,
        end_note=pairing.end_note,
        version=pairing.version,
    )


def _year(seen: PairingYear) -> PairingYearOut:
    return PairingYearOut(
        pairing=_out(seen.line),
        year=seen.year,
        owed=[YearlyActivityOut.model_validate(one, from_attributes=True) for one in seen.owed],
        held=[ActivityOut.model_validate(one, from_attributes=True) for one in seen.held],
    )


def _with_version(line: VillagePairingLine, response: Response) -> VillagePairingOut:
    response.headers["ETag"] = etag(line.pairing.version)
    return _out(line)
