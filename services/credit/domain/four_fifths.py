"""Is a group approved less than four fifths as often as the group that is approved most often?

The rule of thumb of fair lending: such a group is looked at before a card takes effect; it decides nothing by itself.
Approved are those with a band of the card, out of the rated ones. Ratios by cross-multiplication.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """So many approved of so many rated households."""

    approved: int
    rated: int


def below_four_fifths(groups: Mapping[str, Share]) -> frozenset[str]:
    """The groups below four fifths of the highest rate; groups without a rated household are left out of it."""
    known = {name: share for name, share in groups.items() if share.rated > 0}
    return frozenset(
        name
        for name, share in known.items()
        if any(5 * share.approved * best.rated < 4 * best.approved * share.rated for best in known.values())
    )
