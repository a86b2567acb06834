"""How many new households does each cadre get, so that loads are even and helpers near? (54321)

Loads rise like water: whoever has the fewest gets the next one, up to the bound. Where the last round does not reach
everybody of that level, those get one whose places lack helpers most. What a place gains by one more helper never grows
with more of them, and places nest; choosing the greatest gain each time is therefore the best choice altogether.
"""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.cadres.domain.near_places import WORTH, around

Bounded = tuple[UUID, str, int, int]
"""A cadre's id, its place, the households that it has and keeps, the most that it may have."""


def even_loads(cadres: Sequence[Bounded], wanted: Mapping[str, int]) -> dict[UUID, int]:
    """How many each gets of the households `wanted` by village; all of them where the bounds leave room."""
    total = sum(wanted.values())
    level = _full_level(cadres, total)
    given = {cadre_id: max(held, min(level, most)) - held for cadre_id, _, held, most in cadres}
    rest = total - sum(given.values())
    next_in_line: dict[str, deque[UUID]] = defaultdict(deque)
    for cadre_id, place, held, most in cadres:
        if held <= level < most:
            next_in_line[place].append(cadre_id)
    helpers: Counter[str] = Counter()
    for cadre_id, place, _, _ in cadres:
        helpers.update(dict.fromkeys(around(place), given[cadre_id]))
    for place in _neediest(next_in_line, rest, _summed(wanted), helpers):
        given[next_in_line[place].popleft()] += 1
    return given


def _full_level(cadres: Sequence[Bounded], total: int) -> int:
    """The highest level to which all can rise, each within its bound, with so many households."""
    low, high = 0, max((most for _, _, _, most in cadres), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(max(held, min(middle, most)) - held for _, _, held, most in cadres) <= total:
            low = middle
        else:
            high = middle - 1
    return low


def _summed(wanted: Mapping[str, int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for village, count in wanted.items():
        sums.update(dict.fromkeys(around(village), count))
    return sums


def _neediest(
    next_in_line: Mapping[str, Sequence[UUID]], rest: int, wanted: Counter[str], helpers: Counter[str]
) -> list[str]:
    """The places of those who get one more, `rest` of them as far as there are any. Counts `helpers` up."""

    def gain(place: str) -> int:
        return sum(WORTH[len(code)] for code in around(place) if helpers[code] < wanted[code])

    left = {place: len(waiting) for place, waiting in next_in_line.items()}
    queue = [(-gain(place), place) for place in left]
    heapq.heapify(queue)
    chosen: list[str] = []
    while queue and len(chosen) < rest:
        said, place = heapq.heappop(queue)
        if (now := -gain(place)) != said:
            heapq.heappush(queue, (now, place))
            continue
        chosen.append(place)
        helpers.update(around(place))
        left[place] -= 1
        if left[place]:
            heapq.heappush(queue, (-gain(place), place))
    return chosen
