"""One household's credit record: file, grade, explanation, who looked, consents."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.credit.api.convert import explanation_out, grade_out, look_out, trace_out
from services.credit.api.deps import FileVersion, KnownPartners
from services.credit.api.schemas import (
    ExplanationOut,
    FactsIn,
    FileOut,
    GradeOut,
    LooksOut,
    ReviewsIn,
    TraceOut,
    VetoIn,
    VetoOpenedOut,
)
from services.credit.api.schemas_consents import ConsentIn, ConsentOut, ConsentsOut, WithdrawIn
from services.credit.api.schemas_negative import StatementOut
from services.credit.domain.consent_errors import PartnerUnknown
from services.credit.domain.record_errors import FactsNotThere, HouseholdNotFound
from services.credit.storage.consent_repository import StoredConsent, consents_of
from services.credit.storage.fact_repository import CreditFile, get_file
from services.credit.storage.query_log import looks_at
from services.credit.use_cases.enter_facts import FileWriter, enter_facts, enter_reviews
from services.credit.use_cases.explain_household import explain_household, grade_of
from services.credit.use_cases.give_consent import give_consent, withdraw_consent
from services.credit.use_cases.open_veto import open_veto
from services.credit.use_cases.see_household import look_at
from services.credit.use_cases.share_negative_facts import marks_of
from services.credit.use_cases.show_trace import show_trace
from shared.auth import OFFICIALS
from shared.ids import new_id
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.paging import Limit, PageCursor, page_of
from shared.web.replies import etag
from shared.web.service_app import strict_router

router = strict_router(tags=["credit"])


@router.get("/v1/credit/households/{household_id}/facts")
async def get_facts(
    household_id: Id, who: Who, connection: Connection, with_: Mechanisms, response: Response
) -> FileOut:
    await look_at(connection, who, household_id, "facts")
    found = await get_file(connection, household_id, with_.clock.today())
    if found is None:
        raise FactsNotThere
    marks = await marks_of(connection, household_id, with_.clock.today())
    return _file(found, response).model_copy(
        update={
            "objection": marks.objected,
            "statements": [StatementOut(code=code, text=text) for code, text in marks.statements],
        }
    )


@router.put("/v1/credit/households/{household_id}/facts")
async def put_facts(
    household_id: Id,
    body: FactsIn,
    version: FileVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    response: Response,
) -> FileOut:
    who.require_role(*OFFICIALS)
    given = {name: getattr(body, name) for name in body.model_fields_set if name != "version"}
    writer = FileWriter(who, with_.audit, with_.clock, with_.database)
    return _file(await enter_facts(connection, writer, household_id, given, version), response)


@router.put("/v1/credit/households/{household_id}/reviews")
async def put_reviews(
    household_id: Id,
    body: ReviewsIn,
    version: FileVersion,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    response: Response,
) -> FileOut:
    who.require_role(*OFFICIALS)
    writer = FileWriter(who, with_.audit, with_.clock, with_.database)
    return _file(await enter_reviews(connection, writer, household_id, body.reviews, version), response)


@router.post("/v1/credit/households/{household_id}/vetoes", status_code=201)
async def post_veto(
    household_id: Id, body: VetoIn, who: Who, connection: Connection, with_: Mechanisms, response: Response
) -> VetoOpenedOut:
    who.require_role(*OFFICIALS)
    veto_id = body.veto_id or new_id()
    await open_veto(connection, with_.audit, with_.clock, who, household_id, veto_id, body.model_dump())
    found = await get_file(connection, household_id, with_.clock.today())
    if found is None:
        raise FactsNotThere
    return VetoOpenedOut(**_file(found, response).model_dump(), veto_id=veto_id)


@router.get("/v1/credit/households/{household_id}/grade")
async def get_household_grade(household_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> GradeOut:
    return grade_out(await grade_of(connection, with_.clock, who, household_id), with_.clock.today())


@router.get("/v1/credit/households/{household_id}/explanation")
async def get_explanation(household_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> ExplanationOut:
    return explanation_out(await explain_household(connection, with_.clock, who, household_id), with_.clock.today())


@router.get("/v1/credit/households/{household_id}/trace")
async def get_trace(household_id: Id, who: Who, connection: Connection) -> TraceOut:
    who.require_role(*OFFICIALS, "auditor")
    return trace_out(await show_trace(connection, who, household_id))


@router.get("/v1/credit/households/{household_id}/queries")
async def list_looks(
    household_id: Id,
    who: Who,
    connection: Connection,
    with_: Mechanisms,
    limit: Limit = 20,
    cursor: PageCursor = None,
) -> LooksOut:
    await look_at(connection, who, household_id, "queries")
    scope = f"looks:{household_id}"
    found = await looks_at(connection, household_id, with_.cursors.read_id(scope, cursor), limit + 1)
    items, next_cursor = page_of(found, limit, lambda look: with_.cursors.write(scope, [str(look.look_id)]))
    return LooksOut(items=[look_out(look) for look in items], next_cursor=next_cursor, has_more=next_cursor is not None)


@router.get("/v1/credit/consents")
async def list_consents(
    who: Who, connection: Connection, household_id: Annotated[Id | None, Query()] = None
) -> ConsentsOut:
    """A household that names none means itself."""
    of = household_id or (UUID(who.household_id) if who.household_id else None)
    if of is None:
        raise HouseholdNotFound
    await look_at(connection, who, of, "consents")
    found = await consents_of(connection, of)
    return ConsentsOut(items=[ConsentOut.model_validate(consent, from_attributes=True) for consent in found])


@router.post("/v1/credit/consents", status_code=201)
async def post_consent(
    body: ConsentIn, who: Who, connection: Connection, with_: Mechanisms, partners: KnownPartners, response: Response
) -> ConsentOut:
    if body.partner_id not in partners:
        raise PartnerUnknown
    values = body.model_dump()
    values.update(consent_id=body.consent_id or new_id(), given_by=who.subject)
    consent = await give_consent(connection, with_.audit, with_.clock, who, StoredConsent(**values))
    response.headers["Location"] = f"/v1/credit/consents?household_id={consent.household_id}"
    return ConsentOut.model_validate(consent, from_attributes=True)


@router.post("/v1/credit/consents/{consent_id}/withdraw")
async def withdraw(
    consent_id: Id, who: Who, connection: Connection, with_: Mechanisms, body: WithdrawIn | None = None
) -> ConsentOut:
    witness = None if body is None else body.witness
    consent = await withdraw_consent(connection, with_.audit, with_.clock, who, consent_id, witness)
    return ConsentOut.model_validate(consent, from_attributes=True)


def _file(found: CreditFile, response: Response) -> FileOut:
    response.headers["ETag"] = etag(found.version)
    return FileOut.model_validate(found, from_attributes=True)
