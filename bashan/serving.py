"""Makes and serves the applications: all four in one process, or one service in a process of its own."""

import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from bashan.environment import Ground, require_newest
from bashan.leaving_protocol import LeavingProtocol
from bashan.leaving_server import LeavingServer
from bashan.service_settings import service_settings
from bashan.socket_link import reachable_name
from services.cadres import main as cadres
from services.credit import main as credit
from services.gateway import main as gateway
from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.http_upstream import HttpUpstream
from services.gateway.clients.upstream import Upstream
from services.households import main as households

BEHIND = ("households", "cadres", "credit")
"""The services behind the gateway."""

RESTS_SECONDS = 80
"""How long a connection that was served stays open. Longer than any caller's own patience (nginx keeps its lines to us
60 seconds, a telephone or a load balancer up to 75), so that the caller is the one who closes: who sends a request in
the moment in which the other side closes loses it, and nginx would answer 502."""

Ways = Mapping[str, httpx.AsyncBaseTransport]
Ready = Callable[[], bool]


class LateApp:
    """Stands for an application that is made a moment later: siblings know each other before they all exist."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.app is None:
            raise RuntimeError("the sibling has not been made yet")
        await self.app(scope, receive, send)


def make_service(on: Ground, name: str, ways: Ways | None = None, urls: Mapping[str, str] | None = None) -> FastAPI:
    """One of the services behind the gateway; `urls` names its siblings where `ways` does not lead to them."""
    given: dict[str, Any] = {**on.service_settings(name), **(urls or {})}
    match name:
        case "households":
            return households.create_app(service_settings("households", **given), ways)
        case "cadres":
            return cadres.create_app(service_settings("cadres", **given), ways)
        case _:
            return credit.create_app(service_settings("credit", **given), ways)


async def begin_services(on: Ground) -> None:
    """What a service needs in its database before it first starts: places and cards."""
    await households.begin(service_settings("households", **on.service_settings("households")))
    await credit.begin(service_settings("credit", **on.service_settings("credit")))


def make_gateway(
    on: Ground, upstreams: Mapping[str, Upstream], ways: Ways, ready: Ready, urls: Mapping[str, str] | None = None
) -> gateway.Gateway:
    public = f"http://{on.settings.host}:{on.settings.port}"
    given: dict[str, Any] = {**on.service_settings("gateway"), "public_url": public, **(urls or {})}
    return gateway.create_app(service_settings("gateway", **given), upstreams, ways, ready=ready)


@asynccontextmanager
async def make_siblings(on: Ground) -> AsyncIterator[dict[str, FastAPI]]:
    """The services behind the gateway, made so that they reach each other in this process, but not started."""
    late = {name: LateApp() for name in BEHIND}
    ways = {name: httpx.ASGITransport(app, raise_app_exceptions=False) for name, app in late.items()}
    apps = {name: make_service(on, name, ways) for name in BEHIND}
    for name, app in apps.items():
        late[name].app = app
    try:
        yield apps
    finally:
        for app in apps.values():
            await app.state.service.database.close()


@asynccontextmanager
async def one_process(on: Ground, ready: Ready) -> AsyncIterator[gateway.Gateway]:
    """All four applications, the siblings started; the gateway starts with its server."""
    async with AsyncExitStack() as running:
        apps = await running.enter_async_context(make_siblings(on))
        for app in apps.values():
            await running.enter_async_context(app.router.lifespan_context(app))
        ways = {name: httpx.ASGITransport(app, raise_app_exceptions=False) for name, app in apps.items()}
        upstreams: dict[str, Upstream] = {name: AsgiUpstream(name, app) for name, app in apps.items()}
        yield make_gateway(on, upstreams, ways, ready)


@asynccontextmanager
async def gateway_before_sockets(
    on: Ground, sockets: Mapping[str, str], ready: Ready
) -> AsyncIterator[gateway.Gateway]:
    """The gateway alone, its siblings behind unix sockets."""
    upstreams: dict[str, Upstream] = {name: HttpUpstream(name, [f"unix:{path}"]) for name, path in sockets.items()}
    ways = {name: httpx.AsyncHTTPTransport(uds=path) for name, path in sockets.items()}
    try:
        yield make_gateway(on, upstreams, ways, ready)
    finally:
        # The services wait for connections that rest; these rest no longer.
        for upstream in upstreams.values():
            await upstream.aclose()


async def make_process(on: Ground, name: str, sockets: Mapping[str, str]) -> FastAPI:
    """One service for a process of its own. Raises CannotStart before a schema that is behind or newer."""
    await require_newest(name, on.urls[name].runtime)
    return make_service(on, name, {sibling: httpx.AsyncHTTPTransport(uds=path) for sibling, path in sockets.items()})


def server_of(app: Any, *, front: bool) -> uvicorn.Server:
    """A server without signal handling of its own; `front` serves callers from outside."""
    config = uvicorn.Config(
        app,
        http=FrontProtocol if front else LeavingProtocol,
        loop="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=front,
        proxy_headers=False,
        timeout_keep_alive=RESTS_SECONDS,
        timeout_graceful_shutdown=None,
        backlog=2048,
    )
    return LeavingServer(config)


def socket_paths(data_dir: Path) -> dict[str, str]:
    """Where the services of `up --processes` listen; a short name where the data directory lies too deep."""
    folder = data_dir / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    reach = reachable_name(folder, "households.sock")
    return {name: str(reach / f"{name}.sock") for name in BEHIND}


def listen_on_path(path: str) -> socket.socket:
    """A listening unix socket that only this user may reach; a stale one of a killed process goes."""
    if os.path.exists(path):  # noqa: PTH110 - a socket's path, kept as text
        os.unlink(path)  # noqa: PTH108 - likewise
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(mask)
    listener.listen(2048)
    listener.setblocking(False)
    return listener
