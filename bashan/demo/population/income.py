"""Which yearly incomes go with a family's size and its debts, and how are income and debt scored there?"""

from collections.abc import Iterator
from functools import lru_cache

from bashan.demo.population.card import IncomePiece

# Net income per head by county, the median in cents; invented, near the worked cases' 18,000 yuan.
COUNTY_MEDIAN_CENTS = {
    "511902": 1_920_000,
    "511903": 1_760_000,
    "511921": 1_800_000,
    "511922": 1_830_000,
    "511923": 1_810_000,
}
# Percent of the median from which each level of B1 begins, and the weight of the level.
_LEVELS = ((15, 1), (50, 4), (80, 7), (120, 9), (200, 10))
_TOP_PERCENT = 320
_GENERAL_WEIGHTS = (10, 24, 38, 20, 8)
_POOR_WEIGHTS = (18, 36, 34, 10, 2)
# Yearly debt service ÷ income in percent up to which each level of C1 goes.
_SERVICE_LEVELS = ((20, 12), (35, 9), (50, 5), (70, 2))
ROOM_POINTS = 5


@lru_cache(maxsize=1024)
def income_pieces(
    people: int, median_cents: int, service_cents: int, *, poor: bool, within_room: bool
) -> tuple[IncomePiece, ...]:
    """The stretches of income by levels of B1 and C1; `within_room` keeps debt service ≤ half of income.

    Families without debts, most of them, share a few answers, hence the cache.
    """
    weights = _POOR_WEIGHTS if poor else _GENERAL_WEIGHTS
    pieces = []
    for (b1, low, high), weight in zip(_income_levels(people, median_cents), weights, strict=True):
        for c1, from_yuan, to_yuan in _service_levels(service_cents, high):
            start, end = max(low, from_yuan), min(high, to_yuan)
            if start <= end and (c1 >= ROOM_POINTS or not within_room):
                share = max(1, 1000 * weight * (end - start + 1) // (high - low + 1))
                pieces.append(IncomePiece(b1, c1, share, start, end))
    return tuple(pieces)


def _income_levels(people: int, median_cents: int) -> Iterator[tuple[int, int, int]]:
    """(B1, lowest yuan, highest yuan) of a household of so many people."""
    # percent × median is the bound in 1/10,000 yuan; rounding up keeps a closed lower end inside its level.
    starts = [-(-percent * median_cents * people // 10_000) for percent, _ in _LEVELS]
    ends = [*(start - 1 for start in starts[1:]), _TOP_PERCENT * median_cents * people // 10_000]
    for (_, points), start, end in zip(_LEVELS, starts, ends, strict=True):
        yield points, start, end


def _service_levels(service_cents: int, top: int) -> Iterator[tuple[int, int, int]]:
    """(C1, lowest yuan, highest yuan) of incomes that bear this debt service."""
    end = top
    for percent, points in _SERVICE_LEVELS:
        # service ≤ percent of income ⇔ income in yuan ≥ service in cents ÷ percent.
        start = -(-service_cents // percent)
        yield points, start, end
        end = min(end, start - 1)
    yield 0, 1, end
