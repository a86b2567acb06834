"""Public notices of identification, and objections to them: read and objected to without a token."""

from fastapi import Request, Response

from services.households.api.convert import checked_phone
from services.households.api.deps import Repositories
from services.households.api.notice_page import notice_page, title_of
from services.households.api.schemas_notice import (
    ContactIn,
    ContactOut,
    FollowedOut,
    IdentificationNoticeOut,
    NoticeAnswerIn,
    NoticeDocumentOut,
    NoticeHeadOut,
    NoticeObjectionIn,
    NoticeObjectionOut,
    NoticeObjectionReceiptOut,
    NoticeObjectionsOut,
    NoticesOut,
    ReceiptIn,
)
from services.households.domain.frozen_notice import RECIPE
from services.households.domain.identification_policy import policy_on
from services.households.storage.notice_repository import PostedNotice, get_notice, notices_of
from services.households.storage.objection_repository import Objection
from services.households.use_cases.answer_objection import answer_objection, see_objections, see_objector
from services.households.use_cases.object_to_notice import Said, follow_objection, object_to_notice
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id, RegionCode
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.route import looks_up, public, takes_key
from shared.web.service_app import strict_router

router = strict_router(tags=["public notices"])
PAGE = "text/html"


@router.get("/v1/notices")
@public
async def list_notices(
    region: RegionCode, connection: Connection, with_: Mechanisms, limit: Limit = 20, cursor: PageCursor = None
) -> NoticesOut:
    scope = f"notices:{region}"
    after = with_.cursors.read_id(scope, cursor)
    found = await notices_of(connection, region, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [str(one.notice_id)]))
    shown = [NoticeHeadOut.model_validate(one, from_attributes=True) for one in items]
    return NoticesOut(items=shown, next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/notices/{notice_id}", response_model=IdentificationNoticeOut)
@public
async def get_identification_notice(
    notice_id: Id, request: Request, connection: Connection, with_: Mechanisms
) -> IdentificationNoticeOut | Response:
    posted = await get_notice(connection, notice_id)
    if PAGE in request.headers.get("accept", ""):
        page = notice_page(posted.document, posted.sha256, RECIPE, unchanged=posted.unchanged)
        return Response(page, media_type=PAGE, headers={"Vary": "Accept"})
    return _notice_out(posted, running=with_.clock.today() <= posted.last_day)


@router.post("/v1/notices/{notice_id}/objections", status_code=201)
@public
@takes_key
async def object_to_identification_notice(
    notice_id: Id, body: NoticeObjectionIn, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> NoticeObjectionReceiptOut:
    phone = checked_phone(body.phone)
    said = Said(body.line, body.statement, body.name, phone)
    objection_id = body.objection_id or new_id()
    policy = policy_on(rooms.identification, with_.clock.today())
    objection, receipt = await object_to_notice(
        connection, rooms.objections, with_.audit, with_.clock, policy, notice_id, objection_id, said
    )
    return NoticeObjectionReceiptOut(
        objection_id=objection_id,
        notice_id=notice_id,
        line=objection.line,
        receipt=receipt,
        opened_on=objection.opened_on,
    )


@router.post("/v1/notices/objections/search")
@public
@looks_up
async def follow_notice_objection(body: ReceiptIn, connection: Connection, rooms: Repositories) -> FollowedOut:
    found = await follow_objection(connection, rooms.objections, body.receipt)
    return FollowedOut(
        notice_id=found.notice_id,
        line=found.line,
        state="decided" if found.outcome else "open",
        opened_on=found.opened_on,
        outcome=found.outcome,
        answer=found.answer,
        decided_on=found.decided_on,
    )


@router.get("/v1/notices/{notice_id}/objections")
async def list_notice_objections(
    notice_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> NoticeObjectionsOut:
    scope = f"objections:{notice_id}"
    after = with_.cursors.read_id(scope, cursor)
    found = await see_objections(connection, rooms.objections, who, notice_id, after, limit + 1)
    items, next_cursor = page_of(found, limit, lambda one: with_.cursors.write(scope, [str(one.objection_id)]))
    return NoticeObjectionsOut(
        items=[_objection_out(one) for one in items], next_cursor=next_cursor, has_more=next_cursor is not None
    )


@router.post("/v1/notices/{notice_id}/objections/{objection_id}/decide")
async def answer_notice_objection(
    notice_id: Id,
    objection_id: Id,
    body: NoticeAnswerIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
) -> NoticeObjectionOut:
    who.require_role(*OFFICIALS)
    decided = await answer_objection(
        connection,
        rooms.objections,
        with_.audit,
        with_.clock,
        who,
        notice_id,
        objection_id,
        outcome=body.outcome,
        answer=body.answer,
    )
    return _objection_out(decided)


@router.post("/v1/notices/{notice_id}/objections/{objection_id}/contact")
@looks_up
async def read_objector(
    notice_id: Id,
    objection_id: Id,
    body: ContactIn,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    rooms: Repositories,
) -> ContactOut:
    found = await see_objector(
        connection, rooms.objections, with_.audit, with_.clock, who, notice_id, objection_id, body.reason
    )
    return ContactOut(name=found.name, phone=found.phone)


def _notice_out(posted: PostedNotice, *, running: bool) -> IdentificationNoticeOut:
    return IdentificationNoticeOut(
        notice=NoticeDocumentOut.model_validate(posted.document),
        title=title_of(posted.document),
        running=running,
        sha256=posted.sha256,
        recipe=RECIPE,
        unchanged=posted.unchanged,
    )


def _objection_out(objection: Objection) -> NoticeObjectionOut:
    named = (
        "objection_id",
        "notice_id",
        "line",
        "statement",
        "opened_on",
        "outcome",
        "answer",
        "decided_on",
    )
    return NoticeObjectionOut(
        **{name: getattr(objection, name) for name in named},
        identification_id=objection.case_id,
        anonymous=objection.name is None,
    )
