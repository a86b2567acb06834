"""The bank's query, the hottest door of this service: raw ASGI in front of FastAPI.

Same schema, same use case and same answer as the FastAPI route beside it, which documents it; a test holds the two
equal. What is saved is FastAPI's routing, dependencies and response model, half of the time of a query.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from services.credit.api.deps import rooms_of
from services.credit.api.schemas_partner import QueriesIn
from services.credit.storage.directory_repository import households_of_identities
from services.credit.use_cases.answer_grade_queries import Asked, Partner
from services.credit.use_cases.find_household import find_households
from shared.auth import PARTNER, Principal
from shared.web.context import service_of
from shared.web.door import Door
from shared.web.request_id import header_of
from shared.web.route import read_whole_body
from shared.web.strict_json import read_json

PATH = "/v1/partner/grades/query"


def partner_of(who: Principal) -> Partner:
    """Raises NotPermitted for whoever is no bank."""
    who.require_role("bank")
    return Partner(who.partner_id or who.subject, who.name)


async def answer(request: Request, who: Principal, body: QueriesIn) -> list[dict[str, Any]]:
    """One result per query, in order."""
    partner = partner_of(who)
    service, rooms = service_of(request), rooms_of(request)

    async def look_up(indexes: Sequence[bytes]) -> Mapping[bytes, UUID]:
        async with service.database.transaction() as connection:
            return await households_of_identities(connection, indexes)

    households = await find_households(look_up, rooms.cipher, body.queries, at="/queries")
    asked = [
        Asked(household_id, query.consent_id, query.purpose, query.reference)
        for household_id, query in zip(households, body.queries, strict=True)
    ]
    return await rooms.queries.answer(partner, asked, service.clock.today())


def counts_of(results: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Headers for the gateway, which takes them off: how much of the partner's quota this was, and how much of it
    found no consent."""
    refused = sum(result["status"] == "refused" for result in results)
    return {"X-Queries-Asked": str(len(results)), "X-Queries-Refused": str(refused)}


async def _handle(request: Request) -> Response:
    authenticator = service_of(request).authenticator
    who = authenticator.authenticate(header_of(request.scope, b"authorization").decode("latin-1"), audience=PARTNER)
    body = QueriesIn.model_validate(read_json(await read_whole_body(request)))
    results = await answer(request, who, body)
    return Response(orjson.dumps({"results": results}), headers=counts_of(results), media_type="application/json")


def _is_query(scope: Scope) -> bool:
    return (
        scope["path"] == PATH
        and scope["method"] == "POST"
        and not scope["query_string"]
        and (b"content-type", b"application/json") in scope["headers"]
    )


def grade_query_door(app: ASGIApp) -> Door:
    """Answers a POST of JSON to its one path, passes everything else on."""
    return Door(app, _is_query, _handle)
