"""One service in a process of its own: beside its siblings on this machine, or in a container of its own."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from bashan.cannot_start import CannotStart
from bashan.deployed import deployed_apps
from bashan.environment import ground
from bashan.known_environment import refuse_unknown
from bashan.preflight import bind_port
from bashan.serving import BEHIND, listen_on_path, make_process, server_of, socket_paths
from bashan.settings import Settings


async def serve_one(settings: Settings, name: str, parent: int | None = None) -> None:
    """Behind a unix socket of the data directory, until SIGTERM or until `parent` is gone.

    `parent` is the process to follow: killed, it cannot say so, and a service left behind would hold its socket.
    Raises CannotStart for an unknown name and before a schema that is behind or newer.
    """
    _require_name(name, BEHIND)
    async with ground(settings) as on:
        sockets = socket_paths(on.data_dir)
        app = await make_process(on, name, sockets)
        server = server_of(app, front=False)
        watching = asyncio.create_task(_stop_after(parent, server)) if parent else None
        await _serve(server, listen_on_path(sockets[name]))
        if watching:
            watching.cancel()


async def serve_deployed(name: str, listen: str, metrics: str | None) -> None:
    """On an address of its own, with nothing but the settings of this service, until SIGTERM; `metrics` is a second
    address, for Prometheus.

    Raises CannotStart for a setting that is missing or that nothing reads, a database that does not answer, and before
    a schema that is behind or newer.
    """
    _require_name(name, (*BEHIND, "gateway"))
    refuse_unknown(os.environ)
    address, watched = read_address(listen), read_address(metrics) if metrics else None
    app, operator = await deployed_apps(name)
    listener = bind_port(*address)
    async with serving_beside(operator, bind_port(*watched) if watched else None):
        await _serve(server_of(app, front=name == "gateway"), listener)


@asynccontextmanager
async def serving_beside(app: Any, listener: socket.socket | None) -> AsyncIterator[None]:
    """Serves `app` on `listener`, if there is one, while the block runs."""
    if listener is None:
        yield
        return
    server = server_of(app, front=False)
    serving = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - serve() would take the signals itself
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def read_address(text: str) -> tuple[str, int]:
    """HOST:PORT. Raises CannotStart."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise CannotStart(f"{text!r} is no address to listen on", "write it as 0.0.0.0:8000")
    return host.strip("[]"), int(port)


def _require_name(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise CannotStart(f"there is no service {name}", f"name one of {', '.join(names)}")


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    await server._serve([listener])  # noqa: SLF001 - serve() would take the signals itself


async def _stop_after(parent: int, server: uvicorn.Server) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - the system tells an orphan nothing
        await asyncio.sleep(1.0)
    server.should_exit = True
