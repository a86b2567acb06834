"""P7: reads, searches and writes mixed, in an open loop, at 50, 100, 200 and 400 requests a second."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from bench.allowance import Allowance
from bench.harness import Line, Options, Outcome, Ratio, bound
from bench.open_loop import GIVE_UP_SECONDS, Answer, drive, percentile, repeated, schedule
from bench.processes import Window
from bench.requests import MIX, class_of, streams
from bench.servers.prefecture import Filled, filled
from bench.servers.product import product

RATES = (50, 100, 200, 400)
HELD = 200
MOST_MS = {"read": 30.0, "search": 100.0, "write": 60.0}
WARM_SECONDS, SECONDS, QUICK_SECONDS = 3.0, 9.0, 2.0

Pass = tuple[list[Answer], float]
"""The answers of one pass, and the share of the machine that others used."""


class MixedLoad:
    id = "P7"
    title = "mixed load in an open loop, one prefecture's households, everything on this machine"
    target = f"at {HELD} requests a second: p95 of reads ≤ 30 ms, of searches ≤ 100 ms, of writes ≤ 60 ms, no error"

    def run(self, options: Options) -> Outcome:
        at = filled(options.households)
        passes, seconds = (1, QUICK_SECONDS) if options.quick else (3, SECONDS)
        with product(at.folder, "--processes") as ours:
            _one(ours.port, at, 50, WARM_SECONDS)
            steps = _passes(ours.port, at, passes, seconds, options.allowance)
        mix = ", ".join(f"{kind} {weight}" for kind, weight in MIX)
        return Outcome(
            lines=[line for rate, found in steps.items() for line in _lines(rate, found, seconds)],
            ratios=_verdicts(steps[HELD]),
            notes=[
                f"{at.households:,} households; of a hundred requests: {mix}.",
                "A record that an official reads is logged, a grade query too; a write changes an income.",
                f"Each step {max(map(len, steps.values()))} × {seconds:g} s, arrivals as of a Poisson process.",
                "A time runs from when the request was due.",
                "The generator shares the cores with what it measures.",
                "Errors are answers other than 2xx and none within 10 s (status 0); at "
                + "; at ".join(f"{rate} req/s {_told(found)}" for rate, found in steps.items()),
            ],
        )


def _passes(port: int, at: Filled, passes: int, seconds: float, allowance: Allowance) -> Mapping[int, list[Pass]]:
    """Each rate so many times, all rates once before any of them again, so that what is cut is cut from all alike."""
    steps: dict[int, list[Pass]] = {rate: [] for rate in RATES}
    for number in range(passes):
        for rate, found in steps.items():
            lasts = seconds + GIVE_UP_SECONDS
            if number and not allowance.fits(lasts, f"{number} of {passes} passes at {rate} requests a second"):
                continue
            found.append(_one(port, at, rate, seconds))
    return steps


def _one(port: int, at: Filled, rate: int, seconds: float) -> Pass:
    plan = list(schedule(rate, seconds, repeated(MIX, streams(at), seed=rate), seed=rate))
    window = Window()
    answers = drive(port, plan)
    others = window.others()
    took = [one.took * 1000 for one in answers]
    print(
        f"  {rate} req/s: p50 {percentile(took, 0.5):.1f} ms, p95 {percentile(took, 0.95):.1f} ms, others {others:.0%},"
        f" errors {dict(_errors(answers))}",
        file=sys.stderr,
    )
    return answers, others


def _errors(answers: Sequence[Answer]) -> Counter[str]:
    return Counter(f"{one.kind} {one.status}" for one in answers if not one.good)


def _told(passes: Sequence[Pass]) -> str:
    counts = _errors([one for answers, _ in passes for one in answers])
    return ", ".join(f"{what} × {count}" for what, count in counts.most_common()) or "none"


def _lines(rate: int, passes: Sequence[Pass], seconds: float) -> list[Line]:
    answers = [one for found, _ in passes for one in found]
    lines = []
    for kind in MOST_MS:
        of_kind = [one for one in answers if class_of(one.kind) == kind]
        took = [one.took * 1000 for one in of_kind] or [0.0]
        values = {
            "req/s": round(len(of_kind) / seconds / len(passes), 1),
            **{f"p{share} ms": round(percentile(took, share / 100), 1) for share in (50, 95, 99)},
            "worst ms": round(max(took), 1),
            "errors": sum(not one.good for one in of_kind),
            "left late p99 ms": round(percentile([one.left * 1000 for one in answers], 0.99), 1),
            "others %": round(100 * median(others for _, others in passes)),
        }
        lines.append(Line(f"{rate} req/s, {kind}", values))
    return lines


def _verdicts(passes: Sequence[Pass]) -> list[Ratio]:
    found = []
    for kind, most in MOST_MS.items():
        p95 = [
            percentile([one.took * 1000 for one in answers if class_of(one.kind) == kind] or [0.0], 0.95)
            for answers, _ in passes
        ]
        found.append(bound(f"p95 of {kind} at {HELD} req/s, ms", p95, most))
    return [*found, bound("errors", [sum(not one.good for one in answers) for answers, _ in passes], 0)]
