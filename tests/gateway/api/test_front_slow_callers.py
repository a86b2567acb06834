"""Who sends or reads too slowly, too much or never to the end is cut off without harm to the others (check S43)."""

import asyncio
from typing import Any

import pytest

from services.gateway.api.doors import Limits
from tests.builders.front import (
    GOOD,
    POST,
    Caller,
    Quick,
    ask,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)


async def test_a_head_that_is_never_finished_is_cut_off() -> None:
    with serving(front(over_http("http://127.0.0.1:1")), Quick) as port:
        async with calling(port) as caller:
            caller.writer.write(GOOD)
            answer = await asyncio.wait_for(caller.answer(), 1)
            assert (answer.status, answer.problem["code"]) == (408, "request_too_slow")
            assert await caller.is_cut()


async def test_a_head_that_trickles_in_is_cut_off_all_the_same() -> None:
    with serving(front(over_http("http://127.0.0.1:1")), Quick) as port:
        async with calling(port) as caller:
            began = asyncio.get_running_loop().time()
            answering = asyncio.ensure_future(caller.answer())
            for byte in GOOD:
                caller.writer.write(bytes([byte]))
                await asyncio.sleep(0.02)
                if answering.done():
                    break
            assert (await answering).status == 408
            assert asyncio.get_running_loop().time() - began < 1


async def test_a_connection_that_says_nothing_is_closed() -> None:
    with serving(front(over_http("http://127.0.0.1:1")), Quick) as port:
        async with calling(port) as caller:
            assert await caller.is_cut(1)


async def test_a_second_head_on_the_same_connection_has_no_more_time_than_the_first() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Quick) as port:
            async with calling(port) as caller:
                assert (await caller.ask()).status == 200
                caller.writer.write(b"GET /v1/house")
                assert (await asyncio.wait_for(caller.answer(), 1)).status == 408


async def test_a_request_that_takes_long_to_answer_is_no_slow_head() -> None:
    async def slow(request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.7)
        await say_ok(request, writer)

    async with scripted(slow) as upstream:
        with serving(front(over_http(upstream.url)), Quick) as port:
            assert (await asyncio.wait_for(ask(port), 3)).status == 200


async def test_half_open_connections_do_not_hold_up_the_others() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            half = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
            for _, writer in half:
                writer.write(b"GET /v1/households/1 HTTP/1.1\r\nHost:")
            began = asyncio.get_running_loop().time()
            for _ in range(50):
                assert (await ask(port)).status == 200
            took = asyncio.get_running_loop().time() - began
            for _, writer in half:
                writer.close()
    assert took < 2


async def test_bodies_that_trickle_take_no_place_from_the_others() -> None:
    async with scripted(say_ok) as upstream:
        forwarder = front(over_http(upstream.url, pool={"connections": 2, "waiting": 2}), limits=Limits(in_flight=4))
        with serving(forwarder) as port:
            trickling = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
            for _, writer in trickling:
                writer.write(POST + b"Content-Length: 10\r\n\r\n1")
            await asyncio.sleep(0.2)
            statuses = {(await ask(port, "/v1/households", "POST", body=b"{}")).status for _ in range(5)}
            for _, writer in trickling:
                writer.write(b"234567890")
            served = [await Caller(*streams).answer() for streams in trickling]
            for _, writer in trickling:
                writer.close()
    assert statuses == {200}
    assert {answer.status for answer in served} <= {200, 503}
    assert {request.body for request in upstream.seen} == {b"{}", b"1234567890"}


@pytest.mark.parametrize("end", [b"\r\n", b""], ids=["ended", "endless"])
@pytest.mark.parametrize("size", [40_000, 300_000, 1_000_000])
async def test_a_head_that_is_too_large_is_refused_while_it_comes(size: int, end: bytes) -> None:
    with serving(front(over_http("http://127.0.0.1:1"))) as port:
        async with calling(port) as caller:
            caller.writer.write(GOOD.replace(b"good", b"g" * size) + end)
            answer = await asyncio.wait_for(caller.answer(), 2)
    assert (answer.status, answer.problem["code"]) == (431, "head_too_large")


async def test_a_large_body_right_behind_a_head_does_not_count_as_head() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert (await ask(port, "/v1/households", "POST", body=b"x" * 500_000)).status == 200
    assert len(upstream.seen[0].body) == 500_000


async def test_a_refused_body_that_does_not_end_is_read_off_for_a_while_only() -> None:
    with serving(front(over_http("http://127.0.0.1:1")), Quick) as port:
        async with calling(port) as caller:
            caller.send("/v1/households", "POST", {"Content-Length": "900000"}, token=None)
            assert (await caller.answer()).status == 401
            assert await caller.is_cut(1)


async def test_a_refused_caller_who_waits_for_100_continue_is_let_go() -> None:
    with serving(front(over_http("http://127.0.0.1:1")), Quick) as port:
        async with calling(port) as caller:
            caller.send("/v1/households", "POST", {"Content-Length": "9", "Expect": "100-continue"}, token=None)
            answer = await caller.answer()
            assert (answer.status, answer.headers["connection"]) == (401, "close")
            assert await caller.is_cut(1)


async def read_slowly(caller: Caller) -> int:
    """Reads an answer's bytes with pauses, so that the front has to wait for the caller."""
    got = 0
    while data := await caller.reader.read(65_536):
        got += len(data)
        if got < 1_000_000:
            await asyncio.sleep(0.01)
    return got


async def test_a_caller_who_reads_slowly_gets_everything() -> None:
    async def large(request: Any, writer: asyncio.StreamWriter) -> bool:
        del request
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 8000000\r\n\r\n")
        for _ in range(80):
            writer.write(b"x" * 100_000)
            await writer.drain()
        return False

    async with scripted(large) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.send(headers={"Connection": "close"})
                assert await read_slowly(caller) > 8_000_000


async def test_a_caller_who_reads_nothing_is_cut_off_and_the_service_let_go() -> None:
    let_go = asyncio.Event()

    async def endless(request: Any, writer: asyncio.StreamWriter) -> None:
        del request
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 8000000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 100_000)
                await writer.drain()
        finally:
            let_go.set()

    class Impatient(Quick):
        stall_seconds = 0.3

    async with scripted(endless) as upstream:
        with serving(front(over_http(upstream.url)), Impatient) as port:
            async with calling(port) as caller:
                caller.send()
                await asyncio.wait_for(let_go.wait(), 3)


@pytest.mark.parametrize(
    "endless",
    [b"2\r\n{}\r\n0\r\nX-Long: " + b"x" * 200_000, b"2;note=" + b"x" * 200_000, b"0" * 200_000],
    ids=["a field behind the body", "a note on a chunk", "a chunk's size"],
)
async def test_what_is_neither_head_nor_body_has_an_end(endless: bytes) -> None:
    """It counts as no body, so the limit of bodies does not end it."""
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n")
                await asyncio.sleep(0.1)
                caller.writer.write(endless)
                assert await caller.is_cut(2)
