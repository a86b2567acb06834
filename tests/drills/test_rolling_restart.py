"""The front while its services are restarted one after the other (drill R21); with --slow ten times over."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bashan.leaving_protocol import LEAVES_AFTER
from services.gateway.api.forward import Forwarder
from services.gateway.domain.route_table import RouteTable, Row
from tests.builders.front import OFFICIALS, Caller, authenticate, calling, over_http, serving

ROWS = (Row("GET", "/v1/well", "well", OFFICIALS), Row("POST", "/v1/well", "well", OFFICIALS))
BREAKER_REST = 2.0

PROGRAM = """
import asyncio, signal, socket, sys, uvicorn
from bashan.leaving_protocol import LeavingProtocol

async def app(scope, receive, send):
    await asyncio.sleep(0.02)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})

async def main():
    config = uvicorn.Config(app, http=LeavingProtocol, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, setattr, server, "should_exit", True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    await server._serve([listener])

asyncio.run(main())
"""


class ReplicaProcess:
    """A service in a process of its own, stopped and started as an operator's rolling restart does it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(self.path)], stderr=subprocess.PIPE)
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(self.path))
            probe.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            return probe.recv(12) == b"HTTP/1.1 200"
        return False

    def stop(self) -> str:
        """What it said on standard error while it ended."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=20)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)  # noqa: PTH108 - a socket
        return said.decode()


@pytest.fixture
def two_replicas(tmp_path: Path) -> Iterator[tuple[ReplicaProcess, ReplicaProcess]]:
    replicas = ReplicaProcess(tmp_path / "1.sock"), ReplicaProcess(tmp_path / "2.sock")
    yield replicas
    for replica in replicas:
        replica.process.kill()
        replica.process.communicate()


async def test_a_service_that_leaves_answers_what_comes_on_a_resting_connection_and_takes_no_new_one(
    two_replicas: tuple[ReplicaProcess, ReplicaProcess],
) -> None:
    leaving, _ = two_replicas
    reader, writer = await asyncio.open_unix_connection(str(leaving.path))
    caller = Caller(reader, writer)
    assert (await caller.ask()).status == 200

    leaving.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    with pytest.raises(OSError, match=r"refused|No such file"):
        await asyncio.open_unix_connection(str(leaving.path))
    crossed = await caller.ask(method="POST", body=b"{}")

    assert (crossed.status, crossed.headers["connection"]) == (200, "close")
    assert await caller.is_cut()
    assert await asyncio.to_thread(leaving.process.wait, 5) == 0
    writer.close()


async def test_a_resting_connection_does_not_keep_a_service_for_ever(
    two_replicas: tuple[ReplicaProcess, ReplicaProcess],
) -> None:
    leaving, _ = two_replicas
    _, writer = await asyncio.open_unix_connection(str(leaving.path))
    leaving.process.send_signal(signal.SIGTERM)

    assert await asyncio.to_thread(leaving.process.wait, LEAVES_AFTER + 3) == 0
    writer.close()


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.slow)])
async def test_a_rolling_restart_is_seen_by_no_caller(
    two_replicas: tuple[ReplicaProcess, ReplicaProcess], rounds: int
) -> None:
    upstream = over_http(*(f"unix:{replica.path}" for replica in two_replicas))
    statuses: list[int] = []
    going = True

    async def caller(port: int, method: str) -> None:
        async with calling(port) as one:
            while going:
                body = b"{}" if method == "POST" else b""
                statuses.append((await one.ask("/v1/well", method, body=body)).status)

    with serving(Forwarder(RouteTable(ROWS), {"well": upstream}, authenticate)) as port:
        callers = [asyncio.create_task(caller(port, method)) for method in ("GET", "POST", "GET", "POST")]
        for _ in range(rounds):
            for replica in two_replicas:
                await asyncio.sleep(0.3)
                said = await asyncio.to_thread(replica.stop)
                assert "Traceback" not in said
                await asyncio.sleep(0.3)
                await asyncio.to_thread(replica.start)
                # What the operator waits before the next one: the breaker of this one is closed again.
                await asyncio.sleep(BREAKER_REST + 0.5)
        await asyncio.sleep(0.3)
        going = False
        await asyncio.gather(*callers)

    assert len(statuses) > 50 * rounds
    assert {status: statuses.count(status) for status in set(statuses)} == {200: len(statuses)}
