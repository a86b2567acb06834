"""How is a sum in cents shared out by weights so that nothing is lost? (最大余额法)

Each gets the whole cents of its exact share; the cents that are left go one each to the largest remainders. Equal
remainders are served in the order of their keys, so the result does not depend on the order in which it is asked.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Any)


def largest_remainder(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """Cents a key; they add up to `total`. Weights are whole and not negative, at least one above zero.

    >>> largest_remainder(2, {0: 1, 1: 1, 2: 1})
    {0: 1, 1: 1, 2: 0}
    """
    whole = sum(weights.values())
    shares = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(shares.values())
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares
