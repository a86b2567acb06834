"""What Prometheus reads of a service on a port of operations: its pool, its jobs, its change log, its feeds, its keys.

Measured when somebody asks, so that nobody who does not look pays for it. No label is personal or unbounded.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.errors import Failure
from shared.feed import FeedReader
from shared.jobs import Jobs
from shared.web.context import Service

WITHIN_SECONDS = 2.0

Read = Callable[[], Awaitable[bytes]]


def metrics_app(read: Read) -> Starlette:
    """`GET /metrics` and nothing else."""

    async def metrics(_request: Request) -> Response:
        return Response(await read(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", metrics)])


def as_text(families: Sequence[Metric], *collectors: Collector) -> bytes:
    """The form that Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(_Given(families))
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)


def gauge(name: str, says: str, labels: Sequence[str], *samples: tuple[Sequence[str], float]) -> Metric:
    """A family of `samples`: label values, and the value."""
    family = GaugeMetricFamily(f"bashan_{name}", says, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def dropped_spans(service: str, number: int) -> Metric:
    family = CounterMetricFamily("bashan_trace_spans_dropped", "Spans that no collector took.", labels=("service",))
    family.add_metric((service,), number)
    return family


class ServiceMetrics:
    """`feeds` by the sibling they read, `secrets_dir` for the age of the keys; `own`: what only this service counts."""

    def __init__(
        self,
        service: Service,
        jobs: Jobs,
        feeds: Mapping[str, FeedReader],
        secrets_dir: Path,
        own: Sequence[Collector] = (),
    ) -> None:
        self._service = service
        self._jobs = jobs
        self._feeds = feeds
        self._secrets_dir = secrets_dir
        self._own = own

    async def read(self) -> bytes:
        """Where the database does not answer, what it would have said is missing and `bashan_database_answers` is 0."""
        return as_text([*self._of_process(), *await self._of_database()], *self._own)

    def _of_process(self) -> Iterator[Metric]:
        own = self._service.name
        used, open_ = self._service.database.connections()
        states = (((own, "used"), used), ((own, "open"), open_))
        yield gauge("database_connections", "Connections of the service's pool.", ("service", "state"), *states)
        yield dropped_spans(own, self._service.traces.dropped if self._service.traces is not None else 0)
        behind = (((own, source), feed.seconds_behind()) for source, feed in self._feeds.items())
        yield gauge("feed_behind_seconds", "Since a log was read to its end.", ("service", "source"), *behind)
        files = (file for file in self._secrets_dir.glob("*key*") if file.is_file())
        ages = (((own, file.name), _age(file)) for file in files)
        yield gauge("key_age_seconds", "Since a key file was last written.", ("service", "file"), *ages)

    async def _of_database(self) -> list[Metric]:
        own = (self._service.name,)
        found: list[Metric] = []
        try:
            async with asyncio.timeout(WITHIN_SECONDS), self._service.database.transaction() as connection:
                held = await self._service.change_log.oldest_unread_at(connection)
                since = (self._service.clock.now() - held).total_seconds() if held else 0.0
                states = await self._jobs.standing(connection)
        except (Failure, OSError, TimeoutError):
            return [gauge("database_answers", "1 when the database answers.", ("service",), (own, 0))]
        found.append(gauge("database_answers", "1 when the database answers.", ("service",), (own, 1)))
        held_for = (own, max(since, 0.0))
        found.append(gauge("change_log_held_seconds", "An open write has held the log back.", ("service",), held_for))
        counted = (((*own, state), count) for state, (count, _) in states.items())
        found.append(gauge("jobs", "Jobs by state.", ("service", "state"), *counted))
        oldest = (((*own, state), seconds) for state, (_, seconds) in states.items())
        found.append(gauge("jobs_oldest_seconds", "Age of the oldest job.", ("service", "state"), *oldest))
        return found


class _Given(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _age(file: Path) -> float:
    return max(time.time() - file.stat().st_mtime, 0.0)
