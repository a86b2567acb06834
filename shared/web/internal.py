"""What siblings alone may call: the change log, its part of the API document, whose tokens have ended.

The gateway never forwards `/internal/*`; a caller needs a service token made for this service.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.routing import APIRoute

from shared.errors import NotIdentified, NotPermitted, Unavailable
from shared.service_tokens import caller_of
from shared.web.context import service_of
from shared.web.replies import problem_reply
from shared.web.route import Handler, guarded, keep_body

MOST_ENDED = 100_000
MOST_BYTES = 20_000_000


class NotReady(Unavailable):
    code = "not_ready"
    message = "服务正在启动，请稍后再试。"


class InternalRoute(APIRoute):
    """Opens the sibling's token; the rest is ordinary FastAPI."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotIdentified
            request.state.caller = caller_of(service_of(request).internal, token)
            await keep_body(request, MOST_BYTES)
            return await inner(request)

        return guarded(handle)


internal_router = APIRouter(route_class=InternalRoute, include_in_schema=False)
health_router = APIRouter(include_in_schema=False)


@internal_router.get("/internal/changes")
async def read_changes(
    request: Request,
    topics: str,
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> dict[str, Any]:
    service = service_of(request)
    async with service.database.transaction() as connection:
        page = await service.change_log.page(connection, after, topics.split(","), limit)
    return {
        "items": [{"topic": c.topic, "key": c.key, "payload": c.payload} for c in page.changes],
        "cursor": page.cursor,
        "has_more": page.has_more,
        "restart": page.restart,
    }


@internal_router.put("/internal/ended", status_code=204)
async def hear_what_ended(
    request: Request,
    ended: Annotated[list[str], Body(embed=True, max_length=MOST_ENDED)],
    partners: Annotated[list[str] | None, Body(max_length=MOST_ENDED)] = None,
) -> None:
    """Sessions and partners whose tokens count no more, and the partners that may ask: all of them, each time.

    Only the gateway knows. `partners` None: it does not know them itself yet.
    """
    if request.state.caller != "gateway":
        raise NotPermitted
    service_of(request).authenticator.ended = frozenset(ended)
    if partners is not None:
        request.app.state.partners = frozenset(partners)


@internal_router.get("/internal/openapi.json")
async def own_openapi(request: Request) -> dict[str, Any]:
    document: dict[str, Any] = request.app.openapi()
    return document


@health_router.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@health_router.get("/readyz")
async def readyz(request: Request) -> Response:
    service = service_of(request)
    if service.ready() and await service.database.ping():
        return Response(b'{"status":"ok"}', media_type="application/json")
    return problem_reply(request, NotReady(retry_after=2))
