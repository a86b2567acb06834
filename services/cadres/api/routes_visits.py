"""Visits (走访): entered once by a cadre, seen by those near the household."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.cadres.api.convert_visits import visit_of, visit_out, visit_values
from services.cadres.api.deps import Photos, Repositories
from services.cadres.api.schemas_visits import (
    VisitIn,
    VisitKindsOut,
    VisitLineOut,
    VisitLinesOut,
    VisitLookOut,
    VisitLooksOut,
    VisitOut,
    VisitPhotoOut,
    VisitsOut,
    VisitWithPhotosOut,
    VoidIn,
)
from services.cadres.domain.policy import policy_at
from services.cadres.storage.visit_repository import Key, visits_of_region
from services.cadres.use_cases.enter_visit import enter_visit
from services.cadres.use_cases.keep_visit_photo import keep_visit_photo, photos_of, read_visit_photo
from services.cadres.use_cases.see_visits import see_visit, see_visit_looks, see_visits
from services.cadres.use_cases.void_visit import void_visit
from shared.file_content import MOST_FILE_BYTES
from shared.pagination import Cursors
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import takes_file
from shared.web.service_app import strict_router
from shared.web.upload import file_reply, file_responses, form_schema, read_form

router = strict_router(tags=["visits"])


@router.post("/v1/visits", status_code=201)
async def create_visit(
    body: VisitIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> VisitOut:
    now = with_.clock.now()
    entered = await enter_visit(connection, with_.change_log, rooms.policies, who, visit_of(body), now)
    response.headers["Location"] = f"/v1/visits/{body.visit_id}"
    return visit_out(entered)


@router.get("/v1/visits")
async def list_visits_of_region(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    cadre_id: Annotated[Id | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> VisitLinesOut:
    who.require_official(region)
    scope = f"visits:{region}:{cadre_id}"
    found = await visits_of_region(connection, region, cadre_id, _after(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda one: _cursor(with_.cursors, scope, (one.visited_at, one.visit_id))
    )
    lines = [VisitLineOut.model_validate(one, from_attributes=True) for one in items]
    return VisitLinesOut(items=lines, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/visits/kinds")
async def list_visit_kinds(with_: Mechanisms, rooms: Repositories) -> VisitKindsOut:
    policy = policy_at(rooms.policies, with_.clock.today())
    return VisitKindsOut(items=sorted(policy.visit_kinds), every_days=policy.visit_every_days)


@router.get("/v1/visits/of/{household_id}")
async def list_visits_of_household(
    household_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> VisitsOut:
    scope = f"visits-of:{household_id}"
    found = await see_visits(connection, who, household_id, _after(with_.cursors, scope, cursor), limit + 1)
    items, next_cursor = page_of(
        found, limit, lambda one: _cursor(with_.cursors, scope, (one.visit.visited_at, one.visit.visit_id))
    )
    return VisitsOut(items=[visit_out(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/visits/of/{household_id}/looks")
async def list_visit_looks(
    household_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> VisitLooksOut:
    scope = f"visit-looks:{household_id}"
    after = with_.cursors.read_id(scope, cursor)
    found = await see_visit_looks(connection, who, household_id, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [str(one.look_id)]))
    lines = [VisitLookOut.model_validate(one, from_attributes=True) for one in items]
    return VisitLooksOut(items=lines, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/visits/{visit_id}")
async def read_visit(visit_id: Id, who: Who, connection: Connection, photos: Photos) -> VisitWithPhotosOut:
    entered = await see_visit(connection, who, visit_id)
    kept = await photos.attached(connection, **photos_of(entered.visit))
    shown = [VisitPhotoOut.model_validate(one, from_attributes=True) for one in kept]
    return VisitWithPhotosOut.model_validate(visit_values(entered) | {"photos": shown})


@router.post("/v1/visits/{visit_id}/void")
async def void_visit_by_id(visit_id: Id, body: VoidIn, who: Who, connection: Connection, with_: Mechanisms) -> VisitOut:
    now = with_.clock.now()
    return visit_out(await void_visit(connection, with_.change_log, with_.audit, who, visit_id, body.reason, now))


@router.post(
    "/v1/visits/{visit_id}/photos", status_code=201, openapi_extra=form_schema("JPEG, PNG or PDF, at most 5 MB")
)
@takes_file(2 * MOST_FILE_BYTES)  # read beyond what is taken, so that the answer can say how much that is
async def upload_visit_photo(
    request: Request, visit_id: Id, who: Who, connection: Connection, photos: Photos
) -> VisitPhotoOut:
    form = await read_form(request)
    kept = await keep_visit_photo(connection, photos, who, visit_id, form.content)
    return VisitPhotoOut.model_validate(kept, from_attributes=True)


@router.get("/v1/visits/{visit_id}/photos/{file_id}", response_class=Response, responses=file_responses())
async def get_visit_photo(visit_id: Id, file_id: Id, who: Who, connection: Connection, photos: Photos) -> Response:
    return file_reply(*await read_visit_photo(connection, photos, who, visit_id, file_id))


def _after(cursors: Cursors, scope: str, cursor: str | None) -> Key | None:
    if not cursor:
        return None
    at, visit_id = cursors.read(scope, cursor)
    return datetime.fromisoformat(at), UUID(visit_id)


def _cursor(cursors: Cursors, scope: str, key: Key) -> str:
    return cursors.write(scope, [key[0].isoformat(), str(key[1])])
