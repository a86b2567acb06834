"""The look-ups of a working day one by one: a connection, its requests in turn, how long each took."""

import http.client
import time
from collections.abc import Callable
from itertools import islice

from bench.harness import Reading, Side
from bench.load import Request
from bench.open_loop import percentile
from bench.processes import Running, Window
from bench.requests import streams
from bench.servers.prefecture import Filled
from bench.servers.product import Product

KINDS = ("record", "list", "search", "caseload", "summary", "notice", "explanation", "grade query")


def sides_of(at: Filled, ours: Product, count: int) -> dict[str, Side]:
    """A side for each kind of look-up; a run of it is `count` requests."""
    asked = streams(at)
    return {
        kind: Side(f"{kind}, {at.households:,} households", _measuring(ours, list(islice(asked[kind], count))))
        for kind in KINDS
    }


def _measuring(ours: Product, requests: list[Request]) -> Callable[[], Reading]:
    return lambda: one_by_one(ours, requests)


def one_by_one(ours: Product, requests: list[Request]) -> Reading:
    window, process = Window(), Running(ours.pid)
    before, began = process.cpu_seconds(), time.perf_counter()
    took, errors = [], 0
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=30)
    for one in requests:
        sent = time.perf_counter()
        connection.request(one.method, one.path, one.body.encode() or None, one.headers)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - sent) * 1000)
        errors += answer.status >= 300
    connection.close()
    elapsed = time.perf_counter() - began
    cpu = (process.cpu_seconds() - before) / len(requests) * 1e6
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    return Reading(len(requests) / elapsed, p50, p99, cpu, errors, window.others())


def body_of(port: int, one: Request) -> bytes:
    """What one request is answered with. Raises RuntimeError when that is no 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(one.method, one.path, one.body.encode() or None, one.headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{one.path} answered {answer.status}: {body[:300]!r}")
    return body
