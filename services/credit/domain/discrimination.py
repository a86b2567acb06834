"""How well does a score tell those who repaid from those who did not?

From households by score and outcome: AUC is the share of pairs (one good, one bad) in which the good one scores higher,
ties counting half; Gini = 2·AUC − 1; KS is the largest gap between the two cumulated distributions (credit rules 2.1).
Exact fractions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Households of one score that repaid, and that did not."""

    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class Discrimination:
    auc: Fraction
    gini: Fraction
    ks: Fraction


def discrimination(by_score: Mapping[int, Outcomes]) -> Discrimination | None:
    """None while one of the two outcomes has not been seen."""
    good = sum(one.good for one in by_score.values())
    bad = sum(one.bad for one in by_score.values())
    if not good or not bad:
        return None
    good_below = bad_below = 0
    won, gap = Fraction(0), Fraction(0)
    for _, one in sorted(by_score.items()):
        won += one.good * (bad_below + Fraction(one.bad, 2))
        good_below += one.good
        bad_below += one.bad
        gap = max(gap, abs(Fraction(bad_below, bad) - Fraction(good_below, good)))
    auc = won / (good * bad)
    return Discrimination(auc, 2 * auc - 1, gap)
