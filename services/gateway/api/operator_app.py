"""What operations read on a port of their own: metrics, and which part of the whole is not ready.

Never reachable by callers; the port is bound to the machine itself unless a setting says otherwise (checks S66).
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.gateway.api.request_metrics import RequestMetrics
from services.gateway.clients.upstream import Upstream
from shared.web.metrics import Read

Parts = Callable[[], Awaitable[Mapping[str, bool]]]


class UpstreamMetrics(Collector):
    """How the ways to the services are: requests under way, breakers that are open, log lines that were lost."""

    def __init__(self, upstreams: Mapping[str, Upstream], lines_dropped: Callable[[], int]) -> None:
        self._upstreams = upstreams
        self._lines_dropped = lines_dropped

    def collect(self) -> Iterator[Metric]:
        busy = GaugeMetricFamily("bashan_gateway_upstream_busy", "Requests under way.", labels=("service",))
        shut = GaugeMetricFamily("bashan_gateway_breakers_open", "Replicas that are not asked.", labels=("service",))
        for name, upstream in self._upstreams.items():
            state = upstream.describe()
            replicas = state.get("replicas", [])
            busy.add_metric((name,), state.get("busy", sum(replica["busy"] for replica in replicas)))
            shut.add_metric((name,), sum(replica["breaker"] != "closed" for replica in replicas))
        dropped = CounterMetricFamily("bashan_gateway_log_lines_dropped", "Access log lines that no sink took.")
        dropped.add_metric((), self._lines_dropped())
        yield from (busy, shut, dropped)


def operator_app(requests: RequestMetrics, upstreams: UpstreamMetrics, as_a_service: Read, parts: Parts) -> FastAPI:
    """`as_a_service`: what every service tells of itself. `parts`: what has to be there for the whole to be ready, and
    whether it is."""
    registry = CollectorRegistry()
    registry.register(requests)
    registry.register(upstreams)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry) + await as_a_service(), media_type=CONTENT_TYPE_LATEST)

    @app.get("/readyz")
    async def ready(response: Response) -> Mapping[str, bool]:
        found = await parts()
        response.status_code = 200 if all(found.values()) else 503
        return found

    return app
