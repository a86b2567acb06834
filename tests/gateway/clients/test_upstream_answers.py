"""Forwarding over real sockets: what a service may answer, and what becomes of what it must not."""

import asyncio

import pytest

from tests.builders.front import (
    TOKEN,
    Seen,
    ask,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)
from tests.builders.rested import ask_after, but_first_fine

GARBAGE = [
    b"\x00\x01\x02 no HTTP at all\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    b"HTTP/1.1 20",
]


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_from_a_service_is_a_problem_of_ours_not_of_the_callers(garbage: bytes, rested: bool) -> None:
    async def speak(request: Seen, writer: asyncio.StreamWriter) -> bool:
        del request
        writer.write(garbage)
        await writer.drain()
        return not garbage.endswith(b"20")

    async with scripted(but_first_fine(speak)) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            answer = await ask_after(rested, port)
    assert answer.status == 503
    assert answer.problem["code"] == "upstream_unavailable"


async def test_an_answer_that_breaks_off_in_the_middle_ends_the_callers_connection(rested: bool) -> None:
    async def half(request: Seen, writer: asyncio.StreamWriter) -> bool:
        del request
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nonly this")
        await writer.drain()
        return False

    async with scripted(but_first_fine(half)) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                if rested:
                    await caller.ask("/v1/notices/warm")
                caller.send()
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                    await caller.answer()


async def test_bytes_that_nobody_asked_for_end_the_connection_and_never_become_an_answer() -> None:
    async def forge_later(request: Seen, writer: asyncio.StreamWriter) -> None:
        await say_ok(request, writer)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged")

    async with scripted(forge_later) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            for _ in range(3):
                assert (await ask(port)).body == b"ok"
                await asyncio.sleep(0.1)
    assert upstream.connections == 3


async def test_bytes_behind_an_answer_do_not_harm_it_and_end_the_connection() -> None:
    async def forge_at_once(request: Seen, writer: asyncio.StreamWriter) -> None:
        del request
        answer = b'HTTP/1.1 200 OK\r\netag: "v1"\r\ncontent-length: 2\r\n\r\nok'
        writer.write(answer + b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged")

    async with scripted(forge_at_once) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            for _ in range(3):
                answer = await ask(port)
                assert (answer.body, answer.headers["etag"]) == (b"ok", '"v1"')
    assert upstream.connections == 3


async def test_a_service_that_says_it_closes_is_believed() -> None:
    async def say_close(request: Seen, writer: asyncio.StreamWriter) -> None:
        del request
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")

    async with scripted(say_close) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert [(await ask(port)).status for _ in range(2)] == [200, 200]
    assert upstream.connections == 2


async def test_interim_answers_are_passed_over() -> None:
    async def hints(request: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)
        await say_ok(request, writer)

    async with scripted(hints) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            answers = [await ask(port), await ask(port)]
    assert [answer.body for answer in answers] == [b"ok", b"ok"]
    assert "link" not in answers[0].headers
    assert upstream.connections == 1


async def test_an_answer_without_a_length_ends_with_its_connection(rested: bool) -> None:
    async def until_close(request: Seen, writer: asyncio.StreamWriter) -> bool:
        del request
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nas long ")
        await asyncio.sleep(0.05)
        writer.write(b"as it is")
        return False

    async with scripted(but_first_fine(until_close)) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert (await ask_after(rested, port)).body == b"as long as it is"


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_that_has_no_body_by_its_status(status: int) -> None:
    async def bare(request: Seen, writer: asyncio.StreamWriter) -> None:
        del request
        writer.write(f'HTTP/1.1 {status} Fine\r\netag: "v1"\r\n\r\n'.encode())

    async with scripted(bare) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                for _ in range(3):
                    answer = await caller.ask()
                    assert (answer.status, answer.body) == (status, b"")
                    assert "content-length" not in answer.headers
                    assert "transfer-encoding" not in answer.headers
    assert upstream.connections == 1


async def test_head_asks_the_service_as_get_and_leaves_the_body_away() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                answers = [await caller.ask(method="HEAD"), await caller.ask(method="HEAD"), await caller.ask()]
    assert [request.method for request in upstream.seen] == ["GET", "GET", "GET"]
    assert [answer.body for answer in answers] == [b"", b"", b"ok"]
    assert answers[0].headers["content-length"] == "2"


async def test_trusted_headers_are_dropped_and_ours_are_set(rested: bool) -> None:
    forged = {
        "X-User-Id": "7", "X-Scope-Region": "5119", "X-Forwarded-For": "1.2.3.4", "X-Client-Cert": "pem",
        "Forwarded": "for=1.2.3.4", "X-Real-IP": "1.2.3.4", "X-Deadline-Ms": "99999999", "Connection": "keep-alive",
    }  # fmt: skip
    kept = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "If-Match": '"v3"'}
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            if rested:
                await ask(port, "/v1/notices/warm")
            answer = await ask(port, headers=forged | kept | {"X-Request-Id": "phone-42-abcdef"})
    assert dict(upstream.seen[-1].headers) == {
        "host": "gateway",
        "authorization": TOKEN,
        "traceparent": kept["traceparent"],
        "if-match": '"v3"',
        "x-request-id": "phone-42-abcdef",
        "x-deadline-ms": "10000",
    }
    assert answer.headers["x-request-id"] == "phone-42-abcdef"
