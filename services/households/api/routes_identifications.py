"""三审两公示一录入: a household's course onto the poverty list, off it and back; quotas and the ranking of votes."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from services.households.api.convert_identification import (
    identification_out,
    identification_with_steps_out,
    line_out,
    move_of,
    moves_of,
    moves_out,
    quota_out,
)
from services.households.api.deps import IdentificationDesk, Repositories
from services.households.api.schemas_identification import (
    IdentificationIn,
    IdentificationLineIn,
    IdentificationMoveIn,
    IdentificationOut,
    IdentificationsOut,
    IdentificationWithStepsOut,
    KindName,
    OwnIdentificationsOut,
    QuotaIn,
    QuotaOut,
    RankingOut,
    StateName,
    VillageIdentificationMoveIn,
    VillageIdentificationMovesOut,
)
from services.households.storage.identification_repository import identification_log, list_cases, statement_of
from services.households.storage.quota_repository import get_quota
from services.households.use_cases.move_identifications import move_identification, move_village
from services.households.use_cases.open_identification import (
    open_identification,
    see_identification,
    see_identifications_of,
)
from services.households.use_cases.see_household import reach_in
from services.households.use_cases.see_ranking import see_ranking
from services.households.use_cases.set_quota import set_quota
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode, VillageCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import VersionIfGiven

router = strict_router(tags=["identification"])
QuotaYear = Annotated[int, Path(ge=2000, le=2200)]
COMMON = UUID(int=0)


@router.post("/v1/identifications", status_code=201)
async def create_identification(
    body: IdentificationIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> IdentificationOut:
    case_id = body.identification_id or new_id()
    case = await open_identification(
        connection,
        rooms.households,
        with_.clock,
        who,
        household_id=body.household_id,
        case_id=case_id,
        kind=body.kind,
        statement=body.statement,
    )
    response.headers["Location"] = f"/v1/identifications/{case_id}"
    return identification_out(case)


@router.get("/v1/identifications")
async def list_identifications(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[StateName | None, Query()] = None,
    kind: Annotated[KindName | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> IdentificationsOut:
    scope = f"identifications:{region}:{state}:{kind}:{who.subject}"
    key = with_.cursors.read(scope, cursor) if cursor else None
    after = (key[0], UUID(key[1])) if key else None
    reach = reach_in(who, region)
    found = await list_cases(connection, region, reach, state=state, kind=kind, after=after, limit=limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda line: with_.cursors.write(scope, [line.case.village_code, str(line.case.case_id)])
    )
    return IdentificationsOut(
        items=[line_out(line) for line in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/identifications/{identification_id}")
async def get_identification(
    identification_id: Id, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> IdentificationWithStepsOut:
    case = await see_identification(connection, rooms.households, who, identification_id)
    response.headers["ETag"] = etag(case.version)
    steps = await identification_log.of_case(connection, case)
    return identification_with_steps_out(case, await statement_of(connection, case), steps)


@router.post("/v1/identifications/{identification_id}/transitions")
async def move_identification_on(
    identification_id: Id,
    body: IdentificationMoveIn,
    desk: IdentificationDesk,
    connection: Connection,
    rooms: Repositories,
) -> IdentificationOut:
    desk.who.require_role(*OFFICIALS, "household")
    move = move_of(body, desk.who, rooms.cipher)
    return identification_out(await move_identification(connection, desk, identification_id, move))


@router.post("/v1/villages/{code}/identifications/transitions")
async def move_identifications_of_village(
    code: VillageCode,
    body: VillageIdentificationMoveIn,
    desk: IdentificationDesk,
    connection: Connection,
    rooms: Repositories,
) -> VillageIdentificationMovesOut:
    desk.who.require_role(*OFFICIALS)
    common = moves_of(body, desk.who, rooms.cipher, [IdentificationLineIn(identification_id=COMMON)])[COMMON]
    own = None if body.lines is None else moves_of(body, desk.who, rooms.cipher, body.lines)
    return moves_out(await move_village(connection, desk, code, body.to, own, common))


@router.get("/v1/households/{household_id}/identifications")
async def list_household_identifications(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories
) -> OwnIdentificationsOut:
    found = await see_identifications_of(connection, rooms.households, who, household_id)
    return OwnIdentificationsOut(items=[identification_out(case) for case in found])


@router.get("/v1/villages/{code}/identification-quotas/{year}")
async def get_identification_quota(
    code: VillageCode, year: QuotaYear, who: Who, connection: Connection, response: Response
) -> QuotaOut:
    who.require_official(code)
    quota = await get_quota(connection, code, year)
    response.headers["ETag"] = etag(quota.version)
    return quota_out(quota)


@router.put("/v1/villages/{code}/identification-quotas/{year}")
async def put_identification_quota(
    code: VillageCode,
    year: QuotaYear,
    body: QuotaIn,
    version: VersionIfGiven,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    response: Response,
) -> QuotaOut:
    quota = await set_quota(
        connection,
        with_.audit,
        with_.clock,
        who,
        village=code,
        year=year,
        places=body.places,
        document=body.document,
        version=version,
        show=lambda standing: quota_out(standing).model_dump(mode="json"),
    )
    response.headers["ETag"] = etag(quota.version)
    return quota_out(quota)


@router.get("/v1/villages/{code}/identification-rankings/{year}")
async def get_identification_ranking(
    code: VillageCode, year: QuotaYear, who: Who, connection: Connection
) -> RankingOut:
    return RankingOut.model_validate(await see_ranking(connection, who, code, year), from_attributes=True)
