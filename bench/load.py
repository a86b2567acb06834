"""Load on an HTTP server: wrk where it is installed, else a generator of our own, which is named in the report.

Both keep `connections` connections busy and send the given requests in turn.
"""

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.harness import Reading
from bench.processes import Running, Window

CONNECTIONS = 64
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Request:
    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: str = ""


def generator() -> str:
    """Which generator is used here."""
    return "wrk, 1 thread" if shutil.which("wrk") else "own asyncio generator (wrk is not installed)"


def load(
    port: int, requests: Sequence[Request], seconds: float, measured: Running, connections: int = CONNECTIONS
) -> Reading:
    """One run against 127.0.0.1:`port`; processor time is that of `measured`."""
    before = measured.cpu_seconds()
    window = Window()
    if shutil.which("wrk"):
        count, reading = _by_wrk(port, requests, seconds, connections)
    else:
        count, reading = asyncio.run(_by_asyncio(port, requests, seconds, connections))
    cpu = (measured.cpu_seconds() - before) / max(count, 1) * 1e6
    return replace(reading, cpu_us=cpu, others=window.others())


_SCRIPT = """
local texts = {}
init = function()
  for index, one in ipairs(REQUESTS) do texts[index] = wrk.format(one.method, one.path, one.headers, one.body) end
end
local at = 0
request = function() at = at % #texts + 1 return texts[at] end
"""


def _by_wrk(port: int, requests: Sequence[Request], seconds: float, connections: int) -> tuple[int, Reading]:
    items = ",".join(
        f"{{method={_lua(one.method)},path={_lua(one.path)},body={_lua(one.body)},headers={{"
        + ",".join(f"[{_lua(name)}]={_lua(value)}" for name, value in one.headers.items())
        + "}}"
        for one in requests
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"local REQUESTS = {{{items}}}\n{_SCRIPT}")
        script.flush()
        done = subprocess.run(
            [
                *(
                    "wrk",
                    "-t1",
                    f"-c{connections}",
                    f"-d{max(1, round(seconds))}s",
                    "--latency",
                    "--timeout",
                    "30s",
                    "-s",
                    script.name,
                ),
                f"http://127.0.0.1:{port}",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    return _read_wrk(done.stdout)


def _lua(text: str) -> str:
    """A Lua string; JSON's escapes are Lua's, as long as nothing but ASCII comes in."""
    return json.dumps(text)


def _read_wrk(text: str) -> tuple[int, Reading]:
    def milliseconds(share: str) -> float:
        number, unit = re.search(rf"^ +{share}%\s+([\d.]+)(us|ms|s|m)\b", text, re.MULTILINE).groups()  # type: ignore[union-attr] # wrk always prints it
        return float(number) * _UNITS[unit]

    count = int(re.search(r"(\d+) requests in", text)[1])  # type: ignore[index] # likewise
    per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])  # type: ignore[index] # likewise
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    errors = (int(wrong[1]) if wrong else 0) + (sum(map(int, broken.groups())) if broken else 0)
    return count, Reading(per_second, milliseconds("50"), milliseconds("99"), 0.0, errors)


class _Caller(asyncio.Protocol):
    """One connection that asks again as soon as it was answered; answers carry a Content-Length."""

    def __init__(self, texts: Sequence[bytes], offset: int, until: float) -> None:
        self._texts = texts
        self._at = offset
        self._until = until
        self._buffer = b""
        self._sent = 0.0
        self.took: list[float] = []
        self.errors = 0
        self.finished = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._at = (self._at + 1) % len(self._texts)
        self._sent = time.perf_counter()
        assert isinstance(self._transport, asyncio.Transport)
        self._transport.write(self._texts[self._at])

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not found or length is None or len(body) < int(length[1]):
            return
        now = time.perf_counter()
        self.took.append(now - self._sent)
        self.errors += head[9:10] not in {b"2", b"3"}
        self._buffer = b""
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.errors += exc is not None
        self.finished.set_result(None)


async def _by_asyncio(port: int, requests: Sequence[Request], seconds: float, connections: int) -> tuple[int, Reading]:
    texts = [text_of(one) for one in requests]
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    callers = []
    for number in range(connections):
        _, caller = await loop.create_connection(
            lambda number=number: _Caller(texts, number * 7, began + seconds),  # type: ignore[misc] # mypy cannot see the default
            "127.0.0.1",
            port,
        )
        callers.append(caller)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds + 10):
            await asyncio.gather(*(caller.finished for caller in callers))
    elapsed = time.perf_counter() - began
    took = sorted(one for caller in callers for one in caller.took)
    errors = sum(caller.errors for caller in callers)
    if not took:
        return 0, Reading(0.0, 0.0, 0.0, 0.0, errors + 1)
    middle, late = took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)]
    return len(took), Reading(len(took) / elapsed, middle * 1000, late * 1000, 0.0, errors)


def text_of(request: Request) -> bytes:
    """The request as it goes over the wire."""
    lines = [f"{request.method} {request.path} HTTP/1.1", "Host: bench"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body:
        lines.append(f"Content-Length: {len(request.body.encode())}")
    return ("\r\n".join((*lines, "", "")) + request.body).encode()


def scratch() -> Path:
    """A folder for sockets and configuration of one measurement; short, because socket paths have to be."""
    return Path(tempfile.mkdtemp(prefix="bench-"))
