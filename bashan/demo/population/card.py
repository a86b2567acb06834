"""Which attribute points sum to a total in a wanted band? Exact conditional sampling over the default card.

The tables are the inverse of credit rules 2.2, written here on their own: the engine that will score the
facts must not be what they were built with. Points are drawn part by part with the number of ways in which
the parts that follow can still reach the total, so no draw is ever thrown away and each combination keeps
its natural weight within the band.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from bashan.demo.population.credit_file import DrawnPoints
from bashan.demo.population.dice import Dice

ATTRIBUTES = ("A1", "A2", "B1", "B2", "C1", "C2", "C3", "C4", "D1", "D2", "D3", "E1")
BANDS = {"AAA": (80, 100), "AA": (70, 79), "A": (60, 69), "none": (0, 59), "any": (0, 100)}

# Natural weights of each attribute's points in the country at large, about a hundred in all.
_LABOUR = {0: 9, 3: 26, 7: 42, 8: 23}
_TRAINING = {0: 55, 4: 33, 7: 12}
_BILLS = {0: 6, 3: 24, 5: 70}
_ASSETS = {0: 6, 3: 20, 5: 28, 7: 28, 8: 18}
_SOURCES = {0: 4, 3: 34, 5: 42, 6: 20}
_COVER = {0: 42, 2: 42, 4: 16}
_REVIEW = {2: 1, 3: 3, 4: 7, 5: 13, 6: 20, 7: 23, 8: 18, 9: 10, 10: 5}
_FEWEST_PEOPLE = {0: 1, 3: 1, 7: 2, 8: 3}

_Option = tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True)
class IncomePiece:
    """A stretch of yearly net income (whole yuan, both ends included) with one level of B1 and one of C1."""

    b1: int
    c1: int
    weight: int
    low: int
    high: int


class _Parts:
    """The attributes that do not hang on income or loans: (A1, A2), B2, C2, C3, C4, E1."""

    __slots__ = ("_choices", "below", "ways")

    def __init__(self, parts: Sequence[Sequence[_Option]]) -> None:
        tables = [{0: 1}]
        self._choices: list[dict[int, tuple[list[int], list[_Option]]]] = []
        for part in reversed(parts):
            ways: dict[int, int] = {}
            choices: dict[int, tuple[list[int], list[_Option]]] = {}
            for total in sorted({s + sum(points) for s in tables[0] for points, _ in part}):
                fitting = [(points, w) for points, w in part if total - sum(points) in tables[0]]
                running = list(accumulate(w * tables[0][total - sum(points)] for points, w in fitting))
                choices[total] = (running, fitting)
                ways[total] = running[-1]
            tables.insert(0, ways)
            self._choices.insert(0, choices)
        self.ways = [tables[0].get(total, 0) for total in range(101)]
        self.below = [0, *accumulate(self.ways)]

    def mass(self, low: int, high: int) -> int:
        """The weight of all combinations whose sum is in [low, high]."""
        low, high = max(low, 0), min(high, 100)
        return self.below[high + 1] - self.below[low] if low <= high else 0

    def draw(self, dice: Dice, low: int, high: int) -> list[int]:
        """Points of A1, A2, B2, C2, C3, C4, E1 with a sum in [low, high]; its mass must not be zero."""
        low, high = max(low, 0), min(high, 100)
        start = self.below[low]
        left = bisect_right(self.below, start + dice.below(self.below[high + 1] - start)) - 1
        drawn: list[int] = []
        for choices in self._choices:
            running, options = choices[left]
            points = options[dice.weighted(running)][0]
            drawn.extend(points)
            left -= sum(points)
        return drawn


@cache
def _parts(people: int, needs_worker: bool) -> _Parts:
    """The parts for a household of 1, 2 or 3 and more people; one without workers has no training either."""
    labour = [
        ((a1, a2), w1 * w2)
        for a1, w1 in _LABOUR.items()
        for a2, w2 in _TRAINING.items()
        if people >= _FEWEST_PEOPLE[a1] and (a1 > 0 or (a2 == 0 and not needs_worker))
    ]
    rest = [
        [((points,), weight) for points, weight in table.items()]
        for table in (_BILLS, _ASSETS, _SOURCES, _COVER, _REVIEW)
    ]
    return _Parts([labour, *rest])


def draw_points(
    dice: Dice,
    band: str,
    people: int,
    pieces: Sequence[IncomePiece],
    record: tuple[int, int, int],
    *,
    needs_worker: bool,
) -> tuple[DrawnPoints, IncomePiece] | None:
    """Points in the band with one of the income pieces and the given D1, D2, D3; None if there are none."""
    low, high = BANDS[band]
    parts = _parts(min(people, 3), needs_worker)
    fixed = sum(record)
    weights = [
        piece.weight * parts.mass(low - fixed - piece.b1 - piece.c1, high - fixed - piece.b1 - piece.c1)
        for piece in pieces
    ]
    running = list(accumulate(weights))
    if not running or running[-1] == 0:
        return None
    piece = pieces[dice.weighted(running)]
    taken = fixed + piece.b1 + piece.c1
    a1, a2, b2, c2, c3, c4, e1 = parts.draw(dice, low - taken, high - taken)
    points = (a1, a2, piece.b1, b2, piece.c1, c2, c3, c4, *record, e1)
    return DrawnPoints(band, points), piece
