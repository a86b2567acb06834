"""The open loop: when requests leave, from when their time runs, and what is an error."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise, repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load import Request
from bench.open_loop import Answer, Asking, drive, percentile, repeated, schedule

ASKED = Request("/", {})


def test_arrivals_keep_the_rate_and_end_in_time() -> None:
    plan = list(schedule(200, 50, repeat(("read", ASKED))))
    assert len(plan) == pytest.approx(10_000, rel=0.05)
    assert [one.at for one in plan] == sorted(one.at for one in plan)
    assert plan[0].at > 0
    assert plan[-1].at < 50


def test_arrivals_come_in_bursts_as_those_of_strangers_do() -> None:
    plan = list(schedule(100, 100, repeat(("read", ASKED))))
    gaps = [later.at - earlier.at for earlier, later in pairwise(plan)]
    mean = sum(gaps) / len(gaps)
    deviation = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert deviation == pytest.approx(mean, rel=0.05)


def test_the_same_seed_gives_the_same_plan_and_another_another() -> None:
    first, again = (list(schedule(50, 5, repeat(("read", ASKED)), seed=7)) for _ in range(2))
    assert first == again != list(schedule(50, 5, repeat(("read", ASKED)), seed=8))


def test_a_plan_ends_with_its_requests() -> None:
    assert len(list(schedule(50, 1000, [("read", ASKED)] * 3))) == 3


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 5), (0.9, 9), (0.95, 10), (0.99, 10), (1.0, 10), (0.1, 1), (0.11, 2), (0.0, 1)]
)
def test_a_percentile_is_a_value_that_occurred_by_nearest_rank(share: float, expected: int) -> None:
    assert percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share) == expected


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0.01, 1))
def test_so_large_a_share_does_not_exceed_its_percentile_and_a_smaller_value_would_not_do(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values) * (1 - 1e-9)
    assert sum(value < found for value in values) < share * len(values) * (1 + 1e-9)


def test_kinds_are_mixed_by_their_weights_until_one_has_no_more() -> None:
    of = {"read": repeat(ASKED), "write": iter([ASKED] * 100)}
    found = [kind for kind, _ in repeated([("read", 9), ("write", 1)], of)]
    assert found.count("write") == 100
    assert found.count("read") == pytest.approx(900, rel=0.35)


def test_only_two_hundreds_are_good() -> None:
    statuses = [200, 201, 204, 0, 302, 404, 503]
    assert [Answer("read", 0, 0, status).good for status in statuses] == [True] * 3 + [False] * 4


@contextlib.contextmanager
def serving(*answers: bytes, pause: float = 0.0) -> Iterator[int]:
    """A server that answers the n-th request with the n-th text, each connection after a pause; b"" hangs up."""
    left = iter(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(pause)
                if not (text := next(left)):
                    break
                writer.write(text)
        writer.close()

    with served(talk) as port:
        yield port


@contextlib.contextmanager
def served(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(talk, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(asyncio.sleep(0))
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
EMPTY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


def test_every_way_to_answer_is_read_and_a_hang_up_is_an_error() -> None:
    plan = [Asking(place * 0.02, "read", ASKED) for place in range(5)]
    with serving(OK, CHUNKED, EMPTY, b"", OK) as port:
        assert [one.status for one in drive(port, plan)] == [200, 201, 503, 0, 200]


def test_a_line_that_was_closed_while_it_rested_is_no_error_and_the_next_request_takes_a_fresh_one() -> None:
    resting = 0.05

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK)
            await asyncio.sleep(resting)
        finally:
            writer.close()

    with served(talk) as port:
        answers = drive(port, [Asking(place * 6 * resting, "read", ASKED) for place in range(3)])
    assert [one.status for one in answers] == [200, 200, 200]


def test_nobody_waits_for_the_answer_to_another() -> None:
    pause, many = 0.3, 20
    with serving(*[OK] * many, pause=pause) as port:
        answers = drive(port, [Asking(0.0, "read", ASKED)] * many)
    assert all(one.took >= pause for one in answers)
    assert max(one.took for one in answers) < pause * many


def test_a_time_runs_from_when_the_request_was_due_and_not_from_when_it_left() -> None:
    late = 0.4
    with serving(OK, OK) as port:
        answers = drive(port, [Asking(-late, "read", ASKED), Asking(0.0, "read", ASKED)])
    assert answers[0].left >= late - 0.2
    assert all(one.took >= one.left for one in answers)
