"""How long a caller's connection stays, in which order it is answered, and how it ends."""

import asyncio
import os
import signal
import socket
import sys
import textwrap
from typing import Any

import pytest

from bashan.serving import RESTS_SECONDS, server_of
from services.gateway.api.forward import Forwarder
from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.clients.http_pool import PoolLimits
from tests.builders.front import (
    GOOD,
    Quick,
    Scripted,
    Seen,
    ask,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)


async def test_requests_sent_in_one_go_are_answered_in_their_order() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                for number in range(10):
                    if number % 3 == 2:
                        caller.send("/v1/households", "POST", body=b"%d" % number)
                    else:
                        caller.send(f"/v1/households/{number}", token=None if number == 4 else "Bearer good")
                answers = [await caller.answer() for _ in range(10)]
    assert [answer.status for answer in answers] == [200] * 4 + [401] + [200] * 5
    assert [request.target[-1] for request in upstream.seen] == list("01s3s67s9")


async def test_an_idle_connection_is_closed_after_its_rest() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Quick, keep_alive=1) as port:
            async with calling(port) as caller:
                assert (await caller.ask()).status == 200
                assert not await caller.is_cut(0.6)
                assert await caller.is_cut(1)


class Small(FrontProtocol):
    most_connections = 2


async def test_one_connection_too_many_is_told_to_come_back() -> None:
    hold = asyncio.Event()

    async def held(request: Seen, writer: asyncio.StreamWriter) -> None:
        await hold.wait()
        await say_ok(request, writer)

    async with scripted(held) as upstream:
        with serving(front(over_http(upstream.url)), Small) as port:
            async with calling(port) as one, calling(port) as two:
                one.send()
                two.send()
                await asyncio.sleep(0.2)
                async with calling(port) as three:
                    answer = await asyncio.wait_for(three.answer(), 1)
                    assert (answer.status, answer.problem["code"]) == (503, "upstream_busy")
                    assert answer.headers["retry-after"] == "2"
                hold.set()
                assert (await one.answer()).status == (await two.answer()).status == 200
            assert (await ask(port)).status == 200


async def test_who_comes_to_be_served_takes_the_place_of_the_line_that_rested_longest() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Small) as port:
            async with calling(port) as one, calling(port) as two:
                assert (await one.ask()).status == 200
                assert (await two.ask()).status == 200
                # The loop's clock ticks in milliseconds.
                await asyncio.sleep(0.02)
                assert (await one.ask()).status == 200
                async with calling(port) as three:
                    assert (await three.ask()).status == 200
                    assert await two.is_cut()
                    assert (await one.ask()).status == 200


def test_a_served_line_rests_longer_than_its_callers_keep_it() -> None:
    """nginx keeps a line to an upstream for 60 seconds, the gateway one to a service for a few."""
    for at_the_front in (True, False):
        assert server_of(Forwarder, front=at_the_front).config.timeout_keep_alive > 75
    assert PoolLimits().idle < RESTS_SECONDS / 2


async def test_http_1_0_is_answered_and_closed() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.writer.write(GOOD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n")
                answer = await caller.answer()
                assert (answer.status, answer.headers["connection"]) == (200, "close")
                assert await caller.is_cut()


async def test_a_caller_who_wants_to_close_is_let_go() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                answer = await caller.ask(headers={"Connection": "close"})
                assert answer.headers["connection"] == "close"
                assert await caller.is_cut()


async def test_an_offer_to_upgrade_is_passed_over() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            answer = await ask(port, headers={"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"})
    assert answer.status == 200
    assert upstream.seen[0].all("upgrade") == []


SERVER = textwrap.dedent(
    """
    import sys, uvicorn
    from services.gateway.api.front_protocol import FrontProtocol
    from tests.builders.front import front, over_http
    uvicorn.run(
        front(over_http(sys.argv[2])), port=int(sys.argv[1]), http=FrontProtocol, loop="uvloop",
        proxy_headers=False, server_header=False, log_level="error",
    )
    """
)


async def served_by_uvicorn(port: int, upstream: Scripted) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, str(port), upstream.url)
    async with asyncio.timeout(20):
        while True:
            try:
                await ask(port)
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                return process


async def test_when_it_is_told_to_stop_it_finishes_what_is_under_way_and_takes_nothing_new() -> None:
    hold = asyncio.Event()
    hold.set()

    async def held(request: Any, writer: asyncio.StreamWriter) -> None:
        await hold.wait()
        await say_ok(request, writer)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with scripted(held) as upstream:
        process = await served_by_uvicorn(port, upstream)
        hold.clear()
        async with calling(port) as idle, calling(port) as busy:
            busy.send()
            await asyncio.sleep(0.2)
            os.kill(process.pid, signal.SIGTERM)
            assert await idle.is_cut()
            with pytest.raises(ConnectionError):
                await ask(port)
            hold.set()
            answer = await asyncio.wait_for(busy.answer(), 2)
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert await asyncio.wait_for(process.wait(), 5) in {0, -signal.SIGTERM}
