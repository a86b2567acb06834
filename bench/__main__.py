"""`python -m bench`: measure the rows of the performance targets and write bench/RESULTS.md and bench/results.json."""

import argparse
import sys

from bench.harness import Options
from bench.load import generator
from bench.report import TABLE, machine, record, write
from bench.rows import ROWS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, for a look; the ratios are rougher")
    parser.add_argument("--only", action="append", metavar="ROW", help="measure this row, such as P1; repeatable")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="for a quiet machine, in all")
    options = parser.parse_args()
    wanted = {name.upper() for name in options.only or ()}
    unknown = wanted - {row.id for row in ROWS}
    if unknown:
        known = ", ".join(row.id for row in ROWS)
        print(f"no row {', '.join(sorted(unknown))}; there are {known}", file=sys.stderr)
        return 2
    how = Options(2.0, 3, options.wait) if options.quick else Options(wait=options.wait)
    print(f"{machine()}\nload by {generator()}; {how.rounds} rounds of {how.seconds:g} s")
    results = {}
    missed = False
    for row in ROWS:
        if wanted and row.id not in wanted:
            continue
        print(f"{row.id}: {row.title}\n  target: {row.target}")
        outcome = row.run(how)
        results[row.id] = record(row, outcome, how)
        if outcome.skipped:
            print(f"  skipped: {outcome.skipped}")
        for ratio in outcome.ratios:
            missed = missed or not ratio.met
            verdict = ("met" if ratio.met else "MISSED") if ratio.target else ""
            print(
                f"  {ratio.name}: {ratio.value:.2f} ({ratio.low:.2f} – {ratio.high:.2f}) {ratio.target} {verdict}"
                + ("" if ratio.quiet else " (disturbed by others)")
            )
    write(results)
    print(f"written: {TABLE.relative_to(TABLE.parent.parent)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
