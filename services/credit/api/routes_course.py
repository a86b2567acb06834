"""The life of a grade: its course, notices, objections, and what banks recommend."""

from functools import partial
from typing import Annotated

from fastapi import Query, Response

from services.credit.api.convert_course import (
    case_out,
    case_with_history_out,
    move_of,
    move_of_line,
    moves_out,
    notice_out,
    objection_out,
)
from services.credit.api.deps import Repositories
from services.credit.api.grade_query import partner_of
from services.credit.api.schemas import VillageOfTitle
from services.credit.api.schemas_course import (
    AnswerIn,
    CaseIn,
    CaseOut,
    CaseWithHistoryOut,
    KeptListOut,
    KeptOut,
    MoveIn,
    NoticeOut,
    ObjectionIn,
    ObjectionOut,
    ObjectionsOut,
    ReasonIn,
    RecommendationsIn,
    VillageMoveIn,
    VillageMovesOut,
)
from services.credit.api.schemas_negative import NoticeObjectionIn, NoticeObjectionOut
from services.credit.domain.grade_case import GradeCase
from services.credit.domain.objection_clock import Outcome
from services.credit.storage.course_log import grade_log
from services.credit.storage.directory_repository import households_of_identities
from services.credit.storage.notice_repository import get_notice
from services.credit.storage.objection_repository import objected_among
from services.credit.storage.recommendation_repository import recommendations_for
from services.credit.use_cases.clear_veto import clear_veto
from services.credit.use_cases.find_household import find_households
from services.credit.use_cases.lower_grade import tell_lower_grade
from services.credit.use_cases.move_grades import Mover, move_case, move_village
from services.credit.use_cases.object_to_grade import decide_objection, open_objection, see_objections
from services.credit.use_cases.object_to_notice import FromOutside, object_to_notice
from services.credit.use_cases.open_grade_case import case_of_grade, open_case, see_case
from services.credit.use_cases.recommend_grades import Recommended, recommend_grades
from services.credit.use_cases.tell_revocation import tell_revocation
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.route import public, takes_key
from shared.web.service_app import strict_router

router = strict_router(tags=["grade course"])


@router.post("/v1/credit/grade-cases", status_code=201)
async def open_grade_case(
    body: CaseIn, who: Who, connection: Connection, with_: Mechanisms, response: Response
) -> CaseOut:
    who.require_role(*OFFICIALS)
    case = await open_case(connection, with_.clock, who, body.household_id, body.case_id or new_id())
    response.headers["Location"] = f"/v1/credit/grade-cases/{case.case_id}"
    return await _shown(connection, case)


@router.post("/v1/credit/households/{household_id}/grade-case")
async def open_case_of_grade(household_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> CaseOut:
    who.require_role(*OFFICIALS)
    return await _shown(connection, await case_of_grade(connection, with_.clock, who, household_id))


@router.get("/v1/credit/grade-cases/{case_id}")
async def get_grade_case(case_id: Id, who: Who, connection: Connection) -> CaseWithHistoryOut:
    case = await see_case(connection, who, case_id)
    recommended = await recommendations_for(connection, case.household_id, case.case_id)
    objected = await objected_among(connection, [case.household_id])
    return case_with_history_out(case, objected, await grade_log.of_case(connection, case), recommended)


@router.post("/v1/credit/grade-cases/{case_id}/transitions")
async def move_grade_case(case_id: Id, body: MoveIn, who: Who, connection: Connection, with_: Mechanisms) -> CaseOut:
    who.require_role(*OFFICIALS)
    mover = Mover(who, with_.clock, body.card)
    return await _shown(connection, await move_case(connection, mover, case_id, move_of(body, who)))


@router.post("/v1/credit/grade-cases/{case_id}/lower-grade-notices", status_code=201)
async def tell_of_lower_grade(
    case_id: Id, body: ReasonIn, who: Who, connection: Connection, with_: Mechanisms
) -> CaseOut:
    case = await tell_lower_grade(connection, with_.audit, with_.clock, who, case_id, body.reason)
    return await _shown(connection, case)


@router.post("/v1/credit/grade-cases/{case_id}/revocation-notices", status_code=201)
async def tell_of_revocation(
    case_id: Id, body: ReasonIn, who: Who, connection: Connection, with_: Mechanisms
) -> CaseOut:
    case = await tell_revocation(connection, with_.audit, with_.clock, who, case_id, body.reason)
    return await _shown(connection, case)


@router.post("/v1/credit/villages/{code}/transitions")
async def move_grade_cases_of_village(
    code: VillageOfTitle, body: VillageMoveIn, who: Who, connection: Connection, with_: Mechanisms
) -> VillageMovesOut:
    who.require_role(*OFFICIALS)
    own = None if body.cases is None else {one.case_id: move_of_line(body, who, one) for one in body.cases}
    common = move_of_line(body, who, None)
    moves = await move_village(connection, Mover(who, with_.clock, body.card), code, body.to, own, common)
    return moves_out(moves, await objected_among(connection, [case.household_id for case in moves.moved]))


@router.post("/v1/credit/households/{household_id}/vetoes/{veto_id}/clear", status_code=204)
async def clear_household_veto(
    household_id: Id, veto_id: Id, body: ReasonIn, who: Who, connection: Connection, with_: Mechanisms
) -> Response:
    who.require_role(*OFFICIALS)
    await clear_veto(connection, with_.audit, with_.clock, who, household_id, veto_id, body.reason)
    return Response(status_code=204)


@router.get("/v1/credit/notices/{notice_id}")
@public
async def get_grade_notice(notice_id: Id, connection: Connection) -> NoticeOut:
    return notice_out(*await get_notice(connection, notice_id))


@router.post("/v1/credit/notices/{notice_id}/objections", status_code=201)
@public
@takes_key
async def object_to_grade_notice(
    notice_id: Id, body: NoticeObjectionIn, connection: Connection, with_: Mechanisms
) -> NoticeObjectionOut:
    given = FromOutside(body.objection_id or new_id(), notice_id, body.line, body.statement, body.name)
    opened = await object_to_notice(connection, with_.audit, with_.clock, given)
    return NoticeObjectionOut(
        objection_id=opened.objection_id, notice_id=notice_id, line=body.line, due_on=opened.due_on
    )


@router.get("/v1/credit/objections")
async def list_objections(
    household_id: Annotated[Id, Query()], who: Who, connection: Connection, with_: Mechanisms
) -> ObjectionsOut:
    role, found = await see_objections(connection, who, household_id)
    today, official = with_.clock.today(), role == "official"
    return ObjectionsOut(items=[objection_out(one, today, to_official=official) for one in found])


@router.post("/v1/credit/objections", status_code=201)
async def object_to_grade(body: ObjectionIn, who: Who, connection: Connection, with_: Mechanisms) -> ObjectionOut:
    opened = await open_objection(
        connection,
        with_.audit,
        with_.clock,
        who,
        household_id=body.household_id,
        objection_id=body.objection_id or new_id(),
        about=body.about,
        statement=body.statement,
    )
    return objection_out(opened, with_.clock.today())


@router.post("/v1/credit/objections/{objection_id}/decide")
async def answer_objection(
    objection_id: Id, body: AnswerIn, who: Who, connection: Connection, with_: Mechanisms
) -> ObjectionOut:
    who.require_role(*OFFICIALS)
    outcome = Outcome(body.outcome)
    decided = await decide_objection(
        connection, with_.audit, with_.clock, who, objection_id, outcome=outcome, answer=body.answer
    )
    return objection_out(decided, with_.clock.today())


@router.post("/v1/partner/recommendations")
async def recommend(
    body: RecommendationsIn, who: Who, connection: Connection, with_: Mechanisms, rooms: Repositories
) -> KeptListOut:
    partner = partner_of(who)
    look_up = partial(households_of_identities, connection)
    households = await find_households(look_up, rooms.cipher, body.recommendations, at="/recommendations")
    given = [
        Recommended(household_id, one.consent_id, one.reference, one.grade, one.reason)
        for household_id, one in zip(households, body.recommendations, strict=True)
    ]
    kept = await recommend_grades(connection, partner.partner_id, given, with_.clock.today())
    return KeptListOut(results=[KeptOut.model_validate(one, from_attributes=True) for one in kept])


async def _shown(connection: Connection, case: GradeCase) -> CaseOut:
    return case_out(case, await objected_among(connection, [case.household_id]))
