"""What is amiss with the five posts of a place, on any day: listed, counted by place, as a table."""

import asyncio
from typing import Annotated

from fastapi import Query, Response

from services.cadres.api.alarm_table import alarms_as_xlsx
from services.cadres.api.deps import Day, Repositories
from services.cadres.api.schemas_alarms import (
    PersonOut,
    PlaceOfPostsOut,
    PlacesOfPostsOut,
    PostAlarmOut,
    PostAlarmsOut,
)
from services.cadres.domain.alarm_text import alarm_text
from services.cadres.domain.post_alarms import AlarmKind, PostAlarm
from services.cadres.domain.posting import POST_KINDS
from services.cadres.use_cases.see_alarms import SeenAlarms, see_alarms, see_places_of_posts
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.service_app import strict_router

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ORDER = {kind: str(place) for place, kind in enumerate(POST_KINDS)}

router = strict_router(tags=["posts"])


@router.get("/v1/posts/alarms")
async def list_post_alarms(
    region: RegionCode,
    day: Day,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    kind: Annotated[AlarmKind | None, Query()] = None,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> PostAlarmsOut:
    scope = f"post-alarms:{region}:{day}:{kind}"
    after = tuple(with_.cursors.read(scope, cursor)) if cursor else ("", "", "")
    seen = await see_alarms(connection, rooms.policies, who, region, day)
    found = [alarm for alarm in seen.alarms if kind in {None, alarm.kind} and _key(alarm) > after]
    items, next_cursor = page_of(found, limit, lambda alarm: with_.cursors.write(scope, list(_key(alarm))))
    return PostAlarmsOut(
        items=[_out(alarm, seen) for alarm in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.get("/v1/posts/summary")
async def summarise_posts(
    region: RegionCode, day: Day, who: Who, connection: Connection, rooms: Repositories
) -> PlacesOfPostsOut:
    places = await see_places_of_posts(connection, rooms.policies, who, region, day)
    return PlacesOfPostsOut(items=[PlaceOfPostsOut.model_validate(place, from_attributes=True) for place in places])


@router.get(
    "/v1/posts/alarms/table",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_post_alarms(
    region: RegionCode, day: Day, who: Who, connection: Connection, rooms: Repositories
) -> Response:
    seen = await see_alarms(connection, rooms.policies, who, region, day)
    content = await asyncio.to_thread(alarms_as_xlsx, seen)
    disposition = f'attachment; filename="post-alarms-{region}-{day}.xlsx"'
    return Response(content, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def _key(alarm: PostAlarm) -> tuple[str, ...]:
    return alarm.village_code, _ORDER[alarm.post], alarm.kind


def _out(alarm: PostAlarm, seen: SeenAlarms) -> PostAlarmOut:
    return PostAlarmOut(
        village_code=alarm.village_code,
        village=seen.places.get(alarm.village_code, ""),
        post=alarm.post,
        kind=alarm.kind,
        text=alarm_text(alarm),
        post_id=alarm.post_id,
        until=alarm.until,
        flaws=list(alarm.flaws),
        people=[PersonOut(cadre_id=one, name=seen.names.get(one, "")) for one in alarm.people],
        elsewhere=list(alarm.elsewhere),
    )
