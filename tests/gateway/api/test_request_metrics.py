"""Request metrics in the form that Prometheus reads."""

from prometheus_client import CollectorRegistry, generate_latest

from services.gateway.api.request_metrics import RequestMetrics


def exposed(metrics: RequestMetrics) -> list[str]:
    registry = CollectorRegistry()
    registry.register(metrics)
    return [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]


LABELS = 'method="GET",status="200",template="/v1/households/{id}"'


def test_requests_fall_into_buckets_and_add_up() -> None:
    metrics = RequestMetrics()
    for seconds in (0.0005, 0.003, 0.003, 60.0):
        metrics.observe("/v1/households/{id}", "GET", 200, seconds, seconds / 2, 588)
    lines = exposed(metrics)
    assert f'bashan_gateway_request_seconds_bucket{{le="0.001",{LABELS}}} 1.0' in lines
    assert f'bashan_gateway_request_seconds_bucket{{le="0.005",{LABELS}}} 3.0' in lines
    assert f'bashan_gateway_request_seconds_bucket{{le="10.0",{LABELS}}} 3.0' in lines
    assert f'bashan_gateway_request_seconds_bucket{{le="+Inf",{LABELS}}} 4.0' in lines
    assert f"bashan_gateway_request_seconds_count{{{LABELS}}} 4.0" in lines
    assert f"bashan_gateway_bytes_out_total{{{LABELS}}} 2352.0" in lines


def test_a_bound_belongs_to_its_bucket() -> None:
    metrics = RequestMetrics()
    metrics.observe("/v1/households/{id}", "GET", 200, 0.001, 0.0, 0)
    assert f'bashan_gateway_request_seconds_bucket{{le="0.001",{LABELS}}} 1.0' in exposed(metrics)


def test_invented_methods_do_not_make_new_series() -> None:
    metrics = RequestMetrics()
    for method in ("PROPFIND", "MKCOL", "LOCK"):
        metrics.observe("", method, 404, 0.001, 0.0, 10)
    counts = [line for line in exposed(metrics) if line.startswith("bashan_gateway_request_seconds_count")]
    assert counts == ['bashan_gateway_request_seconds_count{method="OTHER",status="404",template=""} 3.0']
