"""A span a request, around a service's application; only where traces are on."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.tracing import Traces, current, end_span
from shared.web.request_id import request_id_of


class TracedRequests:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, traces: Traces) -> None:
        self._app = app
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        span = self._traces.begin_within(scope["method"], headers)
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with current(span):
                await self._app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", "")
            end_span(span, scope["method"], route, status, request_id_of(scope))
