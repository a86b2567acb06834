"""The needs pool (援需信息库): recorded, published on the household's word, public, given to, closed."""

from fastapi import Response

from services.households.api.deps import Repositories
from services.households.api.deps_wishes import Needs, Wishes
from services.households.api.schemas_need import (
    CloseIn,
    ConsentIn,
    DonationIn,
    DonationOut,
    DonationsOut,
    NeedEventOut,
    NeedEventsOut,
    NeedIn,
    NeedKindOut,
    NeedKindsOut,
    NeedOut,
    PublicNeedWithDonationsOut,
    donation_out,
    need_out,
    public_donation_out,
    public_out,
)
from services.households.storage.care_history import care_events_of
from services.households.storage.need_repository import donations_recorded_by, donations_to
from services.households.use_cases.give_to_need import confirm_receipt, give_to_need
from services.households.use_cases.publish_need import close_a_need, decide_on_publishing, record_need
from services.households.use_cases.see_need import look_into_need, published_need
from shared.auth import OFFICIALS
from shared.web.context import Mechanisms, Who
from shared.web.fields import Id
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import public
from shared.web.service_app import strict_router

NEWEST_SHOWN = 20

router = strict_router(tags=["needs"])


@router.get("/v1/need-kinds")
@public
async def list_need_kinds(wishes: Wishes) -> NeedKindsOut:
    return NeedKindsOut(items=[NeedKindOut(code=code, name=name) for code, name in wishes.need_kinds.items()])


@router.post("/v1/needs", status_code=201)
async def create_need(
    body: NeedIn, who: Who, desk: Needs, rooms: Repositories, wishes: Wishes, response: Response
) -> NeedOut:
    who.require_role("household", "cadre", *OFFICIALS)
    placed = await record_need(desk, rooms.households, wishes.need_kinds, who, **dict(body))
    response.headers["Location"] = f"/v1/needs/{placed.need.need_id}"
    return need_out(placed, wishes.need_kinds)


@router.get("/v1/needs/{need_id}")
@public
async def get_public_need(need_id: Id, desk: Needs, wishes: Wishes) -> PublicNeedWithDonationsOut:
    placed = await published_need(desk.connection, need_id)
    given = await donations_to(desk.connection, placed.need, None, NEWEST_SHOWN, newest_first=True)
    return PublicNeedWithDonationsOut(
        **dict(public_out(placed, wishes.need_kinds)), given=[public_donation_out(one) for one in given]
    )


@router.post("/v1/needs/{need_id}/consent")
async def decide_need_consent(need_id: Id, body: ConsentIn, who: Who, desk: Needs, wishes: Wishes) -> NeedOut:
    placed = await decide_on_publishing(desk, who, need_id, **dict(body))
    return need_out(placed, wishes.need_kinds)


@router.post("/v1/needs/{need_id}/close")
async def close_one_need(need_id: Id, body: CloseIn, who: Who, desk: Needs, wishes: Wishes) -> NeedOut:
    return need_out(await close_a_need(desk, who, need_id, body.reason), wishes.need_kinds)


@router.get("/v1/needs/{need_id}/history")
async def get_need_history(need_id: Id, who: Who, desk: Needs) -> NeedEventsOut:
    placed = await look_into_need(desk.connection, who, need_id, "need_history")
    events = await care_events_of(desk.connection, placed.need)
    return NeedEventsOut(items=[NeedEventOut.model_validate(event, from_attributes=True) for event in events])


@router.get("/v1/needs/{need_id}/donations")
async def list_donations_to_need(
    need_id: Id, who: Who, with_: Mechanisms, desk: Needs, limit: Limit = 20, cursor: PageCursor = None
) -> DonationsOut:
    placed = await look_into_need(desk.connection, who, need_id, "donations")
    scope = f"donations:{need_id}"
    found = await donations_to(desk.connection, placed.need, with_.cursors.read_id(scope, cursor), limit + 1)
    shown, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [str(one.donation_id)]))
    return DonationsOut(
        items=[donation_out(one) for one in shown], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.post("/v1/needs/{need_id}/donations", status_code=201)
async def give(need_id: Id, body: DonationIn, who: Who, desk: Needs) -> DonationOut:
    who.require_role("donor", *OFFICIALS)
    return donation_out(await give_to_need(desk, who, need_id, **dict(body)))


@router.post("/v1/needs/{need_id}/donations/{donation_id}/receipt")
async def confirm_donation(need_id: Id, donation_id: Id, who: Who, desk: Needs) -> DonationOut:
    return donation_out(await confirm_receipt(desk, who, need_id, donation_id))


@router.get("/v1/donations")
async def list_own_donations(
    who: Who, with_: Mechanisms, desk: Needs, limit: Limit = 20, cursor: PageCursor = None
) -> DonationsOut:
    """Those that the asker wrote down, with what has been received of them."""
    scope = f"own-donations:{who.subject}"
    after = with_.cursors.read_id(scope, cursor)
    found = await donations_recorded_by(desk.connection, who.subject, after, limit + 1)
    shown, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [str(one.donation_id)]))
    return DonationsOut(
        items=[donation_out(one) for one in shown], next_cursor=next_cursor, has_more=next_cursor is not None
    )
