"""The grade query as the sandbox answers it. Only the gate leads here, for partners in the sandbox."""

from typing import Any

from services.gateway.api.partner_gate import QUERY
from services.gateway.api.schemas_partner import SandboxQueriesIn
from services.gateway.domain.errors import SandboxQueryNeedsOneKey
from services.gateway.domain.sandbox import sandbox_answer
from shared.web.context import Mechanisms, Who
from shared.web.route import looks_up
from shared.web.service_app import strict_router

router = strict_router(include_in_schema=False)


@router.post(QUERY)
@looks_up
async def query_sandbox(body: SandboxQueriesIn, who: Who, service: Mechanisms) -> dict[str, Any]:
    who.require_role("bank")
    wrong = [place for place, one in enumerate(body.queries) if (one.household_id is None) == (one.id_number is None)]
    if wrong:
        kind = SandboxQueryNeedsOneKey
        raise kind(
            errors=[
                {"pointer": f"/queries/{place}", "code": kind.code, "message": kind.message} for place in wrong[:50]
            ]
        )
    today = service.clock.today()
    return {
        "results": [
            sandbox_answer(one.household_id or one.id_number or "", one.consent_id, one.purpose, one.reference, today)
            for one in body.queries
        ]
    }
