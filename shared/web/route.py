"""The route class of every service: who asks, strict input, one transaction, one effect per Idempotency-Key.

    token opened → parameters checked → body read → transaction → key looked up → endpoint → reply stored → commit

A POST or PUT or DELETE runs in one transaction that commits before the reply leaves. `@public` needs no token and no
key, `@takes_key` marks a public POST that honours one, `@looks_up` a POST that writes nothing for its caller and so
needs no Idempotency-Key, `@asks_step_up` an endpoint that answers only to who has shown a second factor lately.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from email.message import Message
from hashlib import sha256
from typing import Any, TypeVar

import structlog
from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from shared.auth import FIELD, PARTNER
from shared.db import as_failure
from shared.errors import Failure, Unavailable, Unreadable
from shared.idempotency import IdempotencyKeyGuessable, IdempotencyKeyMissing, StoredReply, Ticket
from shared.step_up import require_step_up
from shared.web.context import Service, service_of
from shared.web.replies import problem_reply
from shared.web.strict_json import MOST_BYTES, BodyTooLarge, JsonUnreadable, read_json
from shared.web.validation import failure_of

DEADLINE_SECONDS = 5.0
MOST_UPLOAD_BYTES = 20_000_000
KEPT_HEADERS = ("content-type", "location", "etag")
# Whoever has no login: a key is theirs because nobody else draws the same one, so it is as long as 128 random bits.
ANYBODY = "public"
FEWEST_PUBLIC_SIGNS = 22
KEY_IF_ANY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "没有收到回执时，用同一个值再提交一次，得到同一份回执。值要随机生成。",
    "schema": {"type": "string", "pattern": f"^[!-~][ -~]{{{FEWEST_PUBLIC_SIGNS - 2},198}}[!-~]$"},
}
F = TypeVar("F", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
R = TypeVar("R")

log = structlog.get_logger("route")


class ParameterUnknown(Unreadable):
    code = "parameter_unknown"
    message = "网址里有系统不认识的参数，请去掉后再试。"


class ParameterTwice(Unreadable):
    code = "parameter_duplicate"
    message = "网址里有重复的参数，请只留一个。"


class DeadlinePassed(Unavailable):
    code = "deadline_passed"
    message = "处理时间太长，已停止，没有保存任何改动，请稍后再试。"


def public(endpoint: F) -> F:
    """Marks an endpoint that anyone may call without a token."""
    endpoint.__dict__["public"] = True
    return endpoint


def looks_up(endpoint: F) -> F:
    """Marks a POST that writes nothing for its caller (searches, previews, queries)."""
    endpoint.__dict__["looks_up"] = True
    return endpoint


def takes_key(endpoint: F) -> F:
    """Marks a public POST that keeps its reply under an Idempotency-Key for the caller who sends one."""
    endpoint.__dict__["takes_key"] = True
    return endpoint


def asks_step_up(endpoint: F) -> F:
    """Marks an endpoint for which a bearer who needs a second factor must have shown it in the last ten minutes."""
    endpoint.__dict__["asks_step_up"] = True
    return endpoint


def takes_file(most_bytes: int) -> Callable[[F], F]:
    """Marks an endpoint that takes a file in a form of at most so many bytes."""

    def marked(endpoint: F) -> F:
        endpoint.__dict__["most_bytes"] = most_bytes
        return endpoint

    return marked


class StrictRoute(APIRoute):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # From these marks the gateway's merged document tells clients that the key, or the second factor, is needed.
        marks = {"x-idempotent": self._needs_key(), "x-step-up": self.endpoint.__dict__.get("asks_step_up", False)}
        self.openapi_extra = {**(self.openapi_extra or {}), **{name: True for name, marked in marks.items() if marked}}
        if self.endpoint.__dict__.get("takes_key"):
            self.openapi_extra["parameters"] = [KEY_IF_ANY]

    def _needs_key(self) -> bool:
        marks = self.endpoint.__dict__
        return "POST" in (self.methods or ()) and not (marks.get("looks_up") or marks.get("public"))

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()
        parameters = frozenset(_query_names(self.dependant))
        marks = self.endpoint.__dict__
        is_public = marks.get("public", False)
        sensitive = marks.get("asks_step_up", False)
        methods = self.methods or set()
        needs_key, takes_key = self._needs_key(), marks.get("takes_key", False)
        most_bytes = marks.get("most_bytes", MOST_BYTES)
        writes = bool(methods & {"POST", "PUT", "DELETE"}) and not marks.get("looks_up", False)

        async def handle(request: Request) -> Response:
            request.state.failed = True  # Until it has not: `connection_of` keeps nothing of a read that failed.
            response = await answer(request)
            request.state.failed = False
            return response

        async def answer(request: Request) -> Response:
            service = service_of(request)
            if not is_public:
                identify(request, service)
            if sensitive:
                require_step_up(request.state.principal, service.clock.now())
            _check_parameters(request, parameters)
            await _read_body(request, most_bytes)
            if not writes:
                return await inner(request)
            keyed = needs_key or (takes_key and "idempotency-key" in request.headers)
            ticket = _ticket(request, self.path_format) if keyed else None
            return await _in_one_transaction(request, service, ticket, inner)

        return guarded(handle)


def identify(request: Request, service: Service) -> None:
    audience = PARTNER if request.url.path.startswith("/v1/partner/") else FIELD
    request.state.principal = service.authenticator.authenticate(
        request.headers.get("authorization"), audience=audience
    )


def guarded(
    handle: Callable[[Request], Coroutine[Any, Any, R]],
) -> Callable[[Request], Coroutine[Any, Any, Response | R]]:
    """Bounds a handler's time and turns every failure into a problem of the one shape."""

    async def bounded(request: Request) -> Response | R:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                return await handle(request)
        except (RequestValidationError, ValidationError) as findings:
            return problem_reply(request, failure_of(findings.errors()))
        except Failure as failure:
            return problem_reply(request, await _kept(service_of(request), failure))
        except TimeoutError:
            return problem_reply(request, DeadlinePassed(retry_after=2))
        except Exception as failure:
            known = as_failure(failure)
            if known is None:
                log.exception("unexpected_error", route=request.scope.get("route", ""))
            return problem_reply(request, known or Failure())

    return bounded


async def _kept(service: Service, failure: Failure) -> Failure:
    """The failure, once what it keeps is written; another one, which shows nothing, when that fails."""
    if failure.keeps is None:
        return failure
    try:
        async with service.database.transaction() as connection:
            await failure.keeps(connection)
    except Exception as second:
        log.exception("refusal_not_kept", code=failure.code)
        return as_failure(second) or Failure()
    return failure


async def _in_one_transaction(
    request: Request, service: Service, ticket: Ticket | None, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    async with service.database.transaction() as connection:
        request.state.connection = connection
        if ticket is None:
            return await inner(request)
        stored = await service.idempotency.replay(connection, ticket)
        if stored is not None:
            return Response(stored.body, stored.status, {**stored.headers, "idempotency-replayed": "true"})
        response = await inner(request)
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        await service.idempotency.store(
            connection, ticket, StoredReply(response.status_code, headers, bytes(response.body))
        )
        return response


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def _check_parameters(request: Request, allowed: frozenset[str]) -> None:
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            raise ParameterUnknown
        if name in seen:
            raise ParameterTwice
        if "\0" in value:
            raise JsonUnreadable
        seen.add(name)


async def read_whole_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body, counted while it comes. Raises BodyTooLarge; Unreadable, which nobody reads, when the caller left."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise BodyTooLarge
            chunks.append(chunk)
    except ClientDisconnect:
        raise Unreadable from None
    return b"".join(chunks)


async def keep_body(request: Request, most: int) -> bytes:
    """Reads the body as `read_whole_body` and leaves it for FastAPI, which takes a caller who left for an error."""
    body = await read_whole_body(request, most)
    request._body = body  # noqa: SLF001 - Starlette has no public way to hand a read body on
    return body


async def _read_body(request: Request, most_bytes: int) -> None:
    """Reads what was sent and leaves the strictly parsed document for FastAPI. Only a form may hold a file."""
    if request.method in ("GET", "HEAD"):
        return
    form = request.headers.get("content-type", "").startswith("multipart/form-data")
    body = await keep_body(request, most_bytes if form else MOST_BYTES)
    if body and _says_json(request.headers.get("content-type", "")):
        request._json = read_json(body)  # noqa: SLF001 - likewise, so that it is parsed once


def _says_json(content_type: str) -> bool:
    """Would FastAPI parse this body as JSON? Read as it reads it, or another spelling would get past `read_json`."""
    if content_type == "application/json":
        return True
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def _ticket(request: Request, route: str) -> Ticket:
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyMissing
    who = getattr(request.state, "principal", None)
    if who is None and len(key) < FEWEST_PUBLIC_SIGNS:
        raise IdempotencyKeyGuessable
    # The path's own ids are part of what was asked; a multipart boundary, which clients draw anew, is not.
    body = request._body  # noqa: SLF001 - read above
    boundary = request.headers.get("content-type", "").partition("boundary=")[2].strip('"').encode()
    content = body.replace(boundary, b"") if boundary else body
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + content
    return Ticket(who.subject if who else ANYBODY, f"{request.method} {route}", key, sha256(asked).digest())
