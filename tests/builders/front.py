"""A gateway front on a real socket (uvloop, as in production), scripted upstreams, a client that sends raw bytes."""

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import uvloop
from uvicorn import Config
from uvicorn.server import ServerState

from services.gateway.api.forward import Forwarder
from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.clients.http_pool import PoolLimits
from services.gateway.clients.http_upstream import HttpUpstream
from services.gateway.clients.upstream import App, Upstream
from services.gateway.domain.route_table import ANYONE, RouteTable, Row
from shared.errors import NotIdentified

OFFICIALS = frozenset({"county_official"})
TOKEN = "Bearer good"
GOOD = b"GET /v1/households/1 HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n"
POST = b"POST /v1/households HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n"
"""Heads without their end."""

ROWS = (
    Row("GET", "/v1/households/{id}", "households", OFFICIALS),
    Row("PUT", "/v1/households/{id}", "households", OFFICIALS),
    Row("POST", "/v1/households", "households", OFFICIALS),
    Row("GET", "/v1/reports", "households", OFFICIALS, quota="report"),
    Row("POST", "/v1/imports", "households", OFFICIALS, upload=True),
    Row("GET", "/v1/notices/{id}", "households", frozenset({ANYONE})),
    Row("POST", "/v1/partner/grades/query", "households", frozenset({"bank"})),
)


@dataclass(frozen=True)
class Someone:
    roles: frozenset[str]


def authenticate(authorization: bytes) -> Someone:
    """`Bearer good` is a county official; nothing else is anybody."""
    if authorization != TOKEN.encode():
        raise NotIdentified
    return Someone(OFFICIALS)


class Quick(FrontProtocol):
    """The same with little patience, so that tests need none."""

    head_seconds = 0.3
    linger_seconds = 0.3
    alarm_seconds = 0.05


def front(upstream: Upstream, **options: Any) -> Forwarder:
    """A Forwarder over ROWS whose only service is `upstream`."""
    options.setdefault("authenticate", authenticate)
    return Forwarder(RouteTable(ROWS), {"households": upstream}, **options)


def over_http(*replicas: str, **options: Any) -> HttpUpstream:
    limits = PoolLimits(**options.pop("pool", {}))
    return HttpUpstream("households", replicas, limits, **options)


@contextlib.contextmanager
def serving(app: App, protocol: type[FrontProtocol] = FrontProtocol, keep_alive: int = 60) -> Iterator[int]:
    """Serve on a free port in a thread with a loop of its own; yields the port."""
    loop = uvloop.new_event_loop()
    state = ServerState()
    config = Config(app, http=protocol, proxy_headers=False, timeout_keep_alive=keep_alive, log_config=None)
    config.load()
    port: list[int] = []
    ready = threading.Event()

    servers: list[asyncio.AbstractServer] = []

    async def start() -> None:
        server = await loop.create_server(lambda: protocol(config, state, {}, loop), "127.0.0.1", 0)
        servers.append(server)
        port.append(cast("asyncio.Server", server).sockets[0].getsockname()[1])
        ready.set()

    async def stop() -> None:
        servers[0].close()
        for connection in list(state.connections):
            connection.transport.abort()
        if isinstance(app, Forwarder):
            await app.aclose()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(stop())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@dataclass
class Seen:
    """A request as an upstream saw it; `connection` counts from 1."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


Reply = Callable[[Seen, asyncio.StreamWriter], Awaitable[bool | None]]


@dataclass
class Scripted:
    """An upstream under a test's control. `reply` answers a request; returning False closes the connection."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)


@contextlib.asynccontextmanager
async def scripted(reply: Reply, *, uds: str | None = None, port: int = 0) -> AsyncIterator[Scripted]:
    upstream = Scripted()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream.connections += 1
        number = upstream.connections
        upstream.writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = await _request(reader, number)
                upstream.seen.append(request)
                if await reply(request, writer) is False:
                    break
                await writer.drain()
        upstream.gone.set()
        writer.close()

    if uds:
        server = await asyncio.start_unix_server(talk, uds)
        upstream.url = f"unix:{uds}"
    else:
        server = await asyncio.start_server(talk, "127.0.0.1", port)
        upstream.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield upstream
    finally:
        server.close()
        for writer in upstream.writers:
            writer.close()


async def _request(reader: asyncio.StreamReader, number: int) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    known = dict(headers)
    if "content-length" in known:
        body = await reader.readexactly(int(known["content-length"]))
    elif known.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = b""
    return Seen(method, target, headers, body, number)


async def say_ok(request: Seen, writer: asyncio.StreamWriter) -> None:
    del request
    writer.write(b"HTTP/1.1 200 OK\r\nserver: secret/1\r\ncontent-length: 2\r\n\r\nok")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        content: dict[str, Any] = json.loads(self.body)
        return content


class Caller:
    """One connection to the front. `ask` sends a request and reads its answer; `send` and `answer` do one half."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def ask(
        self,
        target: str = "/v1/households/1",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        token: str | None = TOKEN,
    ) -> Answer:
        self.send(target, method, headers, body, token=token)
        return await self.answer(method)

    def send(
        self,
        target: str = "/v1/households/1",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        token: str | None = TOKEN,
    ) -> None:
        lines = [f"{method} {target} HTTP/1.1", "Host: gateway"]
        if token is not None:
            lines.append(f"Authorization: {token}")
        if body:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + body)

    async def answer(self, method: str = "GET") -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(re.match(r"HTTP/1\.1 (\d{3})", head)[1])  # type: ignore[index] # no match is a failed test
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:-2])
        }
        body = b""
        if method == "HEAD" or status in {204, 304}:
            pass
        elif headers.get("transfer-encoding") == "chunked":
            while size := int(await self.reader.readline(), 16):
                body += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readline()
        else:
            body = await self.reader.readexactly(int(headers["content-length"]))
        return Answer(status, headers, body)

    async def is_cut(self, within: float = 2.0) -> bool:
        """Does the front end the connection, sending nothing more?"""
        try:
            return await asyncio.wait_for(self.reader.read(1), within) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


@contextlib.asynccontextmanager
async def calling(port: int) -> AsyncIterator[Caller]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Caller(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def ask(port: int, *arguments: Any, **options: Any) -> Answer:
    """One request on a connection of its own."""
    async with calling(port) as caller:
        return await caller.ask(*arguments, **options)
