"""The caller's side of HTTP: what is cut, what is refused, and that nothing slips through twice (checks S42, S43)."""

import asyncio
import os
import signal
import socket
import sys
import textwrap
from typing import Any

import pytest

from services.gateway.api.front_protocol import FrontProtocol
from services.gateway.clients.upstream import Receive, Scope, Send
from tests.builders.front import Caller, Scripted, ask, calling, front, over_http, say_ok, scripted, serving

GOOD = b"GET /v1/households/1 HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n"
POST = b"POST /v1/households HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n"
SECOND = b"GET /v1/households/smuggled HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer good\r\n\r\n"


class Quick(FrontProtocol):
    """The same with little patience, so that tests need none."""

    head_seconds = 0.3
    linger_seconds = 0.3
    alarm_seconds = 0.05


SMUGGLING = {
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "two equal lengths": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n\r\nhello",
    "a signed length": POST + b"Content-Length: +5\r\n\r\nhello",
    "a folded header": GOOD + b"X-Long: a\r\n b\r\n\r\n",
    "a folded length": POST + b"Content-Length:\r\n 5\r\n\r\nhello",
    "bare line feeds": GOOD.replace(b"\r\n", b"\n") + b"\n",
    "a bare carriage return": GOOD + b"X-One: a\rX-Two: b\r\n\r\n",
    "a space before the colon": POST + b"Content-Length : 5\r\n\r\nhello",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a chunk with a bare line feed": POST + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    "a chunk of no size": POST + b"Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than it says": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
    "a chunk size beyond all numbers": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx",
    "a NUL in a header": GOOD + b"X-One: a\x00b\r\n\r\n",
    "a NUL in the path": b"GET /v1/households/\x00 HTTP/1.1\r\nHost: gateway\r\n\r\n",
    "another protocol": b"GET /v1/households/1 HTTP/3.7\r\nHost: gateway\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an upgrade with a body": POST + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello",
}


@pytest.mark.parametrize("trick", SMUGGLING.values(), ids=SMUGGLING.keys())
async def test_a_request_that_two_readers_would_cut_differently_is_refused_whole(trick: bytes) -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                caller.writer.write(trick + SECOND)
                answer = await asyncio.wait_for(caller.answer(), 2)
                assert await caller.is_cut()
    assert answer.status == 400
    assert answer.problem["code"] in {"http_unreadable", "header_refused"}
    assert upstream.seen == []


async def test_an_application_never_sees_a_request_that_turned_out_unreadable() -> None:
    called: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        called.append(scope)

    with serving(app) as port:
        async with calling(port) as caller:
            caller.writer.write(SMUGGLING["a chunk of no size"])
            assert (await asyncio.wait_for(caller.answer(), 2)).status == 400
            assert await caller.is_cut()
    assert called == []


async def test_a_request_that_takes_long_to_answer_is_no_slow_head() -> None:
    async def slow(request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.7)
        await say_ok(request, writer)

    async with scripted(slow) as upstream:
        with serving(front(over_http(upstream.url)), Quick) as port:
            assert (await asyncio.wait_for(ask(port), 3)).status == 200


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


async def test_a_head_that_begins_in_the_bytes_of_a_long_body_is_not_taken_for_a_long_head() -> None:
    long = POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000
    first = long + GOOD

    class Joined(FrontProtocol):
        """Hands on what came as one piece, as a busy machine does."""

        come = b""

        def data_received(self, data: bytes) -> None:
            before = len(self.come)
            self.come += data
            if len(self.come) >= len(first):
                super().data_received(self.come if before < len(first) else data)

    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Joined) as port:
            async with calling(port) as caller:
                caller.writer.write(first)
                assert (await asyncio.wait_for(caller.answer(), 5)).status == 200
                caller.writer.write(b"\r\n")
                assert (await asyncio.wait_for(caller.answer(), 5)).status == 200
    assert [request.method for request in upstream.seen] == ["POST", "GET"]


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


async def test_an_idle_connection_is_closed_after_its_rest() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Quick, keep_alive=1) as port:
            async with calling(port) as caller:
                assert (await caller.ask()).status == 200
                assert not await caller.is_cut(0.6)
                assert await caller.is_cut(1)


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


async def test_one_connection_too_many_is_told_to_come_back() -> None:
    class Small(FrontProtocol):
        most_connections = 2

    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url)), Small) as port:
            async with calling(port) as one, calling(port) as two:
                assert (await one.ask()).status == (await two.ask()).status == 200
                async with calling(port) as three:
                    answer = await asyncio.wait_for(three.answer(), 1)
                    assert (answer.status, answer.problem["code"]) == (503, "upstream_busy")
                    assert answer.headers["retry-after"] == "2"
            # A busy machine takes a moment to see that the others have hung up.
            for _ in range(200):
                if (answer := await ask(port)).status == 200:
                    break
                await asyncio.sleep(0.01)
            assert answer.status == 200


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


def answering(*messages: dict[str, Any]) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        for message in messages:
            await send({"type": "http.response.start" if "status" in message else "http.response.body", **message})

    return app


async def test_an_answer_of_unknown_length_to_http_1_0_ends_with_the_connection() -> None:
    with serving(answering({"status": 200, "headers": []}, {"body": b"o", "more_body": True}, {"body": b"k"})) as port:
        async with calling(port) as caller:
            caller.writer.write(GOOD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n")
            got = await asyncio.wait_for(caller.reader.read(), 2)
    assert got.endswith(b"\r\n\r\nok")
    assert b"chunked" not in got


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: stolen=1", b"a\nb", b"a\rb"])
async def test_a_header_with_a_line_break_never_leaves(value: bytes) -> None:
    with serving(answering({"status": 200, "headers": [(b"x-name", value)]}, {"body": b"ok"})) as port:
        async with calling(port) as caller:
            caller.send()
            got = await caller.reader.read()
    assert b"stolen" not in got
    assert b"200 OK" not in got


@pytest.mark.parametrize("body", [b"too long", b"sh"])
async def test_an_answer_of_another_length_than_it_said_ends_the_connection(body: bytes) -> None:
    with serving(answering({"status": 200, "headers": [(b"content-length", b"5")]}, {"body": body})) as port:
        async with calling(port) as caller:
            caller.send()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await caller.answer()


async def test_an_app_that_fails_before_answering_gives_a_problem() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise ZeroDivisionError

    with serving(fail) as port:
        answer = await ask(port)
    assert (answer.status, answer.problem["code"]) == (500, "internal_error")


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
