"""What would change if another card scored the same households on the same day? (credit rules 2.1)

Champion is the card in force, challenger the one that is rehearsed. Whom it would touch is counted by township, county
and poverty status, and by sex and age band of the head, which another service counts and this one never learns. Counts
that fewer than five households make up are kept back, and another one with them when the one could be had by
subtraction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from services.credit.domain.four_fifths import Share, below_four_fifths
from services.credit.domain.scorecard import NO_BAND, VETOED, Card
from shared.small_cells import SMALL_CELL

UP, DOWN, SAME, NOT_COMPARABLE = "up", "down", "same", "not_comparable"
POOR, NOT_POOR = "registered_poor", "other"
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Cell:
    """Households of a township (9 digits) and poverty status, by the band of the champion and of the challenger."""

    township: str
    poor: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Migration:
    """`matrix`: households by (band before, band after); None is a count that is kept back."""

    township: str
    households: int
    moved: Mapping[str, int | None]
    matrix: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class GroupRate:
    """Approved (a band of the card) of rated households of a group, by both cards; None where they are too few."""

    group: str
    before: Share | None
    after: Share | None
    flagged_before: bool
    flagged_after: bool


@dataclass(frozen=True, slots=True)
class Rehearsal:
    households: int
    moved: Mapping[str, int | None]
    townships: tuple[Migration, ...]
    by_county: tuple[GroupRate, ...]
    by_poverty: tuple[GroupRate, ...]


def rehearse(champion: Card, challenger: Card, cells: Mapping[Cell, int]) -> Rehearsal:
    townships: dict[str, Counter[tuple[str, str]]] = {}
    for cell, households in cells.items():
        townships.setdefault(cell.township, Counter())[cell.before, cell.after] += households
    ladders = _ladder(champion), _ladder(challenger)
    whole = _moved(ladders, ((pair, number) for matrix in townships.values() for pair, number in matrix.items()))
    return Rehearsal(
        households=sum(cells.values()),
        moved=keep_back(whole),
        townships=tuple(
            Migration(code, matrix.total(), keep_back(_moved(ladders, matrix.items())), keep_back(matrix))
            for code, matrix in sorted(townships.items())
        ),
        by_county=_rates(champion, challenger, ((cell.township[:6], cell, n) for cell, n in cells.items())),
        by_poverty=_rates(
            champion, challenger, ((POOR if cell.poor else NOT_POOR, cell, n) for cell, n in cells.items())
        ),
    )


def rates_of_groups(
    champion: Card, challenger: Card, groups: Mapping[tuple[str, str, str], int]
) -> tuple[GroupRate, ...]:
    """Of groups that others have counted: households by group, band before and band after."""
    rows = ((group, Cell("", False, before, after), number) for (group, before, after), number in groups.items())
    return _rates(champion, challenger, rows)


def movement(ladders: tuple[tuple[str, ...], tuple[str, ...]], before: str, after: str) -> str:
    """`up`, `down` or `same` by the place among the bands; a veto or a missing rating has none."""
    old, new = ladders
    if before == after:
        return SAME
    if before not in old or after not in new:
        return NOT_COMPARABLE
    climbed = new.index(after) - old.index(before)
    return SAME if climbed == 0 else UP if climbed > 0 else DOWN


def keep_back(counts: Mapping[K, int]) -> dict[K, int | None]:
    """The counts with None for the small ones; the next smallest too, until those kept back are five together."""
    shown: dict[K, int | None] = dict(counts)
    hidden = 0
    for key, number in sorted(counts.items(), key=lambda item: item[1]):
        if number == 0 or (number >= SMALL_CELL and (hidden == 0 or hidden >= SMALL_CELL)):
            continue
        shown[key] = None
        hidden += number
    return shown


def _ladder(card: Card) -> tuple[str, ...]:
    return (NO_BAND, *(band.id for band in reversed(card.bands)))


def _moved(
    ladders: tuple[tuple[str, ...], tuple[str, ...]], matrix: Iterable[tuple[tuple[str, str], int]]
) -> dict[str, int]:
    moved = dict.fromkeys((UP, DOWN, SAME, NOT_COMPARABLE), 0)
    for (before, after), households in matrix:
        moved[movement(ladders, before, after)] += households
    return moved


def _rates(champion: Card, challenger: Card, rows: Iterable[tuple[str, Cell, int]]) -> tuple[GroupRate, ...]:
    before: dict[str, Counter[str]] = {}
    after: dict[str, Counter[str]] = {}
    for group, cell, households in rows:
        before.setdefault(group, Counter())[cell.before] += households
        after.setdefault(group, Counter())[cell.after] += households
    old = {group: shown for group, bands in before.items() if (shown := _share(champion, bands))}
    new = {group: shown for group, bands in after.items() if (shown := _share(challenger, bands))}
    flagged = below_four_fifths(old), below_four_fifths(new)
    return tuple(
        GroupRate(group, old.get(group), new.get(group), group in flagged[0], group in flagged[1])
        for group in sorted(before)
    )


def _share(card: Card, bands: Counter[str]) -> Share | None:
    """None when those approved or those not are too few to be shown."""
    approved = sum(bands[band.id] for band in card.bands)
    refused = bands[NO_BAND] + bands[VETOED]
    small = any(0 < number < SMALL_CELL for number in (approved, refused))
    return None if small or approved + refused == 0 else Share(approved, approved + refused)
