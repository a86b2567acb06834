"""Repeatable chance: the same seed and purpose give the same numbers on every machine and Python.

Only `Random.random()` is used, the one method whose sequence Python promises never to change; whatever is
built on it is plain arithmetic and comparison, so no library's rounding can move a result.
"""

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of chance for one purpose, e.g. the loans of one village."""

    __slots__ = ("random",)

    def __init__(self, seed: str, *purpose: str) -> None:
        digest = sha256("/".join((seed, *purpose)).encode()).digest()
        source = Random(int.from_bytes(digest[:16]))  # noqa: S311 - invented people need repeatable numbers, not secret ones
        self.random = source.random

    def below(self, bound: int) -> int:
        """A whole number in [0, bound)."""
        return int(self.random() * bound)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high], both included."""
        return low + int(self.random() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred throws."""
        return self.random() * 100 < percent

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the other."""
        return options[int(self.random() * len(options))]

    def weighted(self, cumulative: Sequence[int]) -> int:
        """The index drawn with the weights whose running sums are given; a weight of zero is never drawn."""
        return bisect_right(cumulative, self.below(cumulative[-1]), 0, len(cumulative) - 1)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """The options in a random order."""
        result = list(options)
        for last in range(len(result) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            result[last], result[other] = result[other], result[last]
        return result
