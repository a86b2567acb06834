"""An open loop: requests leave at the times that a schedule gives, whether or not the ones before were answered.

A caller who waits for an answer before it asks again hides how long others would have waited. Here the time of a
request runs from the moment at which it was meant to leave, so that a queue anywhere, in the generator too, counts.
"""

import asyncio
import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import uvloop

from bench.load import Request, text_of

CONNECTIONS_AT_MOST = 512
GIVE_UP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Asking:
    """A request, the kind under which it is counted, and when it is meant to leave, in seconds from the beginning."""

    at: float
    kind: str
    request: Request


@dataclass(frozen=True, slots=True)
class Answer:
    """`left` and `took` in seconds from the time at which the request was meant to leave; status 0 for none."""

    kind: str
    left: float
    took: float
    status: int

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


def schedule(rate: float, seconds: float, asked: Iterable[tuple[str, Request]], seed: int = 1) -> Iterator[Asking]:
    """Arrivals as of many callers who know nothing of each other: exponential gaps, `rate` a second on average."""
    chance, at = random.Random(seed), 0.0
    for kind, request in asked:
        at += chance.expovariate(rate)
        if at >= seconds:
            return
        yield Asking(at, kind, request)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed (nearest rank). Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def drive(port: int, plan: Sequence[Asking]) -> list[Answer]:
    """Sends the plan to 127.0.0.1:`port` and waits for every answer, each at most GIVE_UP_SECONDS."""
    return uvloop.run(_drive(port, plan))


async def _drive(port: int, plan: Sequence[Asking]) -> list[Answer]:
    texts = [text_of(one.request) for one in plan]
    lines = _Lines(port)
    began = time.perf_counter() + 0.1
    asked = []
    for one, text in zip(plan, texts, strict=True):
        meant = began + one.at
        if (early := meant - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        asked.append(asyncio.create_task(_ask(lines, one.kind, text, meant)))
    answers = await asyncio.gather(*asked)
    lines.close()
    return answers


async def _ask(lines: "_Lines", kind: str, text: bytes, meant: float) -> Answer:
    left = time.perf_counter()
    try:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            status = await lines.ask(text)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        status = 0
    return Answer(kind, left - meant, time.perf_counter() - meant, status)


class _Lines:
    """Connections that are kept; a new one is opened when all are busy. One that the server closed while it rested is
    thrown away before anything is sent on it; one that ends later has lost a request, which is an error."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._room = asyncio.Semaphore(CONNECTIONS_AT_MOST)

    async def ask(self, text: bytes) -> int:
        async with self._room:
            reader, writer = self._rested() or await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writer.write(text)
                status = await _read_answer(reader)
            except BaseException:
                writer.close()
                raise
            self._free.append((reader, writer))
            return status

    def _rested(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """The last one used that the server has not closed meanwhile: every client looks before it asks."""
        while self._free:
            reader, writer = self._free.pop()
            if not (reader.at_eof() or reader.exception() or writer.is_closing()):
                return reader, writer
            writer.close()
        return None

    def close(self) -> None:
        for _, writer in self._free:
            writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    elif (length := head.find(b"content-length:")) >= 0:
        await reader.readexactly(int(head[length + 15 : head.index(b"\r\n", length)]))
    return status


def repeated(
    kinds: Sequence[tuple[str, int]], of: dict[str, Iterator[Request]], seed: int = 2
) -> Iterator[tuple[str, Request]]:
    """Requests of kinds mixed by their weights, until one of the kinds has no more."""
    chance = random.Random(seed)
    names, weights = [name for name, _ in kinds], [weight for _, weight in kinds]
    while True:
        name = chance.choices(names, weights)[0]
        found = list(islice(of[name], 1))
        if not found:
            return
        yield name, found[0]
