"""Do the engine's band and the bank's recommendation lie so far apart that a person must decide?

Both are kept. The engine's band stands while they differ by no more than one band; beyond, a person chooses a band
from the one to the other, with a reason (credit rules 2.4).
"""

BANDS = ("none", "A", "AA", "AAA")


def far_apart(scored: str, recommended: str, most_apart: int) -> bool:
    return abs(BANDS.index(scored) - BANDS.index(recommended)) > most_apart


def lies_between(band: str, scored: str, recommended: str) -> bool:
    """Is the chosen band one of the two, or between them?"""
    low, high = sorted((BANDS.index(scored), BANDS.index(recommended)))
    return low <= BANDS.index(band) <= high
