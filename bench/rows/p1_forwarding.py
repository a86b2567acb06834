"""P1: forwarding with token check, policy, limits, request ids and metrics on, against nginx that only forwards."""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from bench.harness import Options, Outcome, Reading, Side, alternate, ratio
from bench.load import CONNECTIONS, Request, load, scratch
from bench.processes import Running, free_port, python, running
from bench.references import nginx
from bench.servers.json_upstream import ANSWER
from bench.servers.tokens import make_tokens, write_keys

HOUSEHOLD = "/v1/households/0190a0b0-0000-7000-8000-000000000001"


class Forwarding:
    id = "P1"
    title = f"forwarding about 600 bytes of JSON, {CONNECTIONS} connections, tokens of 500 users, against nginx plain"
    target = "ours ÷ nginx ≥ 1.0 in requests a second, p99 not above nginx's"

    def run(self, options: Options) -> Outcome:
        if shutil.which("nginx") is None:
            return Outcome(skipped="nginx is not installed (Debian: apt-get install nginx wrk)")
        folder = scratch()
        try:
            return _measured(folder, options)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, options: Options) -> Outcome:
    signer = write_keys(folder)
    requests = [Request(HOUSEHOLD, {"Authorization": f"Bearer {token}"}) for token in make_tokens(signer)]

    def measure(port: int, process: Running) -> Callable[[], Reading]:
        return lambda: load(port, requests, options.seconds, process)

    with contextlib.ExitStack() as stack:

        def start(command: list[str], port: int) -> Running:
            return stack.enter_context(running(command, port=port))

        def ours(upstream: str) -> tuple[int, Running]:
            port = free_port()
            arguments = ("--port", str(port), "--upstream", upstream, "--keys", str(folder))
            return port, start(python("bench.servers.forwarder", *arguments), port)

        def proxy(upstream: int) -> tuple[int, Running]:
            port = free_port()
            return port, start(nginx.proxy(folder, port, f"127.0.0.1:{upstream}"), port)

        fastapi, quick = free_port(), free_port()
        path = folder / "service.sock"
        service = start(python("bench.servers.json_upstream", "--port", str(fastapi)), fastapi)
        stack.enter_context(running(python("bench.servers.json_upstream", "--path", str(path)), path=path))
        start(nginx.instant(folder, quick, json.dumps(ANSWER, ensure_ascii=False, separators=(",", ":"))), quick)
        reference = Side("nginx → FastAPI (reference)", measure(*proxy(fastapi)))
        gateway = Side("ours → FastAPI", measure(*ours(f"http://127.0.0.1:{fastapi}")))
        alone = Side("FastAPI alone", measure(fastapi, service))
        by_path = Side("ours → FastAPI by unix socket", measure(*ours(f"unix:{path}")))
        quick_reference = Side("nginx → instant upstream", measure(*proxy(quick)))
        quick_gateway = Side("ours → instant upstream", measure(*ours(f"http://127.0.0.1:{quick}")))
        sides = [reference, gateway, alone, by_path, quick_reference, quick_gateway]
        alternate(sides, options)
    return Outcome(
        lines=[side.line() for side in sides],
        ratios=[
            ratio("requests a second", gateway, reference, lambda one: one.per_second, at_least=1.0),
            ratio("p99", gateway, reference, lambda one: one.p99_ms, at_most=1.0),
            ratio("p50", gateway, reference, lambda one: one.p50_ms),
            ratio("CPU of the front", gateway, reference, lambda one: one.cpu_us),
            ratio("ours ÷ FastAPI alone, requests a second", gateway, alone, lambda one: one.per_second),
            ratio("instant upstream, requests a second", quick_gateway, quick_reference, lambda one: one.per_second),
        ],
        notes=[
            "CPU µs is processor time a request of the measured process, of the service itself for FastAPI alone.",
            "nginx checks nothing and logs nothing.",
            "Ours opens ES256 tokens through the product's cache and policy table, with limits, ids and metrics.",
        ],
    )
