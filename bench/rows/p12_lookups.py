"""P12: name search, caseload, summary and the other look-ups of a day, one at a time, at the size of a prefecture."""

from bench.harness import Options, Outcome, alternate, bound
from bench.rows.lookups import KINDS, sides_of
from bench.servers.prefecture import filled
from bench.servers.product import product

MOST_MS = {"search": 100.0}
MOST_MS_OF_READS = 30.0


class Lookups:
    id = "P12"
    title = "name search, caseload, summary and the other look-ups, one connection, through the gateway"
    target = "median of a search ≤ 100 ms, of every other ≤ 30 ms, no error"

    def run(self, options: Options) -> Outcome:
        at = filled(options.households)
        with product(at.folder, "--processes") as ours:
            sides = sides_of(at, ours, 20 if options.quick else 100)
            alternate(list(sides.values()), options, most=3)
        return Outcome(
            lines=[side.line() for side in sides.values()],
            ratios=[
                bound("errors", [sum(one.errors for side in sides.values() for one in side.readings)], 0),
                *(
                    bound(
                        f"p50 of {kind}, ms",
                        [one.p50_ms for one in sides[kind].readings],
                        MOST_MS.get(kind, MOST_MS_OF_READS),
                    )
                    for kind in KINDS
                ),
            ],
            notes=[
                "A search is for the first two characters of a name in a whole county; a summary is of a township.",
                "CPU µs is that of the product's processes without the database.",
            ],
        )
