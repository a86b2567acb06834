"""How much the front takes in a body, counted while it comes (checks S35), and how answers go back."""

import asyncio

from tests.builders.front import (
    ask,
    calling,
)
from tests.builders.sibling import assert_is_problem


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(port: int) -> None:
    async with calling(port) as caller:
        caller.send("/v1/households", "POST", {"Content-Length": "2000000"})
        answer = await asyncio.wait_for(caller.answer(), 2)
        assert_is_problem(answer, 413, "body_too_large")
        assert answer.problem["limit_bytes"] == 1_000_000


async def test_a_body_in_chunks_is_counted_and_refused_when_it_becomes_too_large(port: int) -> None:
    async with calling(port) as caller:
        caller.send("/v1/households", "POST", {"Transfer-Encoding": "chunked"})
        for _ in range(20):
            caller.writer.write(b"%x\r\n%b\r\n" % (100_000, b"x" * 100_000))
            await caller.writer.drain()
        caller.writer.write(b"0\r\n\r\n")
        assert_is_problem(await caller.answer(), 413, "body_too_large")
        assert (await caller.ask()).status == 200


async def test_a_body_within_the_limit_arrives_whole(port: int) -> None:
    answer = await ask(port, "/v1/households", "POST", body=b"x" * 1_000_000)
    assert answer.body == b'{"bytes":1000000}'


async def test_a_door_for_uploads_takes_more(port: int) -> None:
    answer = await ask(port, "/v1/imports", "POST", body=b"x" * 3_000_000)
    assert answer.body == b'{"bytes":3000000}'


async def test_a_refused_caller_may_go_on_with_the_same_connection(port: int) -> None:
    async with calling(port) as caller:
        assert (await caller.ask("/v1/households", "POST", body=b"x" * 200_000, token=None)).status == 401
        assert (await caller.ask("/v1/households", "POST", body=b"ok")).status == 200


async def test_an_answer_in_parts_arrives_whole(port: int) -> None:
    async with calling(port) as caller:
        assert (await caller.ask("/v1/reports")).body == b"part part part "
        assert (await caller.ask()).status == 200
