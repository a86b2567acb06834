"""What is held against a household: it sees it, is told of it, and speaks to it."""

from collections.abc import Sequence

from services.credit.api.convert_report import fact_out
from services.credit.api.schemas_negative import NegativeFactsOut, StatementIn, TellIn
from services.credit.storage.negative_repository import Noted
from services.credit.use_cases.see_negative_facts import (
    see_negative_facts,
    state_to_negative_fact,
    tell_negative_fact,
)
from shared.auth import OFFICIALS
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.service_app import strict_router

router = strict_router(tags=["credit"])


@router.get("/v1/credit/households/{household_id}/negative-facts")
async def list_negative_facts(
    household_id: Id, who: Who, connection: Connection, with_: Mechanisms
) -> NegativeFactsOut:
    return _shown(await see_negative_facts(connection, with_.clock, who, household_id))


@router.post("/v1/credit/households/{household_id}/negative-facts/tellings")
async def tell_of_negative_fact(
    household_id: Id, body: TellIn, who: Who, connection: Connection, with_: Mechanisms
) -> NegativeFactsOut:
    who.require_role("cadre", *OFFICIALS)
    told = await tell_negative_fact(connection, with_.audit, with_.clock, who, household_id, body.fact, body.how)
    return _shown(told)


@router.post("/v1/credit/households/{household_id}/negative-facts/statements")
async def state_to_fact(
    household_id: Id, body: StatementIn, who: Who, connection: Connection, with_: Mechanisms
) -> NegativeFactsOut:
    said = await state_to_negative_fact(
        connection, with_.audit, with_.clock, who, household_id, body.fact, body.text, body.witness
    )
    return _shown(said)


def _shown(found: Sequence[Noted]) -> NegativeFactsOut:
    return NegativeFactsOut(items=[fact_out(one) for one in found])
