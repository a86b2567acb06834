"""`python -m bench`: measure the rows of the performance targets and write bench/RESULTS.md and bench/results.json."""

import argparse
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace

from bench.allowance import FILLING, GRACE, NEEDS_PREFECTURE, Allowance, ended_after, seconds_of, whole_seconds
from bench.harness import QUICK_ROUNDS, Options, Row
from bench.load import generator
from bench.report import draw, machine, record, table_of, write
from bench.rows import ROWS
from bench.servers.prefecture import filled, forget_all

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
    rows = [row for row in ROWS if not wanted or row.id in wanted]
    try:
        held = _measure_all(rows, how, Allowance(whole_seconds(quick=how.quick)))
    finally:
        forget_all()
        if not how.quick:
            draw()
    table = table_of(quick=how.quick)
    print(f"written: {table.relative_to(table.parent.parent)}")
    return 0 if held else 1


def _measure_all(rows: Sequence[Row], how: Options, whole: Allowance) -> bool:
    """Every row runs, also after one that missed, as long as the whole run may take; were all targets held?"""
    if any(row.id in NEEDS_PREFECTURE for row in rows):
        filled(how.households)
        planned = seconds_of(FILLING, quick=how.quick)
        print(f"filled with {how.households:,} households; meant to take {planned:.0f} s", flush=True)
        print(f"{whole.left():.0f} s are left for all rows", flush=True)
    held = []
    for row in rows:
        seconds = min(seconds_of(row.id, quick=how.quick), whole.left())
        if how.most:
            # Who asks for more than a prefecture has waits for it.
            seconds = float("inf")
        at_most = float("inf") if how.most else min(GRACE * seconds, whole.left())
        held.append(seconds > 0 and _measure(row, replace(how, allowance=Allowance(seconds)), at_most))
        if seconds <= 0:
            print(f"{row.id}: not measured: the whole run has had its {whole.seconds:.0f} s", flush=True)
    return all(held)


def _measure(row: Row, how: Options, at_most: float = float("inf")) -> bool:
    """Measures and writes a row down at once, so that what is finished stays when a run is broken off; were its targets
    held? A row that fails, or is not over `at_most` seconds later, keeps the result that is there."""
    print(f"{row.id}: {row.title}\n  target: {row.target}", flush=True)
    began = time.monotonic()
    try:
        with ended_after(at_most):
            outcome = row.run(how)
    except Exception:  # noqa: BLE001 - whatever broke this row, the next ones are measured
        traceback.print_exc()
        return False
    write({row.id: record(row, outcome, how, time.monotonic() - began)}, quick=how.quick)
    for cut in how.allowance.cut:
        print(f"  cut: {cut}")
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
