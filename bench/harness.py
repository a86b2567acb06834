"""How the rows are measured: ours and the reference by turns, medians, and ratios of neighbouring runs.

The machine may be shared and its speed drifts, so a run of ours is only ever compared with the run of the reference
next to it; the ratio of a row is the median of those pairs. Absolute figures are medians too. How much of the machine
others used during a run is measured as well: where enough pairs were left alone, only those count.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from bench.allowance import Allowance, Overran
from bench.processes import Window

# A run in which others used at most this share of the machine was left alone; so many such pairs are enough.
QUIET = 0.08
ENOUGH = 3
QUICK_ROUNDS = 3
# Those of the prefecture, and a tenth of them.
HOUSEHOLDS, QUICK_HOUSEHOLDS = 441_400, 44_140


@dataclass(frozen=True, slots=True)
class Options:
    """`seconds` of load a run, `rounds` of alternation, `wait` seconds in all for others to leave the machine alone.

    `most`: growth is measured up to so many households, where that is more than a prefecture has. `allowance`: how long
    this row may take.
    """

    seconds: float = 3.0
    rounds: int = 5
    wait: float = 0.0
    most: int = 0
    allowance: Allowance = field(default_factory=Allowance)

    @property
    def quick(self) -> bool:
        return self.rounds <= QUICK_ROUNDS

    @property
    def households(self) -> int:
        """How many stand in the database of the rows that share one."""
        return QUICK_HOUSEHOLDS if self.quick else HOUSEHOLDS


@dataclass(frozen=True, slots=True)
class Reading:
    """One run: requests a second, latency in milliseconds, processor time of the measured side in µs a request, and
    the share of the machine's processors that was used by others."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    errors: int
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a row's table: medians over the runs of one side."""

    name: str
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours ÷ reference. `low` and `high` are the extremes of the pairs that count; `target` is text, `met` what it
    comes to; `quiet` says that all those pairs were left alone."""

    name: str
    value: float
    low: float
    high: float
    target: str
    met: bool
    pairs: int = 0
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row found. A row that cannot run here says why in `skipped`."""

    lines: Sequence[Line] = ()
    ratios: Sequence[Ratio] = ()
    notes: Sequence[str] = ()
    skipped: str = ""


class Row(Protocol):
    """A row of the targets. `id` is P1, P2 …"""

    id: str
    title: str
    target: str

    def run(self, options: Options) -> Outcome:
        """Measure. Raises nothing for a missing tool: that is `skipped`."""


@dataclass(slots=True)
class Side:
    """Something that can be measured, and its readings so far."""

    name: str
    measure: Callable[[], Reading]
    readings: list[Reading] = field(default_factory=list)

    def line(self) -> Line:
        return Line(
            self.name,
            {
                "req/s": round(median(reading.per_second for reading in self.readings)),
                "p50 ms": round(median(reading.p50_ms for reading in self.readings), 2),
                "p99 ms": round(median(reading.p99_ms for reading in self.readings), 2),
                "CPU µs": round(median(reading.cpu_us for reading in self.readings)),
                "errors": sum(reading.errors for reading in self.readings),
                "others %": round(100 * median(reading.others for reading in self.readings)),
            },
        )


def alternate(
    sides: Sequence[Side],
    options: Options,
    *,
    most: int | None = None,
    allowance: Allowance | None = None,
    warm: bool = True,
) -> None:
    """Measure all sides by turns, each round in the opposite order of the last, after one run that does not count,
    unless nothing has to be `warm`.

    The rounds are those of `options`, `most` at most. One is always measured; a further one only where it fits into
    `allowance` (else that of the row), taken that it lasts as long as the one before. A round that is broken off for
    want of time counts for no side, and the whole ones before it stay. Raises Overran when there is none.
    """
    allowance = allowance or options.allowance
    rounds = min(options.rounds, most or options.rounds)
    began = allowance.now()
    for side in sides if warm else ():
        side.measure()
    left = options.wait
    for number in range(rounds):
        lasted, began = allowance.now() - began, allowance.now()
        if number and not allowance.fits(lasted, f"{number} of {rounds} rounds of {sides[0].name}"):
            return
        try:
            left -= _until_quiet(left)
            for side in sides if number % 2 == 0 else reversed(sides):
                side.readings.append(side.measure())
                _tell(side, f"{number + 1}/{rounds}")
        except Overran:
            for side in sides:
                del side.readings[number:]
            if not number:
                raise
            allowance.cut.append(f"{number} of {rounds} rounds of {sides[0].name}, the next one broken off")
            return


def _tell(side: Side, turn: str) -> None:
    reading = side.readings[-1]
    print(
        f"  round {turn}  {side.name:<34} {reading.per_second:>8.0f} req/s  "
        f"p50 {reading.p50_ms:>6.2f}  p99 {reading.p99_ms:>7.2f} ms  {reading.cpu_us:>5.0f} µs  "
        f"others {reading.others:>4.0%}" + (f"  {reading.errors} errors" if reading.errors else ""),
        file=sys.stderr,
    )


def _until_quiet(patience: float) -> float:
    """Wait until others leave the machine alone, at most `patience` seconds; returns how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        window = Window()
        time.sleep(1)
        if window.others() <= QUIET:
            break
    return time.monotonic() - began


def bound(name: str, values: Sequence[float], at_most: float, *, unit: str = "") -> Ratio:
    """The median of what was measured against a bound that has no reference: bytes, milliseconds, seconds."""
    value = median(values)
    target = f"≤ {at_most:g}{unit and f' {unit}'}"
    return Ratio(
        name, round(value, 2), round(min(values), 2), round(max(values), 2), target, value <= at_most, len(values)
    )


def ratio(
    name: str,
    ours: Side,
    reference: Side,
    of: Callable[[Reading], float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Ratio:
    """The median of ours ÷ reference over the pairs of neighbouring runs, against a bound if there is one."""
    every = list(zip(ours.readings, reference.readings, strict=True))
    alone = [pair for pair in every if max(one.others for one in pair) <= QUIET]
    quiet = len(alone) >= ENOUGH
    pairs = [of(mine) / max(of(theirs), 1e-9) for mine, theirs in (alone if quiet else every)]
    value = median(pairs)
    if at_least is not None:
        target, met = f"≥ {at_least:g}", value >= at_least
    elif at_most is not None:
        target, met = f"≤ {at_most:g}", value <= at_most
    else:
        target, met = "", True
    return Ratio(name, round(value, 3), round(min(pairs), 3), round(max(pairs), 3), target, met, len(pairs), quiet)
