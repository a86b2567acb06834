"""A household's life: its record as it stood on a day, its yearly incomes, its events, and a member's path."""

from typing import Annotated

from fastapi import Path, Query, Response

from services.households.api.convert_life import event_of, event_out, income_of, income_out, recorded_out
from services.households.api.deps import Change, Recording, Repositories
from services.households.api.schemas_life import (
    ChangeOut,
    EventIn,
    EventOut,
    EventsOut,
    HistoryOut,
    IncomePut,
    IncomesOut,
    PathOut,
    RecordedOut,
    StayOut,
)
from services.households.domain.income import require_begun
from services.households.storage.change_repository import changes_of
from services.households.storage.duplicate_repository import merged_into
from services.households.storage.event_repository import EventRecord, events_of
from services.households.storage.income_repository import incomes_of
from services.households.storage.stay_repository import stays_of
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import known_among
from shared.auth import OFFICIALS, Principal
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import DayOrTime, Id
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["households"])
AsOf = Annotated[DayOrTime | None, Query()]


@router.get("/v1/households/{household_id}/history")
async def get_household_history(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories, as_of: AsOf = None
) -> HistoryOut:
    await read_household(connection, rooms.households, who, household_id, "history")
    changes = await changes_of(connection, household_id, as_of)
    return HistoryOut(
        record=changes[0].record if changes else None,
        incomes=[income_out(record) for record in await incomes_of(connection, household_id, as_of)],
        events=await _events(connection, who, await events_of(connection, household_id, as_of)),
        changes=[ChangeOut.model_validate(change, from_attributes=True) for change in changes],
    )


@router.get("/v1/households/{household_id}/incomes")
async def list_household_incomes(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories, response: Response, as_of: AsOf = None
) -> IncomesOut:
    household = await read_household(connection, rooms.households, who, household_id, "incomes")
    response.headers["ETag"] = etag(household.version)
    items = [income_out(record) for record in await incomes_of(connection, household_id, as_of)]
    return IncomesOut(items=items, version=household.version)


@router.put("/v1/households/{household_id}/incomes/{year}")
async def put_household_income(
    household_id: Id,
    year: Annotated[int, Path(ge=1990, le=2200)],
    body: IncomePut,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    change: Change,
    with_: Mechanisms,
    response: Response,
) -> IncomesOut:
    who.require_role(*OFFICIALS)
    require_begun(year, with_.clock.today().year)
    standing = await change.begin(household_id, version)
    income = income_of(body, year, len(standing.members))
    after = await change.income(household_id, income, version, body.source)
    response.headers["ETag"] = etag(after.version)
    items = [income_out(record) for record in await incomes_of(connection, household_id)]
    return IncomesOut(items=items, version=after.version)


@router.post("/v1/households/{household_id}/events", status_code=201)
async def record_household_event(
    household_id: Id,
    body: EventIn,
    version: ExpectedVersion,
    who: Who,
    recording: Recording,
    with_: Mechanisms,
    response: Response,
) -> RecordedOut:
    who.require_role(*OFFICIALS)
    today = with_.clock.today()
    recorded = await recording.record(household_id, event_of(body, today), version, today)
    response.headers["ETag"] = etag(recorded.households[0].version)
    return recorded_out(recorded)


@router.get("/v1/households/{household_id}/events")
async def list_household_events(household_id: Id, who: Who, connection: Connection, rooms: Repositories) -> EventsOut:
    await read_household(connection, rooms.households, who, household_id, "events")
    return EventsOut(items=await _events(connection, who, await events_of(connection, household_id)))


@router.get("/v1/households/{household_id}/members/{member_id}/path")
async def get_member_path(
    household_id: Id, member_id: Id, who: Who, connection: Connection, rooms: Repositories
) -> PathOut:
    """只有在本户登记过的人才有路径可看；无权查看的户不显示。"""
    await read_household(connection, rooms.households, who, household_id, "path")
    ids = [member_id, *await merged_into(connection, member_id)]
    stays = await stays_of(connection, ids, through=household_id)
    known = await known_among(connection, who, [stay.household_id for stay in stays])
    unnamed = {"household_id": None, "village_code": None}
    return PathOut(
        items=[
            StayOut.model_validate(stay, from_attributes=True).model_copy(
                update={} if stay.household_id in known else unnamed
            )
            for stay in stays
        ]
    )


async def _events(connection: Connection, who: Principal, records: list[EventRecord]) -> list[EventOut]:
    others = {record.other_household_id for record in records if record.other_household_id}
    known = await known_among(connection, who, others)
    return [event_out(record, known) for record in records]
