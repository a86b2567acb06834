"""One household's record: register, read, change, unmask, who looked."""

from fastapi import Response

from services.households.api.convert import household_of, household_out, patched_facts, replaced_facts
from services.households.api.deps import Change, MonitoringDesk, PolicyToday, Repositories
from services.households.api.schemas import (
    ChangesIn,
    FactsPut,
    HouseholdIn,
    HouseholdOut,
    LookOut,
    LooksOut,
    UnmaskedOut,
    UnmaskIn,
)
from services.households.storage.duplicate_repository import count_open_pairs
from services.households.storage.look_repository import looks_at
from services.households.use_cases.read_household import read_household, read_record
from services.households.use_cases.register_household import register_household
from services.households.use_cases.unmask_household import unmask_household
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.route import asks_step_up, looks_up
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["households"])


@router.post("/v1/households", status_code=201)
async def create_household(
    body: HouseholdIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    desk: MonitoringDesk,
    policy: PolicyToday,
    response: Response,
) -> HouseholdOut:
    who.require_role(*OFFICIALS)
    household = household_of(body, with_.clock.today())
    await register_household(connection, rooms.households, with_.change_log, who, household, desk, policy)
    response.headers["Location"] = f"/v1/households/{household.household_id}"
    twins = await count_open_pairs(connection, household.household_id)
    return _with_version(household_out(household).model_copy(update={"likely_duplicates": twins}), response)


@router.get("/v1/households/{household_id}")
async def get_household(household_id: Id, who: Who, rooms: Repositories, response: Response) -> HouseholdOut:
    household = await read_record(rooms.records, who, household_id)
    return _with_version(household_out(household), response)


@router.put("/v1/households/{household_id}")
async def replace_household(
    household_id: Id,
    body: FactsPut,
    version: ExpectedVersion,
    who: Who,
    change: Change,
    response: Response,
) -> HouseholdOut:
    who.require_role(*OFFICIALS)
    before = await change.begin(household_id, version)
    facts = replaced_facts(before.facts, body)
    return _with_version(household_out(await change.facts(household_id, facts, version, "form")), response)


@router.post("/v1/households/{household_id}/changes")
async def change_household(
    household_id: Id,
    body: ChangesIn,
    version: ExpectedVersion,
    who: Who,
    change: Change,
    response: Response,
) -> HouseholdOut:
    who.require_role(*OFFICIALS)
    before = await change.begin(household_id, version)
    facts = patched_facts(before.facts, body.patch, body.at)
    return _with_version(household_out(await change.facts(household_id, facts, version, body.source)), response)


@router.post("/v1/households/{household_id}/unmask")
@looks_up
@asks_step_up
async def unmask(
    household_id: Id, body: UnmaskIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> UnmaskedOut:
    return UnmaskedOut.model_validate(
        await unmask_household(
            connection, rooms.households, with_.audit, with_.clock, who, household_id, body.fields, body.reason
        )
    )


@router.get("/v1/households/{household_id}/looks")
async def get_household_looks(
    household_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> LooksOut:
    await read_household(connection, rooms.households, who, household_id, "looks")
    scope = f"looks:{household_id}"
    after = with_.cursors.read_id(scope, cursor)
    found = await looks_at(connection, household_id, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda look: with_.cursors.write(scope, [str(look.look_id)]))
    return LooksOut(
        items=[LookOut.model_validate(look, from_attributes=True) for look in items],
        next_cursor=next_cursor,
        has_more=next_cursor is not None,
    )


def _with_version(out: HouseholdOut, response: Response) -> HouseholdOut:
    response.headers["ETag"] = etag(out.version)
    return out
