"""The people of a household."""

from fastapi import Response

from services.households.api.convert import member_of, member_out
from services.households.api.deps import Change, Repositories
from services.households.api.schemas import MemberAdd, MemberPut, MembersOut
from services.households.domain.household import Household
from services.households.storage.duplicate_repository import count_open_pairs
from services.households.use_cases.read_household import read_household
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.replies import etag
from shared.web.service_app import strict_router
from shared.web.versions import ExpectedVersion

router = strict_router(tags=["members"])


@router.get("/v1/households/{household_id}/members")
async def list_members(
    household_id: Id, who: Who, connection: Connection, rooms: Repositories, response: Response
) -> MembersOut:
    household = await read_household(connection, rooms.households, who, household_id, "members")
    return _members(household, response)


@router.post("/v1/households/{household_id}/members", status_code=201)
async def add_member(
    household_id: Id,
    body: MemberAdd,
    version: ExpectedVersion,
    who: Who,
    connection: Connection,
    change: Change,
    with_: Mechanisms,
    response: Response,
) -> MembersOut:
    who.require_role(*OFFICIALS)
    member = member_of(body, "", with_.clock.today())
    after = _members(await change.add_member(household_id, member, version, "form"), response)
    return after.model_copy(update={"likely_duplicates": await count_open_pairs(connection, household_id)})


@router.put("/v1/households/{household_id}/members/{member_id}")
async def replace_member(
    household_id: Id,
    member_id: Id,
    body: MemberPut,
    version: ExpectedVersion,
    who: Who,
    change: Change,
    with_: Mechanisms,
    response: Response,
) -> MembersOut:
    who.require_role(*OFFICIALS)
    member = member_of(body, "", with_.clock.today(), member_id)
    return _members(await change.save_member(household_id, member, version, "form"), response)


def _members(household: Household, response: Response) -> MembersOut:
    response.headers["ETag"] = etag(household.version)
    return MembersOut(items=[member_out(member) for member in household.members], version=household.version)
