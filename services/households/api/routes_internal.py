"""What siblings ask of this service for themselves: whose household's member is at the door, and how many heads of
households are of which sex and age."""

from fastapi import APIRouter, Request

from services.households.api.deps import Repositories
from services.households.api.schemas_heads import HeadsIn, HeadsOfGroupOut, HeadsOut
from services.households.api.schemas_person import PersonAskedIn, PersonFoundOut, PersonOut
from services.households.domain.head_groups import head_groups
from services.households.storage.head_repository import heads_of
from services.households.use_cases.find_person import find_person
from shared.errors import NotPermitted
from shared.web.context import service_of
from shared.web.internal import InternalRoute

router = APIRouter(route_class=InternalRoute, include_in_schema=False)


@router.post("/internal/persons/match")
async def match_person(body: PersonAskedIn, request: Request, rooms: Repositories) -> PersonFoundOut:
    """Both numbers must be those of one living member; whatever else is asked finds nobody, and looks the same."""
    if request.state.caller != "gateway":
        raise NotPermitted
    service = service_of(request)
    async with service.database.transaction() as connection:
        found = await find_person(connection, rooms.cipher, body.id_number, body.phone, service.clock.today())
    if found is None:
        return PersonFoundOut(person=None)
    ids = {"household_id": str(found.household_id), "member_id": str(found.member_id)}
    return PersonFoundOut(person=PersonOut(**ids, name=found.name))


@router.post("/internal/head-groups")
async def count_heads(body: HeadsIn, request: Request) -> HeadsOut:
    """Counts and nothing else, for the rehearsal of a card: sex and age never get into the credit service."""
    if request.state.caller != "credit":
        raise NotPermitted
    async with service_of(request).database.transaction() as connection:
        found = {one.name: head_groups(await heads_of(connection, one.households), body.day) for one in body.groups}
    return HeadsOut(
        items=[HeadsOfGroupOut(name=name, by_sex=one.by_sex, by_age=one.by_age) for name, one in found.items()]
    )
