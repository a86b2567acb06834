"""Wishes (微心愿): recorded, published, claimed, paid, delivered with proof, confirmed, thanked."""

from fastapi import Request, Response

from services.households.api.deps import Repositories
from services.households.api.deps_wishes import Desk, Wishes
from services.households.api.schemas_wish import (
    ClaimIn,
    FileOut,
    PaymentIn,
    WishEventsOut,
    WishIn,
    WishOut,
    WishPolicyOut,
    WishStepIn,
    event_out,
    file_out,
    policy_out,
    wish_out,
)
from services.households.storage.care_history import care_events_of
from services.households.use_cases.move_wish import claim_a_wish, move_wish, pay_wish
from services.households.use_cases.record_wish import record_wish
from services.households.use_cases.see_wish import look_into_wish, proofs_of, read_wish
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.route import MOST_UPLOAD_BYTES, takes_file
from shared.web.service_app import strict_router
from shared.web.upload import file_reply, file_responses, form_schema, read_form

router = strict_router(tags=["wishes"])


@router.get("/v1/wish-kinds")
async def list_wish_kinds(with_: Mechanisms, wishes: Wishes) -> WishPolicyOut:
    return policy_out(wishes.policy_on(with_.clock.today()))


@router.post("/v1/wishes", status_code=201)
async def create_wish(
    body: WishIn, who: Who, desk: Desk, rooms: Repositories, wishes: Wishes, response: Response
) -> WishOut:
    who.require_role("household", "cadre", *OFFICIALS)
    wish = await record_wish(desk, rooms.households, wishes.policies, who, **dict(body))
    response.headers["Location"] = f"/v1/wishes/{wish.wish_id}"
    return await _shown(desk, rooms, wishes, who, wish.wish_id)


@router.get("/v1/wishes/{wish_id}")
async def get_one_wish(wish_id: Id, who: Who, desk: Desk, rooms: Repositories, wishes: Wishes) -> WishOut:
    return await _shown(desk, rooms, wishes, who, wish_id)


@router.get("/v1/wishes/{wish_id}/history")
async def get_wish_history(wish_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> WishEventsOut:
    wish = await look_into_wish(connection, who, wish_id, with_.clock.now(), "wish_history", holder_too=False)
    return WishEventsOut(items=[event_out(event) for event in await care_events_of(connection, wish)])


@router.post("/v1/wishes/{wish_id}/transitions")
async def move_one_wish(
    wish_id: Id, body: WishStepIn, who: Who, desk: Desk, rooms: Repositories, wishes: Wishes
) -> WishOut:
    await move_wish(desk, wishes.proofs, who, wish_id, body.step(), body.file_ids)
    return await _shown(desk, rooms, wishes, who, wish_id)


@router.post("/v1/wishes/{wish_id}/claims", status_code=201)
async def claim_one_wish(
    wish_id: Id, body: ClaimIn, who: Who, desk: Desk, rooms: Repositories, wishes: Wishes
) -> WishOut:
    who.require_role("donor", "cadre", *OFFICIALS)
    await claim_a_wish(desk, wishes.policies, who, wish_id, body.behalf)
    return await _shown(desk, rooms, wishes, who, wish_id)


@router.post("/v1/wishes/{wish_id}/payments", status_code=201)
async def pay_for_wish(
    wish_id: Id, body: PaymentIn, who: Who, desk: Desk, rooms: Repositories, wishes: Wishes
) -> WishOut:
    await pay_wish(desk, who, wish_id, body.payer, body.amount_cents)
    return await _shown(desk, rooms, wishes, who, wish_id)


@router.post("/v1/wishes/{wish_id}/files", status_code=201, openapi_extra=form_schema("JPEG, PNG or PDF, at most 5 MB"))
@takes_file(MOST_UPLOAD_BYTES)  # more than is kept: whoever sends a large photo reads how large one may be
async def upload_wish_file(request: Request, wish_id: Id, who: Who, desk: Desk, wishes: Wishes) -> FileOut:
    form = await read_form(request)
    wish = await look_into_wish(desk.connection, who, wish_id, desk.now, "wish_file", holder_too=True)
    return file_out(await wishes.proofs.take(desk.connection, form.content, **proofs_of(wish), by=who.subject))


@router.get("/v1/wishes/{wish_id}/files/{file_id}", response_class=Response, responses=file_responses())
async def get_wish_file(wish_id: Id, file_id: Id, who: Who, desk: Desk, wishes: Wishes) -> Response:
    wish = await look_into_wish(desk.connection, who, wish_id, desk.now, "wish_file", holder_too=True)
    kept = await wishes.proofs.find(desk.connection, file_id, **proofs_of(wish))
    return file_reply(kept, await wishes.proofs.read(kept))


async def _shown(desk: Desk, rooms: Repositories, wishes: Wishes, who: Who, wish_id: Id) -> WishOut:
    view = await read_wish(desk.connection, rooms.households, wishes.proofs, who, wish_id, desk.now)
    return wish_out(view, wishes.policy(view.wish.policy))
