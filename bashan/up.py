"""`bashan up`: everything up, in one process or one a service, until Ctrl-C or SIGTERM."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from bashan.cannot_start import CannotStart
from bashan.data_dir import DataDirClaim
from bashan.demo.first_fill import fill_when_empty
from bashan.environment import Ground, ground, migrate_everything
from bashan.preflight import bind_port
from bashan.serving import BEHIND, begin_services, gateway_before_sockets, one_process, server_of, socket_paths
from bashan.settings import Settings
from services.gateway.main import Gateway

DRAIN_SECONDS = 10.0
CHILD_STARTS_WITHIN = 30.0

Say = Callable[[str], None]


async def up(settings: Settings, *, processes: bool, say: Say) -> None:
    """Serves until it is told to stop. Raises CannotStart before anything is half done."""
    with DataDirClaim(settings.data_dir):
        # After the claim: where the port is taken by the bashan of this directory, the line should name that one.
        listener = bind_port(settings.host, settings.port)
        async with ground(settings) as on:
            for service, revisions in (await migrate_everything(on)).items():
                if revisions:
                    say(f"{service}: migrated to {revisions[-1]}")
            await begin_services(on)
            filled = asyncio.Event()
            way = _many_processes(on, filled.is_set) if processes else one_process(on, filled.is_set)
            async with _database_kept_running(on, say), way as app, _operators_port(settings, app.operator):
                server = server_of(app, front=True)
                await _serve(server, listener, on, filled, say)


@asynccontextmanager
async def _database_kept_running(on: Ground, say: Say) -> AsyncIterator[None]:
    """The embedded server, should it die, is started again; a server of the operator's own is the operator's."""
    if on.embedded is None:
        yield
        return
    keeper = asyncio.create_task(on.embedded.keep_running(say))
    try:
        yield
    finally:
        await _end([keeper])


@asynccontextmanager
async def _operators_port(settings: Settings, app: object) -> AsyncIterator[None]:
    """Metrics and readiness in detail, where a port is named for them. Raises CannotStart when it is taken."""
    if settings.operator_port is None:
        yield
        return
    listener = bind_port(settings.operator_host, settings.operator_port, "BASHAN_OPERATOR_PORT")
    server = server_of(app, front=False)
    serving = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - serve() would take the signals
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await serving


async def _serve(server: uvicorn.Server, listener: object, on: Ground, filled: asyncio.Event, say: Say) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server._serve([listener]))  # type: ignore[list-item] # noqa: SLF001 - serve() would take the signals
    filling = asyncio.create_task(fill_when_empty(on, filled, say))
    say(f"bashan is up at http://{on.settings.host}:{on.settings.port}")
    try:
        await _first_of(stop, serving, filling)
    finally:
        say("stopping ...")
        filling.cancel()
        # Not ready any more, but still answering: whoever shares out the requests has time to see it.
        filled.clear()
        await asyncio.sleep(on.settings.stop_notice_seconds)
        server.should_exit = True
        await asyncio.wait({filling})
        done, _ = await asyncio.wait({serving}, timeout=DRAIN_SECONDS)
        if not done:
            server.force_exit = True
            await serving


async def _first_of(stop: asyncio.Event, serving: asyncio.Task[None], filling: asyncio.Task[None]) -> None:
    """Returns when told to stop or when the server ends; a failed filling is raised at once."""
    stopped = asyncio.create_task(stop.wait())
    waiting: set[asyncio.Task[object]] = {stopped, serving, filling}
    try:
        while not stopped.done() and not serving.done():
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if filling in done:
                waiting.discard(filling)
                filling.result()
    finally:
        stopped.cancel()


@asynccontextmanager
async def _many_processes(on: Ground, ready: Callable[[], bool]) -> AsyncIterator[Gateway]:
    """One child a service, each on a unix socket in the data directory; a child that dies is started again."""
    sockets = socket_paths(on.data_dir)
    async with AsyncExitStack() as stack:
        keepers = [asyncio.create_task(_keep_running(name, on)) for name in BEHIND]
        stack.push_async_callback(_end, keepers)
        await _wait_for_sockets({name: Path(path) for name, path in sockets.items()})
        yield await stack.enter_async_context(gateway_before_sockets(on, sockets, ready))


async def _keep_running(name: str, on: Ground) -> None:
    pause = 0.2
    environment = {**os.environ, "BASHAN_DATA_DIR": str(on.data_dir), "BASHAN_PORT": str(on.settings.port)}
    while True:
        began = asyncio.get_running_loop().time()
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bashan", "serve", name, "--parent", str(os.getpid())),
            env=environment,
            start_new_session=True,
        )
        try:
            await child.wait()
        finally:
            await _stop_child(child)
        lived = asyncio.get_running_loop().time() - began
        pause = 0.2 if lived > 10 else min(pause * 2, 10.0)
        await asyncio.sleep(pause)


async def _stop_child(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """All at once: each child takes a moment to stop."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _wait_for_sockets(paths: Mapping[str, Path]) -> None:
    deadline = asyncio.get_running_loop().time() + CHILD_STARTS_WITHIN
    while silent := [name for name, path in paths.items() if not await _answers(path)]:
        if asyncio.get_running_loop().time() > deadline:
            raise CannotStart(
                f"{', '.join(silent)} did not answer within {CHILD_STARTS_WITHIN:.0f} s",
                "read what it said in the lines above; if it said nothing, start again when the machine has less to do",
            )
        await asyncio.sleep(0.05)


async def _answers(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    return True
