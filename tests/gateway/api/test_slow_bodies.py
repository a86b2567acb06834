"""What a slow body takes counts against the request's own time, which is set once (check S43)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.gateway.api.doors import Door, Limits
from services.gateway.api.forward import HELD_BYTES, HELD_OF_UPLOAD
from services.gateway.api.passage import Passage, Principal
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import Message, Receive, Scope, Send, Upstream
from tests.builders.front import Answer, Caller, Seen, ask, calling, front, over_http, say_ok, scripted, serving
from tests.builders.sibling import assert_is_problem, service

LATE = 0.6
WHOLE = 1.0
WELL_BELOW_BOTH = 1.4
"""Seconds: when the body comes, what a request has, and what is too little for the one after the other."""


async def never(request: Seen, writer: asyncio.StreamWriter) -> None:
    del request, writer
    await asyncio.sleep(20)


async def never_in_process(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, send
    while (await receive()).get("more_body", False):
        pass
    await asyncio.sleep(20)


@asynccontextmanager
async def silent_service(kind: str) -> AsyncIterator[Upstream]:
    if kind == "in process":
        yield AsgiUpstream("households", never_in_process)
        return
    async with scripted(never) as upstream:
        yield over_http(upstream.url)


async def answer_within(caller: Caller, seconds: float, began: float) -> Answer:
    answer = await asyncio.wait_for(caller.answer(), 5)
    assert asyncio.get_running_loop().time() - began < seconds
    return answer


@pytest.mark.parametrize("kind", ["in process", "over HTTP"])
async def test_a_body_that_took_long_leaves_the_service_only_the_rest(kind: str) -> None:
    async with silent_service(kind) as upstream:
        with serving(front(upstream, limits=Limits(deadline=WHOLE))) as port:
            async with calling(port) as caller:
                began = asyncio.get_running_loop().time()
                caller.send("/v1/households", "POST", {"Content-Length": "2"})
                await asyncio.sleep(LATE)
                caller.writer.write(b"{}")
                assert_is_problem(await answer_within(caller, WELL_BELOW_BOTH, began), 503, "upstream_timeout")


@pytest.mark.parametrize("kind", ["in process", "over HTTP"])
async def test_who_sends_the_beginning_late_and_the_rest_never_holds_a_place_until_the_end_of_his_time(
    kind: str,
) -> None:
    async with silent_service(kind) as upstream:
        with serving(front(upstream, limits=Limits(deadline=WHOLE))) as port:
            async with calling(port) as caller:
                began = asyncio.get_running_loop().time()
                caller.send("/v1/households", "POST", {"Content-Length": str(HELD_BYTES + 1000)})
                await asyncio.sleep(LATE)
                caller.writer.write(b"x" * HELD_BYTES)
                assert_is_problem(await answer_within(caller, WELL_BELOW_BOTH, began), 408, "request_too_slow")


async def test_waiting_for_the_last_word_on_a_caller_counts_as_well() -> None:
    async def waits(door: Door) -> Door:
        await asyncio.sleep(LATE)
        return door

    def guard(_passage: Passage, door: Door, _who: Principal) -> Any:
        return waits(door)

    async with silent_service("over HTTP") as upstream:
        with serving(front(upstream, limits=Limits(deadline=WHOLE), guard=guard)) as port:
            async with calling(port) as caller:
                began = asyncio.get_running_loop().time()
                caller.send()
                assert_is_problem(await answer_within(caller, WELL_BELOW_BOTH, began), 503, "upstream_timeout")


@pytest.mark.parametrize("sent", [b"", b"x", b"x" * 10_000])
async def test_the_beginning_of_an_upload_has_no_more_time_than_any_body(sent: bytes) -> None:
    with serving(front(AsgiUpstream("households", service()), limits=Limits(deadline=0.3, upload_deadline=20))) as port:
        async with calling(port) as caller:
            caller.send("/v1/imports", "POST", {"Content-Length": "200000"})
            caller.writer.write(sent)
            assert_is_problem(await asyncio.wait_for(caller.answer(), 2), 408, "request_too_slow")


async def test_an_upload_that_has_begun_may_take_its_time() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url), limits=Limits(deadline=0.3, upload_deadline=20))) as port:
            async with calling(port) as caller:
                caller.send("/v1/imports", "POST", {"Content-Length": str(HELD_OF_UPLOAD + 3)})
                caller.writer.write(b"x" * HELD_OF_UPLOAD)
                for _ in range(3):
                    await asyncio.sleep(0.2)
                    caller.writer.write(b"x")
                assert (await asyncio.wait_for(caller.answer(), 2)).status == 200


async def test_a_service_is_told_the_time_that_is_left() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.send("/v1/households", "POST", {"Content-Length": "2"})
                await asyncio.sleep(0.2)
                caller.writer.write(b"{}")
                assert (await caller.answer()).status == 200
            assert (await ask(port)).status == 200
    late, at_once = ([int(value) for value in seen.all("x-deadline-ms")] for seen in upstream.seen)
    assert at_once == [10_000]
    assert len(late) == 1
    assert late[0] < 9_900


async def test_a_caller_who_reads_slowly_is_not_taken_for_a_service_that_stalls() -> None:
    async def talks(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all"})

    got: list[Message] = []

    async def reads_slowly(message: Message) -> None:
        await asyncio.sleep(0.4)
        got.append(message)

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    upstream = AsgiUpstream("households", talks)
    deadline = asyncio.get_running_loop().time() + 0.1
    await upstream.forward({"type": "http"}, nothing, reads_slowly, deadline=deadline, has_body=False)
    await upstream.aclose()
    assert [message["type"] for message in got] == ["http.response.start", "http.response.body"]
