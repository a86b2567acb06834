"""One service in a process of its own, behind a unix socket, until SIGTERM."""

import asyncio
import signal

from bashan.cannot_start import CannotStart
from bashan.environment import ground
from bashan.serving import BEHIND, listen_on_path, make_process, server_of, socket_paths
from bashan.settings import Settings


async def serve_one(settings: Settings, name: str) -> None:
    """Raises CannotStart for an unknown name and before a schema that is behind or newer."""
    if name not in BEHIND:
        raise CannotStart(f"there is no service {name}", f"name one of {', '.join(BEHIND)}")
    async with ground(settings) as on:
        sockets = socket_paths(on.data_dir)
        app = await make_process(on, name, sockets)
        server = server_of(app, front=False)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, setattr, server, "should_exit", True)
        await server._serve([listen_on_path(sockets[name])])  # noqa: SLF001 - serve() would take the signals itself
