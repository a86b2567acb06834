"""What households ask most, their own grade and why it is so: a door in front of FastAPI.

The routes beside it (`routes_households.py`) document both and answer whoever else asks; a test holds the answers of
the two equal.
"""

import re
from collections.abc import Mapping
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from services.credit.api.convert import explanation_out, grade_out
from services.credit.api.deps import rooms_of
from services.credit.use_cases.explain_own_grade import Write
from services.credit.use_cases.see_household import is_own
from shared.web.context import service_of
from shared.web.door import Door
from shared.web.request_id import header_of

_PATH = re.compile(r"/v1/credit/households/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(grade|explanation)")

WRITERS: Mapping[str, Write] = {
    "grade": lambda found, today: grade_out(found.graded, today).model_dump_json().encode(),
    "explanation": lambda found, today: explanation_out(found, today).model_dump_json().encode(),
}


def own_grade_door(app: ASGIApp) -> Door:
    """Answers a household that asks for its own, passes everything else on."""
    return Door(app, _is_of_one, _handle)


def _is_of_one(scope: Scope) -> bool:
    return scope["method"] == "GET" and not scope["query_string"] and _PATH.fullmatch(scope["path"]) is not None


async def _handle(request: Request) -> Response | None:
    service = service_of(request)
    who = service.authenticator.authenticate(header_of(request.scope, b"authorization").decode("latin-1"))
    _, _, _, _, household, what = request.scope["path"].split("/")
    household_id = UUID(household)
    if not is_own(who, household_id):
        return None
    body = await rooms_of(request).own_grades.answer(what, household_id, service.clock.today())
    return None if body is None else Response(body, media_type="application/json")
