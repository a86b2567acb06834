"""Is the whole ready, and what can it do?"""

import time
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from services.gateway.api.deps import Hands, Rooms
from services.gateway.api.docs import PAGE, POLICY, asset
from services.gateway.api.openapi import merged_openapi
from services.gateway.domain.forwarding_errors import RouteUnknown
from services.gateway.storage.shipped_examples import recorded_examples
from shared.web.context import Mechanisms
from shared.web.internal import NotReady
from shared.web.route import public
from shared.web.service_app import strict_router

router = strict_router(include_in_schema=False)
KEPT_SECONDS = 30.0
_PUBLIC_DAY = {"Cache-Control": "public, max-age=86400"}


@router.get("/readyz")
@public
async def ready(service: Mechanisms, rooms: Hands) -> dict[str, str]:
    """200 when this service, its siblings and, in the demonstration, its data are there."""
    if not (service.ready() and await service.database.ping() and await rooms.siblings.ready()):
        raise NotReady(retry_after=2)
    return {"status": "ok"}


@router.get("/openapi.json")
@public
async def openapi_document(request: Request, rooms: Hands) -> Response:
    return JSONResponse(await _document(request, rooms))


@router.get("/")
@public
async def front_page(rooms: Hands) -> Response:
    """Who opens the bare address in a browser finds the API document."""
    _require_docs(rooms)
    return RedirectResponse("/docs", headers={"Cache-Control": "no-store"})


@router.get("/metrics")
@public
async def request_metrics(request: Request) -> Response:
    """Requests by route, method and status, as Prometheus reads them; no such address outside the demonstration."""
    metrics = request.app.state.shown_metrics
    if metrics is None:
        raise RouteUnknown
    registry = CollectorRegistry()
    registry.register(metrics)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/docs")
@public
async def docs_page(rooms: Hands) -> Response:
    _require_docs(rooms)
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"})


@router.get("/docs/{name}")
@public
async def docs_asset(name: str, rooms: Hands) -> Response:
    _require_docs(rooms)
    found = asset(name)
    if found is None:
        raise RouteUnknown
    return Response(found[0], media_type=found[1], headers=_PUBLIC_DAY | {"X-Content-Type-Options": "nosniff"})


def _require_docs(rooms: Rooms) -> None:
    """Outside the demonstration there is no such address, unless a setting says so (checks S66)."""
    if not rooms.docs_shown:
        raise RouteUnknown


async def _document(request: Request, rooms: Rooms) -> dict[str, Any]:
    """Kept for half a minute: the address is public, and asking three siblings is not free."""
    _require_docs(rooms)
    state = request.app.state
    kept: tuple[float, dict[str, Any]] | None = getattr(state, "openapi_kept", None)
    if kept is None or kept[0] < time.monotonic():
        own = {"gateway": request.app.openapi()}
        document = merged_openapi(own | await rooms.siblings.documents(), rooms.policy, recorded_examples())
        kept = state.openapi_kept = (time.monotonic() + KEPT_SECONDS, document)
    return kept[1]
