"""The request id: taken from the caller when it is sane, made anew otherwise, on every reply and log line."""

import re
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.ids import new_id

_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """ASGI middleware: sets the id in the scope, the log context and the reply; personal replies are not cached."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = name_request(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_id(message.get("headers", ()), request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            forget_request()


def name_request(scope: Scope) -> str:
    """The id, from here on in the scope and on every log line, until `forget_request`."""
    given = header_of(scope, b"x-request-id")
    request_id = given.decode() if _SANE.fullmatch(given) else str(new_id())
    scope["request_id"] = request_id
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def forget_request() -> None:
    structlog.contextvars.unbind_contextvars("request_id")


def with_id(headers: Iterable[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """The reply's headers with the id, and kept by no cache where they do not say otherwise."""
    marked = list(headers)
    names = {name.lower() for name, _ in marked}
    if b"x-request-id" not in names:
        marked.append((b"x-request-id", request_id.encode()))
    if b"cache-control" not in names:
        marked.append((b"cache-control", b"no-store"))
    return marked


def header_of(scope: Scope, name: bytes) -> bytes:
    """The first value of a header; empty when there is none."""
    for given, value in scope["headers"]:
        if given == name:
            return bytes(value)
    return b""


def request_id_of(scope: MutableMapping[str, Any]) -> str:
    return str(scope.get("request_id", ""))
