"""The front while services are full, slow or dead (drills R15, R16, R18, R19).

Short forms; with --slow the same at the length that the plan names.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from services.gateway.api.doors import Limits
from services.gateway.api.forward import Forwarder
from services.gateway.domain.route_table import RouteTable, Row
from tests.builders.front import (
    OFFICIALS,
    Answer,
    Seen,
    ask,
    authenticate,
    over_http,
    scripted,
    serving,
)

ROWS = (
    Row("GET", "/v1/reports", "full", OFFICIALS, quota="report"),
    Row("GET", "/v1/households", "full", OFFICIALS),
    Row("GET", "/v1/sync", "full", OFFICIALS, quota="sync"),
    Row("GET", "/v1/well", "well", OFFICIALS),
    Row("POST", "/v1/well", "well", OFFICIALS),
)
BREAKER_REST = 2.0
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Tally:
    """What the callers of a load saw."""

    answers: list[tuple[str, int, float]] = field(default_factory=list)
    without_retry_after: int = 0

    def note(self, path: str, answer: Answer, seconds: float) -> None:
        self.answers.append((path, answer.status, seconds))
        if answer.status in {429, 503} and "retry-after" not in answer.headers:
            self.without_retry_after += 1

    def count(self, status: int, path: str = "") -> int:
        return sum(1 for at, got, _ in self.answers if got == status and path in at)

    def share(self, path: str) -> float:
        """Of those who asked for it, how many were served?"""
        asked = sum(1 for at, _, _ in self.answers if at == path)
        return self.count(200, path) / asked

    def slowest(self, status: int, share: float = 0.95) -> float:
        times = sorted(seconds for _, got, seconds in self.answers if got == status)
        return times[int(share * (len(times) - 1))]


async def open_load(port: int, paths: tuple[str, ...], per_second: float, seconds: float) -> Tally:
    """Requests that come when they come, whether the ones before were answered or not, each on its own connection."""
    tally = Tally()

    async def one(path: str) -> None:
        began = time.perf_counter()
        answer = await ask(port, path)
        tally.note(path, answer, time.perf_counter() - began)

    loop = asyncio.get_running_loop()
    began, tasks = loop.time(), []
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
        tasks.append(asyncio.create_task(one(paths[number % len(paths)])))
    await asyncio.gather(*tasks)
    return tally


@contextlib.asynccontextmanager
async def small_service(at_once: int = 4, seconds: float = 0.05) -> AsyncIterator[tuple[int, float]]:
    """A front before a service of so many places, and the requests a second that it can serve."""
    places = asyncio.Semaphore(at_once)

    async def reply(_request: Seen, writer: asyncio.StreamWriter) -> None:
        async with places:
            await asyncio.sleep(seconds)
        writer.write(OK)

    async with scripted(reply) as service:
        upstream = over_http(service.url, pool={"connections": 4 * at_once})
        ways = {"full": upstream, "well": upstream}
        front = Forwarder(RouteTable(ROWS), ways, authenticate, limits=Limits(in_flight=4 * at_once))
        with serving(front) as port:
            yield port, at_once / seconds


@pytest.mark.parametrize("seconds", [3.0, pytest.param(60.0, marks=pytest.mark.slow)])
async def test_five_times_the_load_is_served_as_far_as_it_goes_and_the_rest_refused_at_once(seconds: float) -> None:
    async with small_service() as (port, capacity):
        calm = await open_load(port, ("/v1/sync",), 0.9 * capacity, 2.0)
        peak = calm.count(200) / 2.0
        flood = await open_load(port, ("/v1/sync",), 5 * capacity, seconds)
        after = await open_load(port, ("/v1/sync",), 0.5 * capacity, 1.0)

    served, refused = flood.count(200), flood.count(503)
    print(f"served {served / seconds:.0f}/s of {peak:.0f}/s, refused {refused}, {flood.slowest(503) * 1e3:.0f} ms")
    assert served >= 0.8 * peak * seconds
    assert served + refused == len(flood.answers)
    assert flood.without_retry_after == 0
    # The one in the middle: the callers of this test share the machine with the front, and wait for it too.
    assert flood.slowest(503, 0.5) < 0.05, "a refusal waits for nobody"
    # On a machine with other work the calm load is not served whole either.
    assert after.share("/v1/sync") >= calm.share("/v1/sync")
    assert after.slowest(200) < 0.5


async def test_reports_are_shed_first_and_the_telephones_are_kept() -> None:
    paths = ("/v1/reports", "/v1/households", "/v1/sync")
    async with small_service() as (port, capacity):
        mixed = await open_load(port, paths, 2.4 * capacity, 3.0)

    shares = {path: round(mixed.share(path), 2) for path in paths}
    print(shares)
    assert shares["/v1/sync"] >= 0.95
    assert shares["/v1/reports"] < shares["/v1/households"] < shares["/v1/sync"]
    assert mixed.without_retry_after == 0


async def test_a_hung_service_holds_up_no_other_and_is_probed_until_it_is_back() -> None:
    hangs = asyncio.Event()
    hangs.set()
    asked = 0

    async def ill(_request: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        if hangs.is_set():
            await asyncio.sleep(30)
        writer.write(OK)

    async def well(_request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)

    async with scripted(ill) as sick, scripted(well) as other:
        ways = {"full": over_http(sick.url, breaker_rest=0.5), "well": over_http(other.url)}
        with serving(Forwarder(RouteTable(ROWS), ways, authenticate, limits=Limits(deadline=0.3))) as port:
            statuses = [(await ask(port, "/v1/sync")).status for _ in range(40)]
            neighbours = await open_load(port, ("/v1/well",), 100, 1.0)
            during = asked
            hangs.clear()
            began = time.monotonic()
            while (await ask(port, "/v1/sync")).status != 200:
                assert time.monotonic() - began < 10
                await asyncio.sleep(0.05)

    assert set(statuses) == {503}
    assert neighbours.share("/v1/well") == 1.0
    assert during <= 10, f"the breaker let {during} of 40 through"


async def test_nothing_is_asked_twice_of_a_service_that_dies() -> None:
    asked: list[Seen] = []

    async def dies(request: Seen, _writer: asyncio.StreamWriter) -> bool:
        asked.append(request)
        return False

    async with scripted(dies) as service:
        ways = {"full": over_http(service.url), "well": over_http(service.url, breaker_threshold=10_000)}
        with serving(Forwarder(RouteTable(ROWS), ways, authenticate)) as port:
            for _ in range(50):
                assert (await ask(port, "/v1/well", "POST", body=b"{}")).status == 503
                assert (await ask(port, "/v1/well")).status == 503

    assert sum(one.method == "POST" for one in asked) == 50
    assert len(asked) <= 120, "retry amplification at most 1.2"


async def test_a_service_that_became_slow_is_answered_for_within_the_deadline_and_nothing_piles_up() -> None:
    async def slow(_request: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(10)
        writer.write(OK)

    async def watch(front: Forwarder) -> int:
        """The most requests that were under way at once."""
        most = 0
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                most = max(most, front._doors[0].places.taken)
                await asyncio.sleep(0.01)
        return most

    async with scripted(slow) as service:
        upstream = over_http(service.url, pool={"connections": 16}, breaker_threshold=10_000)
        limits = Limits(deadline=0.5, in_flight=16)
        front = Forwarder(RouteTable(ROWS), {"full": upstream, "well": upstream}, authenticate, limits=limits)
        with serving(front) as port:
            watching = asyncio.create_task(watch(front))
            flood = await open_load(port, ("/v1/sync",), 150, 3.0)
            watching.cancel()
            most = await watching

    assert flood.count(503) == len(flood.answers)
    assert flood.slowest(503, 1.0) < 1.5
    assert most == 16
