"""The five posts of a village."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from fastapi import Response

from services.cadres.api.convert import post_out, posting_of, posting_out, terms_of_body
from services.cadres.api.deps import Day, Repositories, Rooms
from services.cadres.api.duty_schemas import PostEndIn, PostIn, PostingOut, PostsOut
from services.cadres.domain.errors import PostNotFound
from services.cadres.domain.posting import Posting
from services.cadres.storage.care_repository import terms_of
from services.cadres.storage.post_repository import get_posting
from services.cadres.use_cases.end_post import end_post
from services.cadres.use_cases.fill_post import fill_post
from services.cadres.use_cases.see_posts import see_post, see_posts
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, VillageCode
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["posts"])


@router.get("/v1/villages/{code}/posts")
async def list_posts_of_village(
    code: VillageCode, day: Day, who: Who, connection: Connection, rooms: Repositories
) -> PostsOut:
    seen = await see_posts(connection, rooms.policies, who, code, day)
    return PostsOut(items=[post_out(post) for post in seen])


@router.post("/v1/posts", status_code=201)
async def create_post(
    body: PostIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories, response: Response
) -> PostingOut:
    today = with_.clock.today()
    posting = await fill_post(
        connection,
        rooms.cadres,
        rooms.policies,
        who,
        posting_of(body),
        today,
        terms=terms_of_body(body),
        selection_id=body.selection_id,
    )
    response.headers["Location"] = f"/v1/posts/{posting.post_id}"
    return await _with_version(connection, rooms, posting, today, response)


@router.get("/v1/posts/{post_id}")
async def read_post(
    post_id: Id, day: Day, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> PostingOut:
    posting = await get_posting(connection, post_id)
    if not who.official_for(posting.village_code):
        raise PostNotFound
    return await _with_version(connection, rooms, posting, day, response)


@router.post("/v1/posts/{post_id}/end")
async def end_post_by_id(
    post_id: Id,
    body: PostEndIn,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    response: Response,
) -> PostingOut:
    today = with_.clock.today()
    posting = await end_post(
        connection,
        who,
        post_id,
        ends_on=body.on or today,
        reason=body.reason,
        note=body.note,
        version=version,
        show=partial(_shown, connection, rooms, today),
    )
    return await _with_version(connection, rooms, posting, today, response)


async def _with_version(
    connection: Connection, rooms: Rooms, posting: Posting, day: date, response: Response
) -> PostingOut:
    response.headers["ETag"] = etag(posting.version)
    return await _out(connection, rooms, posting, day)


async def _shown(connection: Connection, rooms: Rooms, day: date, posting: Posting) -> Mapping[str, Any]:
    return (await _out(connection, rooms, posting, day)).model_dump(mode="json", by_alias=True)


async def _out(connection: Connection, rooms: Rooms, posting: Posting, day: date) -> PostingOut:
    seen = await see_post(connection, rooms.policies, posting, day)
    return posting_out(seen, posting, await terms_of(connection, posting))
