"""Forwarding over real sockets: kept connections, careful retries, replicas and deadlines."""

import asyncio
import socket
from pathlib import Path

import pytest

from services.gateway.api.doors import Limits
from services.gateway.clients.http_pool import Address
from tests.builders.front import (
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


def free_port() -> int:
    """A port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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


async def test_a_connection_that_rests_too_long_is_closed() -> None:
    async with scripted(say_ok) as upstream:
        with serving(front(over_http(upstream.url, pool={"idle": 0.2}))) as port:
            await ask(port)
            await asyncio.wait_for(upstream.gone.wait(), 2)
            assert (await ask(port)).status == 200


@pytest.mark.parametrize("text", ["127.0.0.1", "http://host", "http://host:x", "https://host:1", "http://a/b:1", ""])
def test_an_address_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="an upstream is"):
        Address.parse(text)
