"""`python -m bench`: measure the rows of the performance targets and write bench/RESULTS.md and bench/results.json."""

import argparse
import sys
import time
import traceback

from bench.harness import QUICK_ROUNDS, Options, Row
from bench.load import generator
from bench.report import TABLE, draw, machine, record, write
from bench.rows import ROWS
from bench.servers.prefecture import forget_all

QUICK_SECONDS = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, for a look; the ratios are rougher")
    parser.add_argument("--only", action="append", metavar="ROW", help="measure this row, such as P1; repeatable")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="for a quiet machine, in all")
    parser.add_argument("--most", type=int, default=0, metavar="HOUSEHOLDS", help="growth up to so many: 4414000")
    options = parser.parse_args()
    wanted = {name.upper() for name in options.only or ()}
    unknown = wanted - {row.id for row in ROWS}
    if unknown:
        known = ", ".join(row.id for row in ROWS)
        print(f"no row {', '.join(sorted(unknown))}; there are {known}", file=sys.stderr)
        return 2
    how = (
        Options(QUICK_SECONDS, QUICK_ROUNDS, options.wait, options.most)
        if options.quick
        else Options(wait=options.wait, most=options.most)
    )
    print(f"{machine()}\nload by {generator()}; {how.rounds} rounds of {how.seconds:g} s")
    try:
        # Every row runs, also after one that missed.
        held = [_measure(row, how) for row in ROWS if not wanted or row.id in wanted]
    finally:
        forget_all()
        draw()
    print(f"written: {TABLE.relative_to(TABLE.parent.parent)}")
    return 0 if all(held) else 1


def _measure(row: Row, how: Options) -> bool:
    """Measures and writes a row down at once, so that what is finished stays when a run is broken off; were its targets
    held? A row that fails keeps the result that is there."""
    print(f"{row.id}: {row.title}\n  target: {row.target}", flush=True)
    began = time.monotonic()
    try:
        outcome = row.run(how)
    except Exception:  # noqa: BLE001 - whatever broke this row, the next ones are measured
        traceback.print_exc()
        return False
    write({row.id: record(row, outcome, how, time.monotonic() - began)})
    if outcome.skipped:
        print(f"  skipped: {outcome.skipped}")
    for ratio in outcome.ratios:
        verdict = ("met" if ratio.met else "MISSED") if ratio.target else ""
        print(
            f"  {ratio.name}: {ratio.value:.2f} ({ratio.low:.2f} – {ratio.high:.2f}) {ratio.target} {verdict}"
            + ("" if ratio.quiet else " (disturbed by others)")
        )
    return all(ratio.met for ratio in outcome.ratios)


if __name__ == "__main__":
    sys.exit(main())
