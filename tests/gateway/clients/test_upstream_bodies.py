"""Forwarding over real sockets: bodies stream both ways, a slow end slows the other, and who leaves is let go."""

import asyncio
import contextlib
import resource

import pytest

from services.gateway.api.doors import Limits
from services.gateway.api.forward import HELD_BYTES
from tests.builders.front import (
    TOKEN,
    Caller,
    Seen,
    ask,
    calling,
    front,
    over_http,
    scripted,
    serving,
)

ENOUGH_TO_BEGIN = HELD_BYTES + 1
"""Of a body that is longer: the gateway asks the service once it holds so much."""


async def echo(request: Seen, writer: asyncio.StreamWriter) -> None:
    """Sends the body back, in chunks when it came in chunks."""
    if request.all("transfer-encoding"):
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for start in range(0, len(request.body), 1000):
            piece = request.body[start : start + 1000]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        writer.write(b"0\r\n\r\n")
    else:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(request.body), request.body))


async def test_a_body_in_chunks_goes_on_in_chunks_and_its_answer_comes_back_in_chunks() -> None:
    async with scripted(echo) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.send("/v1/households", "POST", {"Transfer-Encoding": "chunked"})
                for piece in (b"a" * 3000, b"b" * 3000):
                    caller.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    await asyncio.sleep(0.05)
                caller.writer.write(b"0\r\n\r\n")
                answer = await caller.answer()
    assert answer.body == b"a" * 3000 + b"b" * 3000
    assert answer.headers["transfer-encoding"] == "chunked"
    assert upstream.seen[0].all("transfer-encoding") == ["chunked"]


async def test_a_body_in_chunks_that_came_at_once_goes_on_with_its_length() -> None:
    async with scripted(echo) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.send("/v1/households", "POST", {"Transfer-Encoding": "chunked"})
                caller.writer.write(b"5\r\nhello\r\n0\r\n\r\n")
                assert (await caller.answer()).body == b"hello"
    assert upstream.seen[0].all("content-length") == ["5"]
    assert upstream.seen[0].all("transfer-encoding") == []


async def test_a_body_that_comes_in_parts_keeps_its_length() -> None:
    async with scripted(echo) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.send("/v1/households", "POST", {"Content-Length": "10"})
                for part in (b"01234", b"56789"):
                    caller.writer.write(part)
                    await asyncio.sleep(0.05)
                assert (await caller.answer()).body == b"0123456789"
    assert upstream.seen[0].all("content-length") == ["10"]


async def test_a_service_that_answers_before_the_body_has_come_is_heard_and_its_connection_not_used_again() -> None:
    heads: list[int] = []

    async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(heads)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                heads.append(number)
                writer.write(b"HTTP/1.1 422 No\r\ncontent-length: 2\r\n\r\nno")
        writer.close()

    server = await asyncio.start_server(early, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with serving(front(over_http(url))) as port:
        async with calling(port) as caller:
            caller.send("/v1/households", "POST", {"Content-Length": "500000"})
            caller.writer.write(b"x" * ENOUGH_TO_BEGIN)
            answer = await asyncio.wait_for(caller.answer(), 2)
            assert (answer.status, answer.body) == (422, b"no")
            assert (await asyncio.wait_for(ask(port), 2)).status == 422
    server.close()
    assert heads == [0, 1]


async def test_a_service_that_answers_and_reads_no_further_keeps_neither_its_place_nor_its_connection() -> None:
    writers: list[asyncio.StreamWriter] = []

    async def answer_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    server = await asyncio.start_server(answer_only, "127.0.0.1", 0, limit=1000)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with serving(front(over_http(url), limits=Limits(in_flight=1))) as port:
        async with calling(port) as caller:
            caller.send("/v1/imports", "POST", {"Content-Length": "19000000"})
            sending = asyncio.ensure_future(send_much(caller))
            assert (await asyncio.wait_for(caller.answer(), 2)).status == 200
            await asyncio.sleep(0.1)
            assert (await asyncio.wait_for(ask(port), 2)).status == 200
            sending.cancel()
    for writer in writers:
        writer.close()
    server.close()


async def send_much(caller: Caller) -> None:
    for _ in range(190):
        caller.writer.write(b"x" * 100_000)
        await caller.writer.drain()


async def test_the_expectation_of_the_caller_is_met_here_and_not_passed_on() -> None:
    async with scripted(echo) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.send("/v1/households", "POST", {"Content-Length": "5", "Expect": "100-continue"})
                assert await caller.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
                caller.writer.write(b"hello")
                assert (await caller.answer()).body == b"hello"
    assert upstream.seen[0].all("expect") == []


async def test_a_large_answer_streams_through_with_flat_memory_and_waits_for_a_slow_reader() -> None:
    size = 60_000_000
    sent = 0

    async def large(request: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        del request
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        for _ in range(size // 100_000):
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    async with scripted(large) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                caller.send()
                await caller.reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(1)
                sent_before_reading = sent
                got = 0
                while got < size:
                    got += len(await caller.reader.read(1_000_000))
                grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert got == size
    assert sent_before_reading < 30_000_000
    assert grown < 20_000


async def test_a_large_upload_streams_through_and_a_slow_service_slows_the_caller_down() -> None:
    taken = 0

    async def sip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)
        while taken < 18_000_000:
            taken += len(await reader.read(1_000_000))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(sip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with serving(front(over_http(url))) as port:
        async with calling(port) as caller:
            caller.send("/v1/imports", "POST", {"Content-Length": "18000000"})
            sent_before_service_read = 0
            for _ in range(180):
                caller.writer.write(b"x" * 100_000)
                await caller.writer.drain()
                if taken == 0:
                    sent_before_service_read += 100_000
            answer = await caller.answer()
    server.close()
    assert (answer.status, taken) == (200, 18_000_000)
    assert sent_before_service_read < 17_000_000


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_when_the_caller_leaves_the_service_is_let_go(method: str) -> None:
    let_go = asyncio.Event()

    async def work_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while await reader.read(1000):
            pass
        let_go.set()
        writer.close()

    server = await asyncio.start_server(work_on, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with serving(front(over_http(url))) as port:
        async with calling(port) as caller:
            if method == "GET":
                caller.send()
            else:
                caller.send("/v1/households", "POST", {"Content-Length": "500000"}, token=TOKEN)
                caller.writer.write(b"x" * ENOUGH_TO_BEGIN)
            await asyncio.sleep(0.3)
            assert not let_go.is_set()
        await asyncio.wait_for(let_go.wait(), 2)
    server.close()
