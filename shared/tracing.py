"""Traces: what a request did on its way through the services, for whoever looks for where its time went.

Off unless a collector is named (`traces_endpoint`, OTLP over HTTP); then nothing of OpenTelemetry's SDK is even
imported. A share of the requests is traced. A span holds the route's template, the method, the status, the request id
and times: no path, no query, no body, nobody's name.

The SDK's own batch processor drops spans without counting them, so ours hands batches to the exporter: its queue is
bounded, a collector that takes nothing costs spans, which are counted, and no request its time.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

MOST_WAITING = 2048
MOST_IN_BATCH = 512
GATHER_SECONDS = 1.0
EXPORT_WITHIN_SECONDS = 5.0

log = structlog.get_logger("tracing")


class Traces:
    """`dropped` counts spans that no collector took."""

    def __init__(self, service: str, share: float, exporter: "SpanExporter") -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._outbox = _Outbox(exporter)
        resource = Resource({"service.name": f"bashan-{service}"})
        provider = TracerProvider(ParentBasedTraceIdRatio(share), resource, shutdown_on_exit=False)
        provider.add_span_processor(_processor(self._outbox))
        self._tracer = provider.get_tracer("bashan")
        self._propagator = TraceContextTextMapPropagator()

    @property
    def dropped(self) -> int:
        return self._outbox.dropped

    def begin(self, method: str) -> "Span":
        """A request from outside, whatever it says of a trace of its own: callers do not decide what we record."""
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind

        return self._tracer.start_span(method, context=Context(), kind=SpanKind.SERVER)

    def begin_within(self, method: str, headers: Mapping[str, str]) -> "Span":
        """A request from a sibling, within the trace that its headers name."""
        from opentelemetry.trace import SpanKind

        return self._tracer.start_span(method, context=self._propagator.extract(headers), kind=SpanKind.SERVER)

    def close(self) -> None:
        """What is left is sent; a collector that takes nothing is waited for no longer than two seconds."""
        self._outbox.close()


def open_traces(service: str, endpoint: str, share: float) -> Traces | None:
    """None where no collector is named."""
    if not endpoint:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    # Its every failure would be a line; ours say once that it began and once that it ended.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    return Traces(service, share, OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_WITHIN_SECONDS))


def end_span(span: "Span", method: str, route: str, status: int, request_id: str) -> None:
    """Names the span by its route; only then is it known."""
    if span.is_recording():
        span.update_name(f"{method} {route}".strip())
        span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "bashan.request_id": request_id,
            }
        )
        if status >= 500:
            from opentelemetry.trace import Status, StatusCode

            span.set_status(Status(StatusCode.ERROR))
    span.end()


def trace_header(span: "Span") -> bytes:
    """`traceparent` (W3C Trace Context) for the next service."""
    context = span.get_span_context()
    return b"00-%032x-%016x-%02x" % (context.trace_id, context.span_id, context.trace_flags)


@contextmanager
def current(span: "Span") -> Iterator[None]:
    """What this task calls meanwhile belongs to the span."""
    from opentelemetry import context, trace

    token = context.attach(trace.set_span_in_context(span))
    try:
        yield
    finally:
        context.detach(token)


async def tell_sibling(request: Any) -> None:
    """An httpx hook: the request to a sibling belongs to the span of the task, if there is one."""
    from opentelemetry import trace

    span = trace.get_current_span()
    if span.get_span_context().is_valid:
        request.headers["traceparent"] = trace_header(span).decode("ascii")


class _Outbox:
    """Spans that wait, and the thread that sends them."""

    def __init__(self, exporter: "SpanExporter") -> None:
        self._exporter = exporter
        self._waiting: queue.Queue[ReadableSpan | None] = queue.Queue(MOST_WAITING)
        self._taken = True
        self.dropped = 0
        self._sender = threading.Thread(target=self._send_batches, name="traces", daemon=True)
        self._sender.start()

    def put(self, span: "ReadableSpan") -> None:
        try:
            self._waiting.put_nowait(span)
        except queue.Full:
            self.dropped += 1

    def close(self, patience: float = 2.0) -> None:
        try:
            self._waiting.put(None, timeout=patience)
        except queue.Full:
            return
        self._sender.join(patience)

    def _send_batches(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, until = [first], time.monotonic() + GATHER_SECONDS
            ended = False
            while not ended and len(batch) < MOST_IN_BATCH and (left := until - time.monotonic()) > 0:
                try:
                    span = self._waiting.get(timeout=left)
                except queue.Empty:
                    break
                ended = span is None
                batch += [span] if span is not None else []
            self._send(batch)
            if ended:
                return

    def _send(self, batch: "list[ReadableSpan]") -> None:
        from opentelemetry.sdk.trace.export import SpanExportResult

        try:
            taken = self._exporter.export(batch) is SpanExportResult.SUCCESS
        except Exception:  # noqa: BLE001 - whatever an exporter raises, the spans are lost and the service goes on
            taken = False
        self.dropped += 0 if taken else len(batch)
        if taken != self._taken:
            self._taken = taken
            (log.info if taken else log.warning)("traces_taken_again" if taken else "traces_not_taken")


def _processor(outbox: _Outbox) -> Any:
    from opentelemetry.sdk.trace import SpanProcessor

    class ToOutbox(SpanProcessor):
        """Spans that have ended and were chosen go to the outbox."""

        def on_end(self, span: "ReadableSpan") -> None:
            context = span.get_span_context()
            if context is not None and context.trace_flags.sampled:
                outbox.put(span)

    return ToOutbox()
