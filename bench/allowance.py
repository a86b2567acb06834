"""How long may a row be measured? All rows together twenty minutes, three in a quick run, on two cores.

A row asks before each run whether it still fits. What no longer fits is left out, and the row says so: a few rounds
less are worth more than rows at the end that were never measured.
"""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

WHOLE_SECONDS, QUICK_WHOLE_SECONDS = 20 * 60.0, 3 * 60.0
FILLING = "the prefecture"
SECONDS: Mapping[str, tuple[float, float]] = {
    FILLING: (190.0, 30.0),
    "P1": (100.0, 14.0),
    "P2": (60.0, 12.0),
    "P3": (80.0, 16.0),
    "P4": (40.0, 10.0),
    "P5": (110.0, 14.0),
    "P6": (170.0, 18.0),
    "P7": (120.0, 16.0),
    "P8": (20.0, 6.0),
    "P9": (120.0, 16.0),
    "P10": (60.0, 8.0),
    "P11": (70.0, 12.0),
    "P12": (60.0, 8.0),
}
"""Of a whole run and of a quick one, for what rows share and for each row; together no more than is allowed."""
NEEDS_PREFECTURE = frozenset({"P2", "P3", "P4", "P7", "P8", "P9", "P10", "P12"})
GRACE = 2.0
"""A single run cannot be asked to end; a row that takes so many times its seconds is ended."""
LAST_WORD = 0.25
"""The share of its time that a row which was ended has to say what it measured until then."""


class Overran(Exception):  # noqa: N818 - reads as what happened
    """The row took far longer than it may, in one run that nobody could leave out."""


@dataclass(slots=True)
class Allowance:
    """`seconds` from its making. `cut` says what was left out of the row for want of time."""

    seconds: float = float("inf")
    now: Callable[[], float] = time.monotonic
    cut: list[str] = field(default_factory=list)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.now()

    def left(self) -> float:
        return self.seconds - (self.now() - self._began)

    def fits(self, seconds: float, otherwise: str) -> bool:
        """Whether that much more is allowed; if not, `otherwise` goes into `cut`."""
        if seconds <= self.left():
            return True
        self.cut.append(otherwise)
        return False

    def share(self, of: float) -> "Allowance":
        """A part of what is left, for the first of several things that a row measures; what it cuts is told here."""
        return Allowance(self.left() * of, self.now, self.cut)


def whole_seconds(*, quick: bool) -> float:
    return QUICK_WHOLE_SECONDS if quick else WHOLE_SECONDS


def seconds_of(row: str, *, quick: bool) -> float:
    return SECONDS[row][quick]


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Raises Overran in the block when it is not over by then, and again where it went on with what it had."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise Overran(f"not over after {seconds:.0f} s")

    endless = seconds == float("inf")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, *((0, 0) if endless else (seconds, seconds * LAST_WORD)))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
