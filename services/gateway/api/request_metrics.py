"""Counts and times of requests for Prometheus, cheap enough for every request.

Observing adds to plain numbers (about a microsecond); the Prometheus form is made when somebody asks for it.
"""

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LABELS = ("template", "method", "status")


class _Series:
    __slots__ = ("buckets", "bytes_out", "seconds", "seconds_upstream")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.seconds_upstream = 0.0
        self.bytes_out = 0


class RequestMetrics(Collector):
    """Give `observe` to the Forwarder and the object to a `CollectorRegistry`.

    Labels are the policy's template (empty where no row matched), the method (`OTHER` for unheard-of ones) and the
    status, so that nothing personal and nothing unbounded becomes a label.
    """

    _METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})

    def __init__(self) -> None:
        self._series: dict[tuple[str, str, int], _Series] = {}

    def observe(
        self,
        template: str,
        method: str,
        status: int,
        seconds: float,
        seconds_upstream: float,
        bytes_out: int,
    ) -> None:
        """One finished request; times in seconds, the upstream's part included in the whole."""
        key = (template, method, status)
        series = self._series.get(key)
        if series is None:
            key = (template, method if method in self._METHODS else "OTHER", status)
            series = self._series.setdefault(key, _Series())
        series.buckets[bisect_left(BOUNDS, seconds)] += 1
        series.seconds += seconds
        series.seconds_upstream += seconds_upstream
        series.bytes_out += bytes_out

    def collect(self) -> Iterator[Metric]:
        took = HistogramMetricFamily("bashan_gateway_request_seconds", "Seconds a request took.", labels=LABELS)
        upstream = CounterMetricFamily(
            "bashan_gateway_upstream_seconds", "Seconds spent waiting for upstreams.", labels=LABELS
        )
        sent = CounterMetricFamily("bashan_gateway_bytes_out", "Bytes of answers' bodies.", labels=LABELS)
        for (template, method, status), series in list(self._series.items()):
            labels = (template, method, str(status))
            took.add_metric(labels, _cumulative(series.buckets), series.seconds)
            upstream.add_metric(labels, series.seconds_upstream)
            sent.add_metric(labels, series.bytes_out)
        yield from (took, upstream, sent)


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    total = 0
    steps = []
    for bound, count in zip((*BOUNDS, float("inf")), buckets, strict=True):
        total += count
        steps.append(("+Inf" if bound == float("inf") else str(bound), float(total)))
    return steps
