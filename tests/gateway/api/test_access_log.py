"""The access log says what happened, not to whom, and a sink that is stuck costs no request its time."""

import asyncio
import io
import threading
from dataclasses import dataclass
from typing import Any

import orjson

from services.gateway.api import access_log
from services.gateway.api.access_log import AccessLog
from services.gateway.api.doors import AccessLine


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


def written(sink: io.BytesIO) -> list[dict[str, Any]]:
    return [orjson.loads(text) for text in sink.getvalue().splitlines()]


async def test_a_line_says_what_happened_and_hides_who_it_was() -> None:
    sink = Kept()
    log = AccessLog(sink, subject_of, b"pepper", wall_clock=lambda: 1_795_000_000.1234)
    log.write(line())
    log.close()
    (entry,) = written(sink)
    who = entry.pop("who")
    assert entry == {
        "event": "request",
        "at": 1795000000.123,
        "request_id": "id-1",
        "route": "/v1/households/{id}",
        "method": "GET",
        "status": 200,
        "code": "",
        "ms": 12.35,
        "upstream_ms": 10.0,
        "bytes": 588,
        "client": "10.1.2.3",
    }
    assert len(who) == 16
    assert "user-7" not in sink.getvalue().decode()


async def test_one_persons_lines_go_together_and_only_under_one_pepper() -> None:
    sinks = [Kept(), Kept()]
    for sink, pepper in zip(sinks, (b"one", b"other"), strict=True):
        log = AccessLog(sink, subject_of, pepper)
        for subject in ("user-7", "user-7", "user-8", None):
            log.write(line(subject))
        log.close()
    first, second, third, nobody = (entry["who"] for entry in written(sinks[0]))
    assert first == second != third
    assert nobody == ""
    assert written(sinks[1])[0]["who"] != first


async def test_lines_are_written_together_after_a_moment() -> None:
    sink = Kept()
    log = AccessLog(sink, subject_of, b"pepper")
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

    log = AccessLog(Stuck(), subject_of, b"pepper")
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
    log = AccessLog(sink, subject_of, b"pepper")
    log.write(line())
    log.close()
    assert log.dropped == 1
