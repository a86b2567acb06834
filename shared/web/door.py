"""A hot route's door: raw ASGI in front of FastAPI, with the same guard around it (`shared/web/route.py`).

The FastAPI route of the same path documents it and takes whatever the door does not. What is saved is FastAPI's
routing, dependencies and response model.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.route import guarded

Handle = Callable[[Request], Coroutine[Any, Any, Response | None]]


class Door:
    """ASGI: `handle` answers the requests that it `takes`. What it answers with None, unread, goes on to the app."""

    def __init__(self, app: ASGIApp, takes: Callable[[Scope], bool], handle: Handle) -> None:
        self._app = app
        self._takes = takes
        self._guarded = guarded(handle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = None
        if scope["type"] == "http" and self._takes(scope):
            response = await self._guarded(Request(scope, receive))
        await (self._app if response is None else response)(scope, receive, send)
