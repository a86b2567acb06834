"""What may somebody who may not see the rows read of a count?

Small cells are held back, and every other figure is rounded down to a multiple of five. Rounding is what keeps two
counts from giving away a third: a place less its parts, or one filter less another, is off by as much as a small cell
is large, so that nobody is singled out by subtracting.
"""

from collections.abc import Sequence

SMALL_CELL = 5
Cells = Sequence[tuple[str | None, int]]


def public_figure(number: int) -> int | None:
    """None below five, nobody included: were nobody told apart, four cells held back under a whole that is held back
    would be one each.

    >>> [public_figure(n) for n in (0, 1, 4, 5, 9, 10)]
    [None, None, None, 5, 5, 10]
    """
    return None if number < SMALL_CELL else number - number % SMALL_CELL


def public_cells(cells: Cells) -> list[tuple[str | None, int | None]]:
    return [(value, public_figure(number)) for value, number in cells]
