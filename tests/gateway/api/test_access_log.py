"""The access log says what happened, not to whom, and a sink that is stuck costs no request its time."""

import asyncio
import io
import threading
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson

from services.gateway.api import access_log
from services.gateway.api.access_log import AccessLog
from services.gateway.api.doors import AccessLine
from shared.logs import line_maker


@dataclass(frozen=True)
class Person:
    subject: str
    roles: frozenset[str] = frozenset()


class Kept(io.BytesIO):
    """A sink that can be read after it was closed."""


def subject_of(principal: Any) -> str:
    subject: str = principal.subject
    return subject


def line(subject: str | None = "user-7", number: int = 1) -> AccessLine:
    person = None if subject is None else Person(subject)
    return AccessLine(f"id-{number}", "/v1/households/{id}", "GET", 200, 0.0123456, 0.01, 588, "10.1.2.3", person, "")


def started(sink: BinaryIO, pepper: bytes, **more: Any) -> AccessLog:
    log = AccessLog(sink, line_maker("bashan.access", terminal=False), subject_of, pepper, **more)
    log.start()
    return log


def written(sink: io.BytesIO) -> list[dict[str, Any]]:
    return [orjson.loads(text) for text in sink.getvalue().splitlines()]


async def test_a_line_says_what_happened_and_hides_who_it_was() -> None:
    sink = Kept()
    log = started(sink, b"pepper", wall_clock=lambda: 1_795_000_000.125)
    log.write(line())
    log.close()
    (entry,) = written(sink)
    who, origin = entry.pop("who"), entry.pop("from")
    assert entry == {
        "event": "request",
        "timestamp": "2026-11-18T11:06:40.125000Z",
        "level": "info",
        "logger": "bashan.access",
        "request_id": "id-1",
        "route": "/v1/households/{id}",
        "method": "GET",
        "status": 200,
        "code": "",
        "ms": 12.35,
        "upstream_ms": 10.0,
        "bytes": 588,
    }
    assert (len(who), len(origin)) == (16, 16)
    assert "user-7" not in sink.getvalue().decode()
    assert "10.1.2.3" not in sink.getvalue().decode()


async def test_one_persons_lines_go_together_and_only_under_one_pepper() -> None:
    sinks = [Kept(), Kept()]
    for sink, pepper in zip(sinks, (b"one", b"other"), strict=True):
        log = started(sink, pepper)
        for subject in ("user-7", "user-7", "user-8", None):
            log.write(line(subject))
        log.close()
    first, second, third, nobody = (entry["who"] for entry in written(sinks[0]))
    assert first == second != third
    assert nobody == ""
    assert written(sinks[1])[0]["who"] != first


async def test_lines_are_written_together_after_a_moment() -> None:
    sink = Kept()
    log = started(sink, b"pepper")
    for number in range(100):
        log.write(line(number=number))
    assert sink.getvalue() == b""
    await asyncio.sleep(access_log.GATHER_SECONDS + 0.2)
    assert [entry["request_id"] for entry in written(sink)] == [f"id-{number}" for number in range(100)]
    log.close()


async def test_a_stuck_sink_loses_lines_and_counts_them_but_holds_nobody_up() -> None:
    freed = threading.Event()

    class Stuck(io.BytesIO):
        def write(self, data: Any) -> int:
            freed.wait(20)
            return len(data)

    log = started(Stuck(), b"pepper")
    began = asyncio.get_running_loop().time()
    for number in range(access_log.MOST_BATCHES + 10):
        log.write(line(number=number))
        log.flush()
    assert asyncio.get_running_loop().time() - began < 1
    assert 5 <= log.dropped <= 10
    log.close(patience=0.1)
    freed.set()


async def test_a_broken_sink_loses_lines_and_counts_them() -> None:
    sink = Kept()
    sink.close()
    log = started(sink, b"pepper")
    log.write(line())
    log.close()
    assert log.dropped == 1


async def test_lines_are_written_in_pieces_that_a_pipe_takes_whole() -> None:
    pieces: list[bytes] = []

    class Pipe(io.BytesIO):
        def write(self, data: Any) -> int:
            pieces.append(data)
            return len(data)

    log = started(Pipe(), b"pepper")
    for number in range(100):
        log.write(line(number=number))
    log.close()
    assert max(map(len, pieces)) <= access_log.PIECE_BYTES
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert len(b"".join(pieces).splitlines()) == 100
    assert len(pieces) < 20


def test_on_a_terminal_the_line_is_for_reading() -> None:
    made = line_maker("bashan.access", terminal=True)({"event": "request", "timestamp": "now", "status": 404}).decode()
    assert "request" in made
    assert "404" in made
    assert not made.startswith("{")
    assert made.endswith("\n")
