"""Cadres: the people who answer for households and hold posts."""

from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.convert import cadre_of, cadre_out
from services.cadres.api.deps import Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas import (
    CadreIn,
    CadreOut,
    CadrePut,
    CadreSearchIn,
    CadresFoundOut,
    CadresOut,
    UnmaskedOut,
    UnmaskIn,
)
from services.cadres.domain.cadre import Cadre
from services.cadres.domain.errors import CadreSearchNeedsOneKey
from services.cadres.use_cases.keep_cadre import enter_cadre, replace_cadre
from services.cadres.use_cases.see import require_known_cadre
from services.cadres.use_cases.unmask_cadre import unmask_cadre
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor
from shared.web.replies import etag
from shared.web.route import asks_step_up, looks_up
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["cadres"])


@router.get("/v1/cadres")
async def list_cadres_of_region(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    unit_id: Annotated[Id | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> CadresOut:
    who.require_official(region)
    scope = f"cadres:{region}:{unit_id}"
    after = after_of(with_.cursors, scope, cursor)
    found = await rooms.cadres.of_region(connection, region, unit_id=unit_id, after=after, limit=limit + 1)
    items, next_cursor = page(with_.cursors, scope, found, limit, lambda cadre: (cadre.region_code, cadre.cadre_id))
    return CadresOut(items=[cadre_out(c) for c in items], next_cursor=next_cursor, has_more=next_cursor is not None)


@router.post("/v1/cadres", status_code=201)
async def create_cadre(
    body: CadreIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> CadreOut:
    new = cadre_of(body, body.cadre_id)
    cadre = await enter_cadre(connection, rooms.cadres, who, new, with_.clock.today())
    response.headers["Location"] = f"/v1/cadres/{cadre.cadre_id}"
    return _with_version(cadre, response)


@router.post("/v1/cadres/search")
@looks_up
async def search_cadres(body: CadreSearchIn, who: Who, connection: Connection, rooms: Repositories) -> CadresFoundOut:
    who.require_official(body.region)
    if (body.name is None) == (body.phone is None):
        raise CadreSearchNeedsOneKey
    found = await rooms.cadres.find(connection, body.region, name=body.name, phone=body.phone, limit=body.limit)
    return CadresFoundOut(items=[cadre_out(cadre) for cadre in found])


@router.get("/v1/cadres/{cadre_id}")
async def read_cadre(
    cadre_id: Id, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> CadreOut:
    cadre = await rooms.cadres.get(connection, cadre_id)
    require_known_cadre(who, cadre)
    return _with_version(cadre, response)


@router.put("/v1/cadres/{cadre_id}")
async def put_cadre(
    cadre_id: Id,
    body: CadrePut,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    response: Response,
) -> CadreOut:
    cadre = await replace_cadre(
        connection,
        rooms.cadres,
        with_.change_log,
        rooms.policies,
        who,
        cadre_of(body, cadre_id),
        version,
        keep_phone="phone" not in body.model_fields_set,
        today=with_.clock.today(),
        show=lambda one: cadre_out(one).model_dump(mode="json"),
    )
    return _with_version(cadre, response)


@router.post("/v1/cadres/{cadre_id}/unmask")
@looks_up
@asks_step_up
async def unmask_cadre_phone(
    cadre_id: Id, body: UnmaskIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> UnmaskedOut:
    cadre = await unmask_cadre(connection, rooms.cadres, with_.audit, with_.clock, who, cadre_id, body.reason)
    return UnmaskedOut(cadre_id=cadre.cadre_id, phone=cadre.phone)


def _with_version(cadre: Cadre, response: Response) -> CadreOut:
    response.headers["ETag"] = etag(cadre.version)
    return cadre_out(cadre)
