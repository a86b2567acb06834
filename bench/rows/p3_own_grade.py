"""P3: a household reads its own grade with the explanation: two processes against the usual stack, one process against
raw ASGI with gathered reads of the same bytes."""

import contextlib
import os
import random
from collections.abc import Iterator

from bashan.embedded_postgres import EmbeddedPostgres
from bench.harness import Options, Outcome, Reading, Side, alternate, ratio
from bench.load import Request, load
from bench.processes import Running, free_port, python, running
from bench.references import ANSWER, DATABASE
from bench.requests import grade_queries
from bench.rows.lookups import body_of
from bench.rows.p2_grade_query import usual_stack
from bench.servers.prefecture import Filled, filled
from bench.servers.product import Tokens, household, product

READERS = 500


class OwnGrade:
    id = "P3"
    title = f"a household's own grade with its explanation, {READERS} households, 64 connections"
    target = "two processes ÷ usual stack ≥ 20; one process ÷ (raw ASGI + gathered + orjson of the same bytes) ≥ 0.5"

    def run(self, options: Options) -> Outcome:
        at = filled(options.households)
        requests = own_grades(at, READERS)
        usual, two = _two_processes(at, requests, options)
        raw, one = _one_process(at, requests, options)
        return Outcome(
            lines=[side.line() for side in (usual, two, raw, one)],
            ratios=[
                ratio("two processes ÷ usual stack, requests a second", two, usual, _speed, at_least=20.0),
                ratio("one process ÷ raw ASGI, requests a second", one, raw, _speed, at_least=0.5),
            ],
            notes=[
                f"{at.households:,} households; ours opens an ES256 token for each household.",
                "The usual stack looks a grade up by its key and explains nothing.",
                "Raw ASGI checks no token, reads one row and repeats the explanation's other bytes from memory.",
                "Ours decides who may see, reads what the explanation follows from, worked out once for what was read.",
            ],
        )


def own_grades(at: Filled, readers: int, seed: int = 3) -> list[Request]:
    """One request for each of so many households, with its own token."""
    tokens, chance = Tokens(at.folder), random.Random(seed)
    asked = [household(chance.randrange(at.copies)) for _ in range(readers)]
    return [
        Request(f"/v1/credit/households/{one}/explanation", {"Authorization": f"Bearer {tokens.of_household(one)}"})
        for one in asked
    ]


def _speed(reading: Reading) -> float:
    return reading.per_second


def _two_processes(at: Filled, requests: list[Request], options: Options) -> tuple[Side, Side]:
    queries = grade_queries(Tokens(at.folder).of_bank(READERS), at.copies)
    with product(at.folder, "--processes") as ours, usual_stack(at.folder) as (port, front):
        usual = Side("usual stack (reference)", lambda: load(port, queries, options.seconds, front))
        two = Side("ours, two processes", lambda: load(ours.port, requests, options.seconds, Running(ours.pid)))
        alternate([usual, two], options, allowance=options.allowance.share(0.5))
    return usual, two


def _one_process(at: Filled, requests: list[Request], options: Options) -> tuple[Side, Side]:
    with product(at.folder) as ours, _raw(at, ours.port, requests[0]) as (port, process):
        raw = Side("raw ASGI (reference)", lambda: load(port, requests, options.seconds, process))
        one = Side("ours, one process", lambda: load(ours.port, requests, options.seconds, Running(ours.pid)))
        alternate([raw, one], options)
    return raw, one


@contextlib.contextmanager
def _raw(at: Filled, port_of_ours: int, sample: Request) -> Iterator[tuple[int, Running]]:
    """The reference answers with the bytes that ours gives for one household."""
    document = at.folder / "explanation.json"
    document.write_bytes(body_of(port_of_ours, sample))
    server = EmbeddedPostgres(at.folder)
    server.start()
    port = free_port()
    os.environ[DATABASE], os.environ[ANSWER] = server.url("credit"), str(document)
    try:
        with running(python("bench.references.raw_asgi", "--port", str(port)), port=port) as process:
            yield port, process
    finally:
        server.stop()
