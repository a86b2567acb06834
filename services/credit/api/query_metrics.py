"""How many grades did banks ask for, and how many were refused for want of a consent? For Prometheus.

Neither the bank nor the household is a label: who asked whom stands in the log of queries.
"""

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


class QueryMetrics(Collector):
    """`bashan_grade_queries_total` by status, of this process; `answered` is read when somebody asks."""

    def __init__(self, answered: Mapping[str, int]) -> None:
        self._answered = answered

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "bashan_grade_queries", "Grades that banks asked for.", labels=("service", "status")
        )
        for status in ("ok", "refused"):
            family.add_metric(("credit", status), self._answered.get(status, 0))
        yield family
