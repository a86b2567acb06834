"""What is the cheapest way up to the next band?

Attributes with effort may climb through their levels, at most three of them, all others unchanged, until the next
band is reached (credit rules 2.3). Preferred: fewest attributes; least Σ effort × levels climbed; card order of the
attributes; least points gained; lowest target in card order. The answer says what the score would do; it never
promises a loan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from services.credit.domain.scorecard import NO_BAND, Attribute, Card

MOST_ATTRIBUTES = 3


@dataclass(frozen=True, slots=True)
class Improvement:
    """One attribute, the points it has and the points it would have, and what to do, in plain Chinese."""

    attribute: str
    from_points: int
    to_points: int
    text: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One climb of one attribute: what it costs, what it gains, and where it ends."""

    cost: int
    gain: int
    target: int


_Way = tuple[tuple[int, _Step], ...]
"""The climbs of a way up, each with its attribute's place among those with effort, in card order."""


class RaiseGrade:
    """Answers for one card; build it once and ask it for every household of a township."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._movable = [attribute for attribute in card.attributes if attribute.effort > 0]
        self._bands = {band.id for band in card.bands} | {NO_BAND}
        self._steps_from = lru_cache(maxsize=None)(self._steps)
        # Many households of a place stand on the same points, so a way found is kept.
        self._cheapest = lru_cache(maxsize=2**17)(self._search)

    def improvements(self, total: int | None, band: str, points: Mapping[str, int | None]) -> tuple[Improvement, ...]:
        """The climbs in card order; empty at the top, under a veto, not rated, or when three do not suffice."""
        if total is None or band not in self._bands:
            return ()
        above = self._card.next_band(total)
        if above is None:
            return ()
        standing = tuple(points[attribute.id] for attribute in self._movable)
        return tuple(
            self._improvement(self._movable[place], points, step)
            for place, step in self._cheapest(above.from_total - total, standing)
        )

    def _improvement(self, attribute: Attribute, points: Mapping[str, int | None], step: _Step) -> Improvement:
        start = points[attribute.id] or 0
        what = attribute.reached_by(step.target)
        return Improvement(attribute.id, start, step.target, f"{what}，这一项就从{start}分变成{step.target}分。")

    def _search(self, need: int, standing: tuple[int | None, ...]) -> _Way:
        steps = [self._steps_from(place, points or 0) for place, points in enumerate(standing)]
        able = [place for place, own in enumerate(steps) if own]
        for size in range(1, MOST_ATTRIBUTES + 1):
            best = min(
                (
                    way
                    for places in combinations(able, size)
                    if sum(steps[place][-1].gain for place in places) >= need
                    for way in _ways(places, steps, need)
                ),
                key=_preference,
                default=(),
            )
            if best:
                return best
        return ()

    def _steps(self, place: int, points: int) -> tuple[_Step, ...]:
        attribute = self._movable[place]
        higher = [level for level in attribute.levels if level > points]
        return tuple(
            _Step(attribute.effort * climbed, level - points, level) for climbed, level in enumerate(higher, start=1)
        )


def _ways(places: tuple[int, ...], steps: list[tuple[_Step, ...]], need: int) -> Iterator[_Way]:
    """The ways of exactly these attributes that reach the need and may be cheapest.

    Cost and gain of an attribute rise together, so for given climbs of the others only the lowest sufficient climb
    of the last can be preferred.
    """
    first, *rest = places
    if not rest:
        enough = next((step for step in steps[first] if step.gain >= need), None)
        if enough:
            yield ((first, enough),)
        return
    for step in steps[first]:
        for way in _ways(tuple(rest), steps, need - step.gain):
            yield ((first, step), *way)


def _preference(way: _Way) -> tuple[int, tuple[int, ...], int, tuple[int, ...]]:
    return (
        sum(step.cost for _, step in way),
        tuple(place for place, _ in way),
        sum(step.gain for _, step in way),
        tuple(step.target for _, step in way),
    )
