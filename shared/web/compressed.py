"""Answers that are worth it travel compressed, when the client can read that (docs/decisions/0023).

Only whole JSON answers of a service, of a kilobyte or more and without an ETag: a strong one, which If-Match needs,
names these very bytes. Never what banks read, since a signature covers the bytes as they were made; nothing for
siblings on the same machine; no file and no stream.
"""

import asyncio
import gzip
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 1024
AT_ONCE_BYTES = 64 * 1024
"""What is longer is compressed by a thread, so that nobody waits for it."""
LEVEL = 5
_NOT_UNDER = ("/v1/partner/", "/internal/")
_JSON = (b"application/json", b"application/problem+json")
_QUALITY = re.compile(rb"q\s*=\s*0(?:\.0*)?$")
_VARY = (b"vary", b"Accept-Encoding")


class CompressedAnswers:
    """ASGI middleware of a service."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NOT_UNDER):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def send_on(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                head, start = start, None
                if message["type"] == "http.response.body":
                    await fit_to(scope, head, message)
                await send(head)
            await send(message)

        await self._app(scope, receive, send_on)


async def fit_to(scope: Scope, head: Message, message: Message) -> None:
    """Compresses an answer, the head and the first message of its body, where that is worth it and the client can."""
    if scope["path"].startswith(_NOT_UNDER) or not _worth_it(head, message):
        return
    head["headers"] = [*head["headers"], _VARY]
    if takes_gzip(scope["headers"]):
        await _compress(head, message)


def takes_gzip(headers: list[tuple[bytes, bytes]]) -> bool:
    """Does the client name gzip, or anything (`*`), and not refuse it (`q=0`)?"""
    said: dict[bytes, bool] = {}
    for name, value in headers:
        if name == b"accept-encoding":
            for part in value.lower().split(b","):
                coding, *parameters = (piece.strip() for piece in part.split(b";"))
                said[coding] = not any(_QUALITY.fullmatch(one) for one in parameters)
    return said.get(b"gzip", said.get(b"*", False))


def _worth_it(head: Message, message: Message) -> bool:
    if message.get("more_body", False) or len(message.get("body", b"")) < LEAST_BYTES:
        return False
    headers = dict(head["headers"])
    return (
        headers.get(b"content-type", b"").split(b";")[0] in _JSON
        and b"etag" not in headers
        and b"content-encoding" not in headers
    )


async def _compress(head: Message, message: Message) -> None:
    body = message["body"]
    if len(body) > AT_ONCE_BYTES:
        small = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
    else:
        small = gzip.compress(body, LEVEL, mtime=0)
    message["body"] = small
    kept = [header for header in head["headers"] if header[0] != b"content-length"]
    head["headers"] = [*kept, (b"content-encoding", b"gzip"), (b"content-length", str(len(small)).encode())]
