"""How the rows are measured: ours and the reference by turns, medians, and ratios of neighbouring runs.

The machine is shared and its speed drifts, so a run of ours is only ever compared with the run of the reference next
to it; the ratio of a row is the median of those pairs. Absolute figures are medians too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Options:
    """`seconds` of load a run, `rounds` of alternation."""

    seconds: float = 5.0
    rounds: int = 7


@dataclass(frozen=True, slots=True)
class Reading:
    """One run: requests a second, latency in milliseconds, processor time of the measured side in µs a request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    errors: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a row's table: medians over the runs of one side."""

    name: str
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours ÷ reference. `low` and `high` are the extremes of the pairs; `target` is text, `met` what it comes to."""

    name: str
    value: float
    low: float
    high: float
    target: str
    met: bool


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
            },
        )


def alternate(sides: Sequence[Side], rounds: int, say: Callable[[str], None] = print) -> None:
    """Measure all sides by turns, each round in the opposite order of the last, after one run that does not count."""
    for side in sides:
        side.measure()
    for number in range(rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            reading = side.measure()
            side.readings.append(reading)
            say(
                f"  round {number + 1}/{rounds}  {side.name:<34} {reading.per_second:>8.0f} req/s  "
                f"p50 {reading.p50_ms:>6.2f}  p99 {reading.p99_ms:>7.2f} ms  {reading.cpu_us:>5.0f} µs"
                + (f"  {reading.errors} errors" if reading.errors else "")
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
    pairs = [of(mine) / max(of(theirs), 1e-9) for mine, theirs in zip(ours.readings, reference.readings, strict=True)]
    value = median(pairs)
    if at_least is not None:
        target, met = f"≥ {at_least:g}", value >= at_least
    elif at_most is not None:
        target, met = f"≤ {at_most:g}", value <= at_most
    else:
        target, met = "", True
    return Ratio(name, round(value, 3), round(min(pairs), 3), round(max(pairs), 3), target, met)
