"""What a caller is told when a service is full, slow, silent or broken, and when the caller itself is slow."""

import asyncio
import contextlib

import pytest

from services.gateway.api.doors import AccessLine, Limits
from services.gateway.clients.asgi_upstream import AsgiUpstream
from services.gateway.clients.upstream import App, Receive, Scope, Send, Upstream
from tests.builders.front import (
    Caller,
    Seen,
    Someone,
    ask,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)
from tests.builders.sibling import assert_is_problem, service


@pytest.mark.parametrize("rested", [False, True], ids=["fresh", "rested"])
async def test_when_a_service_is_full_reports_step_back_before_the_rest(rested: bool) -> None:
    hold = asyncio.Event()
    hold.set()

    async def held(request: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        await hold.wait()
        await say_ok(request, writer)

    async with scripted(held) as upstream:
        with serving(front(over_http(upstream.url), limits=Limits(in_flight=10))) as port:
            if rested:
                await asyncio.gather(*(ask(port) for _ in range(8)))
            hold.clear()
            five = [asyncio.ensure_future(ask(port)) for _ in range(5)]
            await asyncio.sleep(0.15)
            report = await ask(port, "/v1/reports")
            more = [asyncio.ensure_future(ask(port)) for _ in range(3)]
            await asyncio.sleep(0.15)
            ninth = await ask(port)
            hold.set()
            served = await asyncio.gather(*five, *more)
    assert_is_problem(report, 503, "upstream_busy")
    assert_is_problem(ninth, 503, "upstream_busy")
    assert report.headers["retry-after"]
    assert {answer.status for answer in served} == {200}


async def test_places_are_free_again_after_each_answer() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url), limits=Limits(in_flight=2))) as port:
            assert {(await ask(port)).status for _ in range(10)} == {200}


async def test_a_slow_sibling_in_process_is_cut_off_at_the_deadline() -> None:
    cancelled = asyncio.Event()

    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with serving(front(AsgiUpstream("households", hang), limits=Limits(deadline=0.2))) as port:
        answer = await ask(port)
    assert_is_problem(answer, 503, "upstream_timeout")
    assert cancelled.is_set()


async def test_a_sibling_that_makes_an_error_of_its_own_of_being_cut_off_is_late_all_the_same() -> None:
    async def stubborn(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            raise ZeroDivisionError from None

    with serving(front(AsgiUpstream("households", stubborn), limits=Limits(deadline=0.2))) as port:
        async with calling(port) as caller:
            for _ in range(2):
                assert_is_problem(await caller.ask(), 503, "upstream_timeout")


@pytest.mark.parametrize("sent", [b"x", b""], ids=["a part", "nothing"])
@pytest.mark.parametrize("kind", ["in process", "over HTTP"])
async def test_a_caller_who_sends_too_slowly_is_cut_off_and_told_that_it_was_him(kind: str, sent: bytes) -> None:
    with serving(service()) as inner:
        upstream: Upstream = AsgiUpstream("households", service())
        if kind == "over HTTP":
            upstream = over_http(f"http://127.0.0.1:{inner}")
        with serving(front(upstream, limits=Limits(deadline=0.3))) as port:
            async with calling(port) as caller:
                caller.send("/v1/households", "POST", {"Content-Length": "1000"})
                caller.writer.write(sent)
                answer = await asyncio.wait_for(caller.answer(), 2)
                assert_is_problem(answer, 408, "request_too_slow")
                assert answer.headers["connection"] == "close"


def dripping(*pauses: float) -> App:
    """Answers in pieces, a pause before each."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for pause in pauses:
            await asyncio.sleep(pause)
            await send({"type": "http.response.body", "body": b"drip ", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


@pytest.mark.parametrize("kind", ["in process", "over HTTP"])
async def test_a_long_answer_may_take_longer_than_the_deadline_while_it_goes_on(kind: str) -> None:
    with serving(dripping(*[0.1] * 6)) as inner:
        upstream: Upstream = AsgiUpstream("households", dripping(*[0.1] * 6))
        if kind == "over HTTP":
            upstream = over_http(f"http://127.0.0.1:{inner}")
        with serving(front(upstream, limits=Limits(deadline=0.3))) as port:
            assert (await ask(port)).body == b"drip " * 6


async def _read_all(caller: Caller) -> bytes:
    """Everything until the connection ends, in order or not."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while data := await caller.reader.read(10_000):
            got += data
    return got


@pytest.mark.parametrize("kind", ["in process", "over HTTP"])
async def test_an_answer_that_stalls_is_broken_off(kind: str) -> None:
    with serving(dripping(0.05, 0.7)) as inner:
        upstream: Upstream = AsgiUpstream("households", dripping(0.05, 0.7))
        if kind == "over HTTP":
            upstream = over_http(f"http://127.0.0.1:{inner}")
        with serving(front(upstream, limits=Limits(deadline=0.3))) as port:
            async with calling(port) as caller:
                caller.send()
                began = asyncio.get_running_loop().time()
                assert (await asyncio.wait_for(_read_all(caller), 2)).endswith(b"drip \r\n")
                assert asyncio.get_running_loop().time() - began < 0.65


async def test_a_mistake_of_ours_is_an_internal_error_and_not_a_dead_connection() -> None:
    def broken(authorization: bytes) -> Someone:
        raise ZeroDivisionError(authorization)

    with serving(front(over_http("http://127.0.0.1:1"), authenticate=broken)) as port:
        async with calling(port) as caller:
            assert_is_problem(await caller.ask(), 500, "internal_error")
            assert (await caller.ask(token=None)).status == 401


def failing(where: str) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        if where == "after the head":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
            await send({"type": "http.response.body", "body": b"he", "more_body": True})
        raise ZeroDivisionError

    return app


async def test_a_sibling_that_fails_is_an_internal_error_without_a_trace_of_its_code() -> None:
    with serving(front(AsgiUpstream("households", failing("at once")))) as port:
        answer = await ask(port)
    assert_is_problem(answer, 500, "internal_error")
    assert b"ZeroDivision" not in answer.body


async def test_a_sibling_that_fails_in_the_middle_ends_the_connection() -> None:
    with serving(front(AsgiUpstream("households", failing("after the head")))) as port:
        async with calling(port) as caller:
            caller.send()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await caller.answer()


async def test_an_answer_that_broke_off_is_counted_and_logged_as_what_the_caller_saw_of_it() -> None:
    lines: list[AccessLine] = []
    app = front(AsgiUpstream("households", failing("after the head")), access_log=lines.append)
    with serving(app) as port:
        async with calling(port) as caller:
            caller.send()
            await _read_all(caller)
    assert [(line.status, line.code, line.bytes_out) for line in lines] == [(200, "internal_error", 2)]


async def test_a_service_that_makes_the_best_of_a_body_cut_short_is_not_believed() -> None:
    async def believe_everything(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        with contextlib.suppress(Exception):
            while (await receive()).get("more_body"):
                pass
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"stored"})

    with serving(front(AsgiUpstream("households", believe_everything), limits=Limits(body=10))) as port:
        async with calling(port) as caller:
            caller.send("/v1/households", "POST", {"Transfer-Encoding": "chunked"})
            caller.writer.write(b"14\r\n" + b"x" * 20 + b"\r\n0\r\n\r\n")
            assert_is_problem(await caller.answer(), 413, "body_too_large")
