"""Forwarding over real sockets: kept connections, careful retries, both directions streaming, limits and cut-offs."""

import asyncio
import contextlib
import resource
import socket
from pathlib import Path

import pytest

from services.gateway.api.doors import Limits
from services.gateway.clients.http_pool import Address
from tests.builders.front import (
    TOKEN,
    Answer,
    Caller,
    Reply,
    Seen,
    ask,
    calling,
    front,
    over_http,
    say_ok,
    scripted,
    serving,
)


def free_port() -> int:
    """A port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(params=[False, True], ids=["fresh", "rested"])
def rested(request: pytest.FixtureRequest) -> bool:
    """Does the request meet a connection that has carried one before? Then it goes the express way."""
    return bool(request.param)


async def ask_after(rested: bool, port: int) -> Answer:
    """Ask; before, if the connection is to be a rested one, ask something that is answered."""
    if rested:
        assert (await ask(port, "/v1/notices/warm", token=None)).status == 200
    return await ask(port)


def but_first_fine(reply: Reply) -> Reply:
    """The reply, once a warming request has been answered."""

    async def answer(request: Seen, writer: asyncio.StreamWriter) -> bool | None:
        if request.target.endswith("warm"):
            await say_ok(request, writer)
            return True
        return await reply(request, writer)

    return answer


async def test_one_connection_carries_many_requests() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            async with calling(port) as caller:
                for _ in range(5):
                    assert (await caller.ask()).body == b"ok"
    assert [request.connection for request in upstream.seen] == [1, 1, 1, 1, 1]


async def test_the_query_goes_on_as_it_came(rested: bool) -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            if rested:
                await ask(port)
            await ask(port, "/v1/households/7?as_of=2026-01-01&name=%E6%9D%8E")
            await ask(port, "/v1/households/7?")
    assert [request.target for request in upstream.seen][-2:] == [
        "/v1/households/7?as_of=2026-01-01&name=%E6%9D%8E",
        "/v1/households/7",
    ]


async def test_a_unix_socket_serves_as_well(tmp_path: Path) -> None:
    async with scripted(say_ok, uds=str(tmp_path / "service.sock")) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert (await ask(port)).body == b"ok"


async def test_requests_at_once_use_connections_at_once_and_no_more_than_allowed() -> None:
    at_once = 0
    most = 0

    async def slow(request: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        await say_ok(request, writer)

    async with scripted(slow) as upstream:
        with serving(front(over_http(upstream.url, pool={"connections": 3}))) as port:
            answers = await asyncio.gather(*(ask(port) for _ in range(12)))
    assert {answer.status for answer in answers} == {200}
    assert most == 3
    assert upstream.connections == 3


async def test_more_waiting_than_the_pool_takes_is_busy_at_once() -> None:
    hold = asyncio.Event()

    async def held(request: Seen, writer: asyncio.StreamWriter) -> None:
        await hold.wait()
        await say_ok(request, writer)

    async with scripted(held) as upstream:
        with serving(front(over_http(upstream.url, pool={"connections": 1, "waiting": 1}))) as port:
            first, second = (asyncio.ensure_future(ask(port)) for _ in range(2))
            await asyncio.sleep(0.1)
            refused = await ask(port)
            hold.set()
            assert (await first).status == (await second).status == 200
    assert refused.status == 503
    assert refused.problem["code"] == "upstream_busy"
    assert refused.headers["retry-after"] == "1"


async def close_after(request: Seen, writer: asyncio.StreamWriter) -> bool:
    await say_ok(request, writer)
    await writer.drain()
    return False


async def test_a_connection_that_the_upstream_closed_while_it_rested_is_not_used_again() -> None:
    async with scripted(close_after) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            for _ in range(3):
                assert (await ask(port, "/v1/households", "POST", body=b"{}")).status == 200
                await asyncio.sleep(0.05)
    assert upstream.connections == 3


async def drop_the_second(request: Seen, writer: asyncio.StreamWriter) -> bool:
    """Answers the first request of a connection and closes when the second has come: its closing crossed ours."""
    seen = writer.__dict__.setdefault("requests", [])
    seen.append(request)
    if len(seen) == 2:
        return False
    await say_ok(request, writer)
    return True


async def test_a_get_that_crossed_the_closing_of_a_rested_connection_is_asked_again() -> None:
    async with scripted(drop_the_second) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert (await ask(port)).status == 200
            assert (await ask(port)).status == 200
    assert [request.connection for request in upstream.seen] == [1, 1, 2]


async def test_a_post_is_never_sent_twice() -> None:
    async with scripted(drop_the_second) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert (await ask(port, "/v1/households", "POST", body=b"{}")).status == 200
            lost = await ask(port, "/v1/households", "POST", body=b"{}")
    assert lost.status == 503
    assert lost.problem["code"] == "upstream_unavailable"
    assert len(upstream.seen) == 2


async def test_a_get_on_a_fresh_connection_is_not_repeated_either_so_that_a_crash_is_not_doubled() -> None:
    async def crash(request: Seen, writer: asyncio.StreamWriter) -> bool:
        del request, writer
        return False

    async with scripted(crash) as upstream:
        with serving(front(over_http(upstream.url))) as port:
            assert (await ask(port)).status == 503
    assert len(upstream.seen) == 1


async def test_a_refused_connection_goes_to_another_replica_even_for_a_post() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(f"http://127.0.0.1:{free_port()}", upstream.url))) as port:
            for _ in range(4):
                assert (await ask(port, "/v1/households", "POST", body=b"{}")).status == 200
    assert len(upstream.seen) == 4


async def test_replicas_take_turns() -> None:
    async with scripted(say_ok) as one, scripted(say_ok) as other:
        with serving(front(over_http(one.url, other.url))) as port:
            for _ in range(6):
                await ask(port)
    assert len(one.seen) == len(other.seen) == 3


async def test_when_nobody_listens_the_caller_is_told_to_come_back(tmp_path: Path) -> None:
    for replica in (f"http://127.0.0.1:{free_port()}", f"unix:{tmp_path}/nobody.sock"):
        with serving(front(over_http(replica))) as port:
            answer = await ask(port)
        assert answer.status == 503
        assert answer.problem["code"] == "upstream_unavailable"
        assert answer.problem["retryable"] is True
        assert answer.problem["message"] == "服务暂时连不上，请稍后再试。"
        assert int(answer.headers["retry-after"]) >= 1


async def test_the_breaker_spares_a_dead_replica_and_finds_it_when_it_is_back() -> None:
    port_of_service = free_port()
    upstream = over_http(f"http://127.0.0.1:{port_of_service}", breaker_threshold=3, breaker_rest=0.3)
    with serving(front(upstream)) as port:
        for _ in range(5):
            assert (await ask(port)).status == 503
        assert upstream.describe()["replicas"][0]["breaker"] == "open"
        async with scripted(say_ok, port=port_of_service) as service:
            assert (await ask(port)).status == 503
            assert service.connections == 0
            await asyncio.sleep(0.35)
            assert (await ask(port)).status == 200
        assert upstream.describe()["replicas"][0]["breaker"] == "closed"


async def test_a_slow_service_is_cut_off_at_the_deadline_and_its_connection_is_not_used_again(rested: bool) -> None:
    async def hang_once(request: Seen, writer: asyncio.StreamWriter) -> None:
        if request.connection == 1:
            await asyncio.sleep(5)
        await say_ok(request, writer)

    async with scripted(but_first_fine(hang_once)) as upstream:
        with serving(front(over_http(upstream.url), limits=Limits(deadline=0.3))) as port:
            began = asyncio.get_running_loop().time()
            late = await ask_after(rested, port)
            took = asyncio.get_running_loop().time() - began
            assert (await ask(port)).status == 200
    assert late.status == 503
    assert late.problem["code"] == "upstream_timeout"
    assert late.headers["retry-after"]
    assert 0.25 < took < 2
    assert [request.connection for request in upstream.seen][-2:] == [1, 2]


async def test_waiting_for_a_connection_counts_against_the_deadline() -> None:
    async def hang(request: Seen, writer: asyncio.StreamWriter) -> None:
        del request, writer
        await asyncio.sleep(5)

    async with scripted(hang) as upstream:
        limits = Limits(deadline=0.3, upload_deadline=3)
        with serving(front(over_http(upstream.url, pool={"connections": 1}), limits=limits)) as port:
            holding = asyncio.ensure_future(ask(port, "/v1/imports", "POST", body=b"large"))
            await asyncio.sleep(0.1)
            answers = await asyncio.wait_for(asyncio.gather(*(ask(port) for _ in range(3))), 1)
            holding.cancel()
    assert [answer.problem["code"] for answer in answers] == ["upstream_timeout"] * 3


async def test_a_replica_that_rests_is_spared_even_where_a_connection_to_it_is_at_hand() -> None:
    async def hang_when_asked_for_13(request: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5 if request.target.endswith("13") else 0.05)
        await say_ok(request, writer)

    async with scripted(hang_when_asked_for_13) as upstream:
        forwarding = over_http(upstream.url, breaker_threshold=1)
        with serving(front(forwarding, limits=Limits(deadline=0.3))) as port:
            await asyncio.gather(ask(port), ask(port))
            assert forwarding.describe()["replicas"][0]["idle"] == 2
            assert (await ask(port, "/v1/households/13")).problem["code"] == "upstream_timeout"
            assert forwarding.describe()["replicas"][0]["idle"] == 1
            assert (await ask(port)).problem["code"] == "upstream_unavailable"
    assert len(upstream.seen) == 3


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
            caller.writer.write(b"x" * 1000)
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
                caller.send("/v1/households", "POST", {"Content-Length": "10"}, token=TOKEN)
                caller.writer.write(b"half ")
            await asyncio.sleep(0.3)
            assert not let_go.is_set()
        await asyncio.wait_for(let_go.wait(), 2)
    server.close()


async def test_a_connection_that_rests_too_long_is_closed() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url, pool={"idle": 0.2}))) as port:
            await ask(port)
            await asyncio.wait_for(upstream.gone.wait(), 2)
            assert (await ask(port)).status == 200


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


@pytest.mark.parametrize("text", ["127.0.0.1", "http://host", "http://host:x", "https://host:1", "http://a/b:1", ""])
def test_an_address_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="an upstream is"):
        Address.parse(text)
