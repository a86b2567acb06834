"""Builds a service's FastAPI application: routes, problems, health, and what only siblings may call."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Failure, NotFound
from shared.web.compressed import CompressedAnswers
from shared.web.context import Service
from shared.web.internal import health_router, internal_router
from shared.web.replies import problem_reply
from shared.web.request_id import RequestIds
from shared.web.route import StrictRoute
from shared.web.traced import TracedRequests

Background = Callable[[], Coroutine[Any, Any, None]]
Life = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class RouteUnknown(NotFound):
    code = "route_unknown"
    message = "没有这个地址。"


class MethodNotAllowed(Failure):
    status = 405
    code = "method_not_allowed"
    message = "这个地址不支持这种操作。"


class ServiceApp(FastAPI):
    """FastAPI behind layers of ours, which a request passes before FastAPI's own: what a door answers never costs
    those."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._outermost: ASGIApp = super().__call__

    def put_in_front(self, layer: Callable[[ASGIApp], ASGIApp]) -> None:
        self._outermost = layer(self._outermost)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        await self._outermost(scope, receive, send)


def service_app(
    service: Service,
    routers: Sequence[APIRouter],
    background: Sequence[Background],
    title: str,
    doors: Sequence[Callable[[ASGIApp], ASGIApp]] = (),
    *,
    compresses: bool = True,
) -> FastAPI:
    """`background` runs beside the application (feed readers, jobs) and is cancelled when it stops.

    `doors` put hot routes' raw ASGI in front of FastAPI and all its layers (`shared/web/door.py`). What holds tokens
    does not compress.
    """
    app = ServiceApp(
        title=title,
        version="1",
        lifespan=_life_of(service, background),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.service = service
    app.router.route_class = StrictRoute
    for router in routers:
        app.include_router(router)
    app.include_router(internal_router)
    app.include_router(health_router)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Failure, _late_failure)
    app.add_exception_handler(Exception, _late_failure)
    if compresses:
        app.put_in_front(CompressedAnswers)
    app.put_in_front(RequestIds)
    for door in doors:
        app.put_in_front(door)
    if service.traces is not None:
        app.put_in_front(partial(TracedRequests, traces=service.traces))
    return app


def _life_of(service: Service, background: Sequence[Background]) -> Life:
    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(run()) for run in (*service.keeps, *background)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
            await service.database.close()
            if service.traces is not None:
                await asyncio.to_thread(service.traces.close)

    return life


def strict_router(**settings: Any) -> APIRouter:
    """A router of strict routes; every service's `routes_<noun>.py` starts with one."""
    return APIRouter(route_class=StrictRoute, **settings)


async def _http_exception(request: Request, failure: Exception) -> Any:
    """What Starlette raises by itself: an unknown path or method."""
    status = getattr(failure, "status_code", 404)
    headers = getattr(failure, "headers", None) or {}
    if status == 405:
        allowed = [method.strip() for method in headers.get("Allow", "").split(",") if method.strip()]
        return problem_reply(request, MethodNotAllowed(allowed=allowed))
    return problem_reply(request, RouteUnknown())


async def _late_failure(request: Request, failure: Exception) -> Any:
    """A read whose transaction (it kept a look) fails to commit: that happens after the route has made its reply."""
    return problem_reply(request, failure if isinstance(failure, Failure) else Failure())


def _operation_id(route: APIRoute) -> str:
    return route.name
