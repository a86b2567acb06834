"""P2: a bank's query through gateway and credit service, with consent and a durable log, against the usual stack."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from bashan.embedded_postgres import EmbeddedPostgres
from bench.harness import Options, Outcome, Side, alternate, ratio
from bench.load import load
from bench.processes import Running, free_port, python, running
from bench.references import DATABASE, KEYS, UPSTREAM
from bench.requests import grade_queries
from bench.servers.prefecture import Filled, filled
from bench.servers.product import Tokens, product


class GradeQuery:
    id = "P2"
    title = "a bank's single grade query, a random household of the prefecture, 64 connections, two processes"
    target = "ours ÷ usual stack ≥ 8 in requests a second"

    def run(self, options: Options) -> Outcome:
        return _measured(filled(options.households), options)


@contextlib.contextmanager
def usual_stack(folder: Path) -> Iterator[tuple[int, Running]]:
    """FastAPI, python-jose and httpx before FastAPI and the ORM, on the same database server."""
    url = EmbeddedPostgres(folder)
    url.start()
    service, gateway = free_port(), free_port()
    os.environ[DATABASE] = url.url("credit")
    os.environ[KEYS] = str(folder / "secrets" / "token-keys.json")
    os.environ[UPSTREAM] = f"http://127.0.0.1:{service}"
    try:
        with (
            running(python("bench.references.usual_service", "--port", str(service)), port=service),
            running(python("bench.references.usual_gateway", "--port", str(gateway)), port=gateway) as front,
        ):
            yield gateway, front
    finally:
        url.stop()


def _measured(at: Filled, options: Options) -> Outcome:
    requests = grade_queries(Tokens(at.folder).of_bank(500), at.copies)
    with product(at.folder, "--processes") as ours, usual_stack(at.folder) as (usual_port, front):
        sides = [
            Side("usual stack (reference)", lambda: load(usual_port, requests, options.seconds, front)),
            Side("ours", lambda: load(ours.port, requests, options.seconds, Running(ours.pid))),
        ]
        alternate(sides, options)
    reference, mine = sides
    return Outcome(
        lines=[side.line() for side in sides],
        ratios=[
            ratio("requests a second", mine, reference, lambda one: one.per_second, at_least=8.0),
            ratio("p99", mine, reference, lambda one: one.p99_ms),
        ],
        notes=[
            f"{at.households:,} households.",
            "The usual stack (bench/references/) checks no consent and keeps no log.",
            "Ours opens and caches ES256 tokens, checks consent, and answers once the log row is on the disk.",
            "CPU µs is the gateway's, children included: for ours all four services, for the usual stack its gateway.",
        ],
    )
