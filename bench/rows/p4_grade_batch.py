"""P4: a bank asks for a thousand grades at once; each is checked for consent and logged."""

from dataclasses import replace

from bench.harness import Options, Outcome, Reading, Side, alternate, bound, ratio
from bench.load import load
from bench.processes import Running
from bench.requests import grade_queries
from bench.rows.p2_grade_query import usual_stack
from bench.servers.prefecture import filled
from bench.servers.product import Tokens, product

AT_ONCE, BODIES, CONNECTIONS = 1000, 20, 4
MOST_SECONDS_A_MILLION = 50.0


class GradeBatch:
    id = "P4"
    title = f"{AT_ONCE:,} grades in one query, consent-checked and logged, {CONNECTIONS} connections"
    target = "≥ 20,000 grades a second: a million grades in ≤ 50 s"

    def run(self, options: Options) -> Outcome:
        at = filled(options.households)
        requests = grade_queries(Tokens(at.folder).of_bank(BODIES), at.copies, BODIES, AT_ONCE)

        def measure(port: int, process: Running) -> Reading:
            found = load(port, requests, options.seconds, process, CONNECTIONS)
            return replace(found, per_second=found.per_second * AT_ONCE, cpu_us=found.cpu_us / AT_ONCE)

        with product(at.folder, "--processes") as ours, usual_stack(at.folder) as (port, front):
            usual = Side("usual stack (reference), grades", lambda: measure(port, front))
            mine = Side("ours, grades", lambda: measure(ours.port, Running(ours.pid)))
            sides = [usual, mine]
            alternate(sides, options, most=5)
        seconds = [1e6 / max(reading.per_second, 1e-9) for reading in mine.readings]
        return Outcome(
            lines=[side.line() for side in sides],
            ratios=[
                bound("seconds for a million grades", seconds, MOST_SECONDS_A_MILLION, unit="s"),
                ratio("grades a second, over the usual stack", mine, usual, lambda one: one.per_second),
            ],
            notes=[f"{at.households:,} households; req/s are grades a second, p50 and p99 those of a whole batch."],
        )
