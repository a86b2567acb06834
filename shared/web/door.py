"""A hot route's door: raw ASGI in front of FastAPI, with the same guard around it (`shared/web/route.py`).

The FastAPI route of the same path documents it and takes whatever the door does not. What is saved is FastAPI's
layers, routing, dependencies and response model. The request's id, the caches and the compression are those of every
answer; here they come without a layer for each.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.compressed import fit_to
from shared.web.request_id import forget_request, name_request, with_id
from shared.web.route import guarded

Handle = Callable[[Request], Coroutine[Any, Any, Response | None]]


class Door:
    """ASGI: `handle` answers the requests that it `takes`. What it answers with None, unread, goes on to the app."""

    def __init__(self, app: ASGIApp, takes: Callable[[Scope], bool], handle: Handle) -> None:
        self._app = app
        self._takes = takes
        self._guarded = guarded(handle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._takes(scope):
            await self._app(scope, receive, send)
            return
        request_id = name_request(scope)
        try:
            response = await self._guarded(Request(scope, receive))
        finally:
            forget_request()
        if response is None:
            await self._app(scope, receive, send)
            return
        head: Message = {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": with_id(response.raw_headers, request_id),
        }
        message: Message = {"type": "http.response.body", "body": response.body}
        await fit_to(scope, head, message)
        await send(head)
        await send(message)
