"""How people are chosen for posts, and the care that they get there."""

from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.deps import Day, Repositories
from services.cadres.api.keyset import after_of, page
from services.cadres.api.schemas_selections import (
    CareIn,
    CareOfPostOut,
    CareOverdueOut,
    CareRecordOut,
    PersonalCareOut,
    SelectionIn,
    SelectionOut,
    SelectionsOut,
    SelectionStepIn,
)
from services.cadres.domain.care import Care
from services.cadres.domain.selection import ALLOWED, Selection, SelectionState
from services.cadres.storage.post_repository import get_posting
from services.cadres.storage.selection_repository import SelectionLine, selections_of
from services.cadres.use_cases.care_for_posted import (
    CareOfPost,
    PersonalCare,
    record_care,
    see_care,
    see_care_overdue,
)
from services.cadres.use_cases.select_for_post import apply_for_post, see_selection, take_selection_step
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.service_app import strict_router

router = strict_router(tags=["posts"])


@router.post("/v1/selections", status_code=201)
async def create_selection(
    body: SelectionIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> SelectionOut:
    new = Selection(new_id(), body.village_code, body.kind, body.cadre_id, statement=body.statement)
    line = await apply_for_post(connection, rooms.cadres, rooms.policies, who, new, with_.clock.today())
    response.headers["Location"] = f"/v1/selections/{new.selection_id}"
    return _selection(line)


@router.get("/v1/selections")
async def list_selections(
    region: RegionCode,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    state: Annotated[SelectionState | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> SelectionsOut:
    who.require_official(region)
    scope = f"selections:{region}:{state}"
    after = after_of(with_.cursors, scope, cursor)
    found = await selections_of(connection, region, state, after, limit + 1)
    items, next_cursor = page(
        with_.cursors, scope, found, limit, lambda line: (line.selection.village_code, line.selection.selection_id)
    )
    return SelectionsOut(
        items=[_selection(line) for line in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/selections/{selection_id}")
async def read_selection(selection_id: Id, who: Who, connection: Connection) -> SelectionOut:
    return _selection(await see_selection(connection, who, selection_id))


@router.post("/v1/selections/{selection_id}/transitions")
async def move_selection(selection_id: Id, body: SelectionStepIn, who: Who, connection: Connection) -> SelectionOut:
    return _selection(await take_selection_step(connection, who, selection_id, body.to, body.note))


@router.get("/v1/posts/care-overdue")
async def list_care_overdue(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> CareOverdueOut:
    scope = f"care-overdue:{region}:{day}"
    after = tuple(with_.cursors.read(scope, cursor)) if cursor else ("", "", "")
    everyone = await see_care_overdue(connection, rooms.policies, who, region, day)
    found = [one for one in everyone if _key(one) > after]
    items, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, list(_key(one))))
    return CareOverdueOut(
        items=[PersonalCareOut.model_validate(one, from_attributes=True) for one in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


@router.get("/v1/posts/{post_id}/care")
async def read_care_of_post(
    post_id: Id, day: Day, who: Who, connection: Connection, rooms: Repositories
) -> CareOfPostOut:
    return _care(await see_care(connection, rooms.policies, who, post_id, day))


@router.post("/v1/posts/{post_id}/care", status_code=201)
async def create_care_record(
    post_id: Id, body: CareIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> CareOfPostOut:
    today = with_.clock.today()
    village = (await get_posting(connection, post_id)).village_code
    care = Care(new_id(), village, post_id, body.cadre_id, body.kind, body.on or today, body.amount_cents, body.note)
    return _care(await record_care(connection, rooms.policies, who, care, today))


def _key(one: PersonalCare) -> tuple[str, ...]:
    return one.village_code, str(one.post_id), str(one.cadre_id)


def _care(seen: CareOfPost) -> CareOfPostOut:
    return CareOfPostOut(
        people=[PersonalCareOut.model_validate(one, from_attributes=True) for one in seen.people],
        records=[CareRecordOut.model_validate(one, from_attributes=True) for one in seen.records],
    )


def _selection(line: SelectionLine) -> SelectionOut:
    own = [name for name in SelectionOut.model_fields if hasattr(line.selection, name)]
    values = {name: getattr(line.selection, name) for name in own}
    allowed = list(ALLOWED.get(line.selection.state, ()))
    return SelectionOut.model_validate(
        values | {"cadre_name": line.cadre_name, "applied_at": line.applied_at, "allowed": allowed}
    )
