"""One service in a process of its own, behind a unix socket, until SIGTERM or until its parent is gone."""

import asyncio
import os
import signal

import uvicorn

from bashan.cannot_start import CannotStart
from bashan.environment import ground
from bashan.serving import BEHIND, listen_on_path, make_process, server_of, socket_paths
from bashan.settings import Settings


async def serve_one(settings: Settings, name: str, parent: int | None = None) -> None:
    """`parent` is the process to follow: killed, it cannot say so, and a service left behind would hold its socket.

    Raises CannotStart for an unknown name and before a schema that is behind or newer.
    """
    if name not in BEHIND:
        raise CannotStart(f"there is no service {name}", f"name one of {', '.join(BEHIND)}")
    async with ground(settings) as on:
        sockets = socket_paths(on.data_dir)
        app = await make_process(on, name, sockets)
        server = server_of(app, front=False)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, setattr, server, "should_exit", True)
        watching = asyncio.create_task(_stop_after(parent, server)) if parent else None
        await server._serve([listen_on_path(sockets[name])])  # noqa: SLF001 - serve() would take the signals itself
        if watching:
            watching.cancel()


async def _stop_after(parent: int, server: uvicorn.Server) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - the system tells an orphan nothing
        await asyncio.sleep(1.0)
    server.should_exit = True
