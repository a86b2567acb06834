"""Requests out of the bytes of a connection, parsed by llhttp (httptools) in its strict setting."""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httptools

from services.gateway.api.front_exchange import HIGH_WATER, Exchange
from services.gateway.clients.upstream import Headers, Scope
from services.gateway.domain.forwarding_errors import HeadTooLarge, HttpUnreadable, MethodRefused
from shared.errors import Failure

if TYPE_CHECKING:
    from services.gateway.api.front_protocol import FrontProtocol


class HeadRefused(Exception):  # noqa: N818 - carries the failure out of the parser's callbacks
    """Raised inside the parser; `failure` is what the caller is told."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


class FrontReader:
    """Tells the protocol of every head that begins, every request that came, and the end of a refused one's body.

    `in_head`: a head has begun and not ended. `receiving`: the exchange whose body is coming.

    Fields behind a body (trailers) are refused: a proxy before us that checks heads does not see them. What frames a
    body may be as long as a head, since the limit of bodies does not count it.
    """

    def __init__(self, protocol: "FrontProtocol", scope: dict[str, Any], app_state: dict[str, Any], most: int) -> None:
        self._protocol = protocol
        self._scope_of_all = scope
        self._app_state = app_state
        self._most = most
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._headers: Headers = []
        self._expects = False
        self._read = 0
        self._framing = 0
        self._ended = False
        self.in_head = False
        self.receiving: Exchange | None = None

    def feed(self, data: bytes) -> Failure | None:
        """Read on. What is returned makes the rest of the connection unreadable."""
        self._read = self._read + len(data) if self.in_head else len(data)
        self._framing += len(data)
        self._ended = False
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return None
        except httptools.HttpParserError as error:
            cause = error.__context__
            return cause.failure if isinstance(cause, HeadRefused) else HttpUnreadable()
        if self._ended:
            # The parser does not tell where the message before ended: a head begun behind it counts from the next
            # piece on.
            self._read = 0
        if self.receiving is not None:
            return HeadTooLarge() if self._framing > self._most else None
        return HeadTooLarge() if self.in_head and self._read > self._most else None

    # What the parser tells.

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers = []
        self._expects = False
        self.in_head = True
        self._protocol.head_began()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.in_head:
            raise HeadRefused(HttpUnreadable())
        name = name.lower()
        self._headers.append((name, value))
        if name == b"expect":
            self._expects = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        self.in_head = False
        self._framing = 0
        if self._read > self._most and self._head_size() > self._most:
            raise HeadRefused(HeadTooLarge())
        parser = self._parser
        method = parser.get_method().decode("ascii")
        version = parser.get_http_version()
        upgrade = parser.should_upgrade()
        if upgrade:
            self._refuse_upgrade(method)
        keep_alive = version != "1.0" and not upgrade and parser.should_keep_alive()
        scope = self._scope(method, version)
        self.receiving = Exchange(self._protocol, scope, keep_alive=keep_alive, expects=self._expects)
        self._protocol.request_came(self.receiving)

    def on_body(self, body: bytes) -> None:
        self._framing = 0
        if self.receiving is not None and self.receiving.body_came(body) > HIGH_WATER:
            self._protocol.pause_reading()

    def on_message_complete(self) -> None:
        self._ended = True
        exchange, self.receiving = self.receiving, None
        if exchange is not None:
            exchange.all_came()
            if exchange.answered:
                self._protocol.rest_came(exchange)

    def _head_size(self) -> int:
        return len(self._url) + sum(len(name) + len(value) for name, value in self._headers)

    def _scope(self, method: str, version: str) -> Scope:
        raw_path, _, query = self._url.partition(b"?")
        path = raw_path.decode("latin-1")
        scope = self._scope_of_all.copy()
        scope["http_version"] = version
        scope["method"] = method
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = raw_path
        scope["query_string"] = query
        scope["headers"] = self._headers
        if self._app_state:
            scope["state"] = self._app_state.copy()
        return scope

    def _refuse_upgrade(self, method: str) -> None:
        """We speak nothing else. A request without a body is served all the same; one with a body cannot be read."""
        if method == "CONNECT":
            raise HeadRefused(MethodRefused(allowed=("GET", "HEAD", "POST", "PUT", "DELETE")))
        if any(name in {b"content-length", b"transfer-encoding"} for name, _ in self._headers):
            raise HeadRefused(HttpUnreadable())
