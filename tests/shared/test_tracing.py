"""One trace through the gateway and the services; a collector that takes nothing costs no request its time (R38)."""

import contextlib
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.gateway.clients.asgi_upstream import AsgiUpstream
from shared import tracing
from shared.tracing import Traces, open_traces, tell_sibling
from shared.web.metrics import as_text, dropped_spans
from shared.web.request_id import RequestIds
from shared.web.traced import TracedRequests
from tests.builders.front import TOKEN, ask, front, serving

PATH = "/v1/households/0198c0de-0000-7000-8000-00000000beef"
STRANGER = "00-11111111111111111111111111111111-2222222222222222-01"


class Collector:
    """Takes OTLP over HTTP; `spans` by the service that sent them."""

    def __init__(self) -> None:
        self.spans: dict[str, list[Any]] = {}
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.take(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """It is a test's."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, body: bytes) -> None:
        self.raw += body
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
            name = next(one.value.string_value for one in sent.resource.attributes if one.key == "service.name")
            self.spans.setdefault(name, []).extend(span for scope in sent.scope_spans for span in scope.spans)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.close()


def opened(service: str, url: str, share: float = 1.0) -> Traces:
    traces = open_traces(service, url, share)
    assert traces is not None
    return traces


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def service(traces: Traces, sibling: Any = None) -> Any:
    """A service as `service_app` builds it, which asks a sibling if it has one."""

    async def household(_request: Request) -> Response:
        if sibling is not None:
            transport = httpx.ASGITransport(sibling)
            hooks = {"request": [tell_sibling]}
            async with httpx.AsyncClient(transport=transport, base_url="http://cadres", event_hooks=hooks) as client:
                await client.get("/internal/changes")
        return PlainTextResponse("ok")

    async def changes(_request: Request) -> Response:
        return PlainTextResponse("away", 503)

    routes = [Route("/v1/households/{id}", household), Route("/internal/changes", changes)]
    return TracedRequests(RequestIds(Starlette(routes=routes)), traces)


async def test_gateway_service_and_sibling_are_one_trace_that_names_nobody(collector: Collector) -> None:
    traces = {name: opened(name, collector.url) for name in ("gateway", "households", "cadres")}
    upstream = AsgiUpstream("households", service(traces["households"], service(traces["cadres"])))
    with serving(front(upstream, traces=traces["gateway"])) as port:
        headers = {"traceparent": STRANGER, "tracestate": "a=b"}
        answer = await ask(port, f"{PATH}?name=LiJianguo", headers=headers)
    assert answer.status == 200
    for one in traces.values():
        one.close()
    ((gateway,), (households,), (cadres,)) = (collector.spans[f"bashan-{name}"] for name in traces)
    assert gateway.trace_id == households.trace_id == cadres.trace_id != bytes.fromhex("11" * 16)
    assert gateway.parent_span_id == b"", "callers do not decide what we record"
    assert {gateway.trace_state, households.trace_state} == {""}
    assert (households.parent_span_id, cadres.parent_span_id) == (gateway.span_id, households.span_id)
    assert [gateway.name, households.name] == ["GET /v1/households/{id}"] * 2
    request_id = answer.headers["x-request-id"]
    assert attributes(gateway) == {
        "http.request.method": "GET",
        "http.route": "/v1/households/{id}",
        "http.response.status_code": 200,
        "bashan.request_id": request_id,
    }
    assert attributes(households)["bashan.request_id"] == request_id
    assert (attributes(cadres)["http.response.status_code"], cadres.status.code) == (503, 2)
    for canary in (b"beef", b"LiJianguo", TOKEN.encode()):
        assert canary not in collector.raw


async def test_where_the_share_is_nought_nothing_is_sent_by_anybody(collector: Collector) -> None:
    gateway, households = opened("gateway", collector.url, 0.0), opened("households", collector.url, 1.0)
    with serving(front(AsgiUpstream("households", service(households)), traces=gateway)) as port:
        for _ in range(5):
            assert (await ask(port, PATH, headers={"traceparent": STRANGER})).status == 200
    for one in (gateway, households):
        one.close()
    assert collector.spans == {}


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1/traces"


async def test_a_collector_that_takes_nothing_costs_spans_and_no_request_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracing, "MOST_WAITING", 50)
    monkeypatch.setattr(tracing, "MOST_IN_BATCH", 10)
    monkeypatch.setattr(tracing, "EXPORT_WITHIN_SECONDS", 1.0)
    monkeypatch.setattr(tracing, "GATHER_SECONDS", 0.05)
    seconds: dict[str, list[float]] = {"without": [], "black hole": []}
    with black_hole() as url:
        traces = opened("gateway", url)
        households = service(opened("households", url, 0.0))
        fronts = {
            "without": front(AsgiUpstream("households", households)),
            "black hole": front(AsgiUpstream("households", households), traces=traces),
        }
        for _ in range(5):
            for name, app in fronts.items():
                with serving(app) as port:
                    seconds[name] += [await timed(port) for _ in range(60)]
        assert traces.dropped > 0, "what does not fit is counted at once"
        assert traces.dropped >= 300 - 50 - 10 * 10
        began = time.monotonic()
        traces.close()
        assert time.monotonic() - began < 5
    without, with_it = (statistics.median(times) for times in seconds.values())
    print(f"median {without * 1e3:.2f} ms without, {with_it * 1e3:.2f} ms before a black hole")
    assert max(seconds["black hole"]) < 1.0, "nobody waits for the collector"
    assert with_it < without + 0.002
    told = as_text([dropped_spans("gateway", traces.dropped)]).decode()
    assert f'bashan_trace_spans_dropped_total{{service="gateway"}} {float(traces.dropped)}' in told


async def timed(port: int) -> float:
    began = time.perf_counter()
    assert (await ask(port, PATH)).status == 200
    return time.perf_counter() - began


def test_without_a_collector_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, services.gateway.main, services.households.main, services.credit.main, services.cadres.main;"
        "from shared.tracing import open_traces; assert open_traces('credit', '', 1.0) is None;"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
