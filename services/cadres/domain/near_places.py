"""Who is near whom? Places nest (village in township in county), so nearness is the smallest place around both.

With nesting places no general flow problem is left: matching what is together in a village, then what remains in each
township, then in each county, matches in every place as many as it holds of both, which no other matching exceeds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

# Digits of a village, township, county, prefecture, province, and of everywhere.
LEVELS = (12, 9, 6, 4, 2, 0)
# A cadre of the household's township counts more than any number of the finer or coarser wishes of one household.
WORTH: Mapping[int, int] = {12: 1, 9: 100, 6: 10, 4: 0, 2: 0, 0: 0}

A = TypeVar("A")
B = TypeVar("B")


def matched_nearby(left: Sequence[tuple[str, A]], right: Sequence[tuple[str, B]]) -> list[tuple[A, B]]:
    """All of the shorter side matched, each given with the code of its place; the orders given are kept."""
    waiting_left: dict[str, list[A]] = _by_place(left)
    waiting_right: dict[str, list[B]] = _by_place(right)
    pairs: list[tuple[A, B]] = []
    for digits in LEVELS:
        waiting_left = _raised(waiting_left, digits)
        waiting_right = _raised(waiting_right, digits)
        for code in waiting_left.keys() & waiting_right.keys():
            if len(code) == digits:
                both = min(len(waiting_left[code]), len(waiting_right[code]))
                pairs += zip(waiting_left[code][:both], waiting_right[code][:both], strict=True)
                del waiting_left[code][:both], waiting_right[code][:both]
    return pairs


def around(code: str) -> list[str]:
    """The place itself and every place that it lies in.

    >>> around("511921122")
    ['511921122', '511921', '5119', '51', '']
    """
    return [code[:digits] for digits in LEVELS if digits <= len(code)]


def _by_place(given: Sequence[tuple[str, A]]) -> dict[str, list[A]]:
    found: dict[str, list[A]] = defaultdict(list)
    for code, one in given:
        found[code].append(one)
    return found


def _raised(given: Mapping[str, list[A]], digits: int) -> dict[str, list[A]]:
    """What waits in finer places waits in the place around them now."""
    raised: dict[str, list[A]] = defaultdict(list)
    for code in sorted(given):
        raised[code[:digits]] += given[code]
    return raised
