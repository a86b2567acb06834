"""What is held against a household: it sees it, is told of it, and speaks to it."""

from collections.abc import Sequence

from services.credit.api.schemas_negative import NegativeFactOut, NegativeFactsOut, StatementIn, TellIn
from services.credit.domain.vetoes import VETOES
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
_LATE = {"late": "银行上报的逾期", "entered": "工作人员登记的逾期"}


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
    return NegativeFactsOut(items=[_fact(one) for one in found])


def _fact(one: Noted) -> NegativeFactOut:
    fact, notice = one.fact, one.notice
    return NegativeFactOut(
        fact=fact.key,
        kind=fact.kind,
        code=fact.code,
        text=VETOES[fact.code.removeprefix("veto/")] if fact.kind == "veto" else _LATE[fact.kind],
        began_on=fact.began_on,
        ended_on=fact.ended_on,
        kept_until=fact.kept_until,
        told_on=notice.told_on,
        how=notice.how,
        statement=notice.statement,
        statement_on=notice.statement_on,
    )
