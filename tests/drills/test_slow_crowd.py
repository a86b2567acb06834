"""Five hundred who never finish their head and five hundred who send a byte a second (checks S43, drill R14).

The service behind takes 20 ms, as one does that asks its database.
"""

import asyncio
import contextlib
import time
from statistics import median

import pytest

from tests.builders.front import GOOD, POST, Caller, Seen, calling, front, over_http, say_ok, scripted, serving

CROWD = 500
LONGEST = 10.0
HALF_A_HEAD = GOOD[:40]
A_BODY_TO_COME = POST + b"Content-Length: 1000\r\n\r\n"

pytestmark = pytest.mark.slow


async def serve(request: Seen, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.02)
    await say_ok(request, writer)


async def linger(port: int, beginning: bytes, drop: bytes, moment: float) -> float:
    """Seconds until the front cuts a caller off who comes at a `moment` and sends `drop` every second."""
    await asyncio.sleep(moment)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(beginning)

    async def trickle() -> None:
        while drop:
            await asyncio.sleep(1)
            writer.write(drop)

    trickling = asyncio.create_task(trickle())
    with contextlib.suppress(ConnectionError):
        await reader.read()
    took = time.perf_counter() - began
    trickling.cancel()
    writer.close()
    return took


async def slowest_of(caller: Caller, windows: int) -> float:
    """Of the windows' slowest requests the one in the middle, so that one pause of the machine decides nothing."""
    found = []
    for _ in range(windows):
        times = []
        for number in range(50):
            began = time.perf_counter()
            body, method = (b"{}", "POST") if number % 2 else (b"", "GET")
            path = "/v1/households" if number % 2 else "/v1/households/1"
            assert (await caller.ask(path, method, body=body)).status == 200
            times.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)
        found.append(max(times))
    return median(found)


async def test_a_crowd_that_dawdles_is_cut_off_and_nobody_else_waits_for_it() -> None:
    async with scripted(serve) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                quiet = await slowest_of(caller, 5)
                crowd = [
                    asyncio.create_task(linger(port, beginning, drop, number / CROWD))
                    for beginning, drop in ((HALF_A_HEAD, b""), (A_BODY_TO_COME, b"x"))
                    for number in range(CROWD)
                ]
                await asyncio.sleep(2)
                crowded = await slowest_of(caller, 5)
                lingered = await asyncio.gather(*crowd)

    print(
        f"slowest {quiet * 1e3:.1f} ms alone, {crowded * 1e3:.1f} ms beside the crowd; cut after {max(lingered):.1f} s"
    )
    assert max(lingered) <= LONGEST
    assert crowded <= 2 * quiet
