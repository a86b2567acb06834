"""One request on its way through the gateway: what is known of it, its counted body, its marked answer."""

import itertools
import logging
import secrets
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Protocol

from services.gateway.api.client_address import client_address
from services.gateway.api.front_exchange import Exchange
from services.gateway.api.header_rules import Headers, InwardHeaders, outward_fields, outward_headers
from services.gateway.clients.upstream import Message, Receive, Scope, Send
from services.gateway.domain.forwarding_errors import BodyTooLarge, RequestTooSlow
from services.gateway.domain.route_table import Row
from shared.errors import Failure, NotIdentified
from shared.problems import problem_body, problem_headers
from shared.tracing import trace_header

if TYPE_CHECKING:
    from opentelemetry.trace import Span

CALLER_LEFT = 499
_PROCESS = secrets.token_hex(8).encode("ascii")
_TRACE = (b"traceparent", b"tracestate")
_COUNTER = itertools.count(1)

log = logging.getLogger("bashan.gateway")


class Principal(Protocol):
    """Who a token speaks for."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the policy's rows name."""


class Passage:
    """`status` is what the caller got, or CALLER_LEFT when it left before an answer began. `on_answer` is shown the
    headers of the service's answer as it gave them. `entered` is when it knocked at its door, by the loop's clock."""

    __slots__ = (
        "_body_done",
        "_body_left",
        "_refused",
        "_send",
        "begun",
        "bytes_out",
        "client",
        "code",
        "entered",
        "headers",
        "on_answer",
        "principal",
        "receive",
        "request_id",
        "row",
        "scope",
        "seconds_upstream",
        "span",
        "started",
        "status",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, begun: float) -> None:
        self.scope = scope
        self.receive = receive
        self._send = send
        self.begun = begun
        self.entered = 0.0
        self.headers: InwardHeaders
        self.request_id = b""
        self.client = ""
        self.row: Row | None = None
        self.principal: Principal | None = None
        self.started = False
        self.status = CALLER_LEFT
        self.code = ""
        self.bytes_out = 0
        self.seconds_upstream = 0.0
        self.span: Span | None = None
        self.on_answer: Callable[[Headers], None] | None = None
        self._body_left = 0
        self._body_done = True
        self._refused: Failure | None = None

    def read_headers(self, trusted_proxies: Container[str]) -> InwardHeaders:
        """Read the head. A sane request id of the caller's is kept, else the request gets a new one."""
        peer = self.scope.get("client")
        if peer:
            self.client = peer[0]
        headers = self.headers = InwardHeaders(self.scope["headers"])
        self.request_id = headers.request_id or new_request_id()
        if headers.forwarded_for is not None:
            self.client = client_address(self.client, headers.forwarded_for, trusted_proxies)
        return headers

    def limit_body(self, limit: int) -> None:
        """Refuse a body that says it is larger than `limit` bytes; count the others while they are read."""
        length = self.headers.content_length
        if length is not None and length > limit:
            raise BodyTooLarge(limit_bytes=limit)
        self._body_left = limit
        self._body_done = False

    def answer_through(self, around: Callable[[Send], Send]) -> None:
        """From here on the answer goes out through what `around` makes of the caller's `send`."""
        self._send = around(self._send)

    def body_came_whole(self) -> None:
        self._body_done = True

    def onward_headers(self, budget: tuple[bytes, bytes]) -> Headers:
        """The headers as the service sees them: clean ones, our request id, the time it has, our trace."""
        if self.span is not None:
            kept = [header for header in self.headers.kept if header[0] not in _TRACE]
            return [*kept, (b"x-request-id", self.request_id), budget, (b"traceparent", trace_header(self.span))]
        return [*self.headers.kept, (b"x-request-id", self.request_id), budget]

    def onward_scope(self, budget: tuple[bytes, bytes]) -> Scope:
        """The scope as the service sees it, HEAD asked as GET."""
        scope = dict(self.scope)
        scope["headers"] = self.onward_headers(budget)
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        if self.headers.forwarded_for is not None:
            scope["client"] = (self.client, 0)
        return scope

    async def receive_counted(self) -> Message:
        """The next piece of the body. Raises BodyTooLarge once more came than the door takes."""
        message = await self.receive()
        if message["type"] == "http.request":
            self._body_left -= len(message.get("body", b""))
            if self._body_left < 0:
                self._refused = BodyTooLarge()
                raise self._refused
            self._body_done = not message.get("more_body", False)
        return message

    async def hold_body(self, most: int) -> bool:
        """Wait until the body has come, or `most` bytes of it; what came is received again. False: the caller left.

        Raises BodyTooLarge.
        """
        held: list[Message] = []
        size = 0
        while size < most and not self._body_done:
            message = await self.receive_counted()
            if message["type"] == "http.disconnect":
                return False
            held.append(message)
            size += len(message.get("body", b""))
        self._body_left += size
        self._body_done = False
        coming, rest = iter(held), self.receive

        async def receive() -> Message:
            return next(coming, None) or await rest()

        self.receive = receive
        return True

    async def send(self, message: Message) -> None:
        """Pass a message of the answer on, its headers made fit for the outside."""
        if message["type"] == "http.response.start":
            if self._refused is not None:
                return
            self.started = True
            self.status = message["status"]
            if self.on_answer is not None:
                self.on_answer(message.get("headers", []))
            headers = outward_headers(message.get("headers", ()), self.request_id)
            await self._send({"type": "http.response.start", "status": self.status, "headers": headers})
        elif self.started:
            body = message.get("body", b"")
            if self.scope["method"] == "HEAD":
                message = {"type": "http.response.body", "more_body": message.get("more_body", False)}
            else:
                self.bytes_out += len(body)
            await self._send(message)

    def answer_whole(self, exchange: Exchange, status: int, headers: Headers, body: bytes) -> None:
        """The whole answer at once, instead of `send` twice."""
        self.started = True
        self.status = status
        self.bytes_out = len(body)
        if self.on_answer is not None:
            self.on_answer(headers)
        exchange.answer(status, outward_fields(headers, self.request_id), body)

    def raise_refused(self) -> None:
        """After the service is done: a body that was too large is refused, whatever the service made of it."""
        if self._refused is not None and not self.started:
            raise self._refused

    def caller_was_slow(self) -> bool:
        """Was the request's body still on its way?"""
        return not self._body_done

    async def refuse(self, failure: Failure) -> None:
        """Answer with a problem. Once an answer has begun it can only be broken off, which the server does."""
        self.code = failure.code
        if self.started:
            log.warning("answer_broken_off", extra={"request_id": self.request_id.decode(), "code": self.code})
            return
        if isinstance(failure, NotIdentified) and self.headers.authorization is not None:
            failure.data["token_given"] = True
        self.status = failure.status
        self.request_id = self.request_id or new_request_id()
        request_id = self.request_id.decode("ascii")
        body = problem_body(failure, request_id, self.scope["path"])
        headers = problem_headers(failure, request_id, len(body))
        if isinstance(failure, RequestTooSlow) or self._caller_waits_to_send():
            headers.append((b"connection", b"close"))
        self.bytes_out = len(body)
        await self._send({"type": "http.response.start", "status": self.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    def _caller_waits_to_send(self) -> bool:
        """With `Expect: 100-continue` nobody knows whether the body follows the refusal, so the connection ends."""
        return any(name == b"expect" for name, _ in self.scope["headers"])


def new_request_id() -> bytes:
    """An id that no other request has: of this process, and counted in it. It says nothing about anybody."""
    return b"%b-%08x" % (_PROCESS, next(_COUNTER))
