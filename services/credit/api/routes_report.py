"""A household's own credit report, free and whole."""

from services.credit.api.convert_report import report_out
from services.credit.api.schemas_report import ReportOut
from services.credit.use_cases.read_report import read_report
from shared.web.context import Connection, Mechanisms, Who
from shared.web.fields import Id
from shared.web.service_app import strict_router

router = strict_router(tags=["credit"])


@router.get("/v1/credit/households/{household_id}/report")
async def get_credit_report(household_id: Id, who: Who, connection: Connection, with_: Mechanisms) -> ReportOut:
    return report_out(await read_report(connection, with_.clock, who, household_id), with_.clock.today())
