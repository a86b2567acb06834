"""What share is this of which base? Every rate names its base and is given exactly and as offices print it.

Percentages with four decimals, and with two as printed; both half up, from whole numbers, never through a float.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rate:
    """`base` says in words what the denominator counts; `percent` and `printed` are None where the base is empty."""

    numerator: int
    denominator: int
    base: str
    percent: str | None
    printed: str | None


def rate(numerator: int, denominator: int, base: str) -> Rate:
    """The share in percent.

    >>> rate(1942, 494000, "全市贫困人口").percent, rate(1942, 494000, "全市贫困人口").printed
    ('0.3931', '0.39 %')
    """
    if denominator == 0:
        return Rate(numerator, 0, base, None, None)
    share = Fraction(100 * numerator, denominator)
    return Rate(numerator, denominator, base, _decimal(share, 4), f"{_decimal(share, 2)} %")


def bases_that_print(numerator: int, hundredths: int) -> tuple[int, int]:
    """Smallest and largest base over which `numerator` is printed as so many hundredths of a percent (6: 0.06 %).

    >>> bases_that_print(1942, 6)
    (2987693, 3530909)
    """
    doubled = 20_000 * numerator
    return doubled // (2 * hundredths + 1) + 1, doubled // (2 * hundredths - 1)


def half_up(amount: Fraction) -> int:
    """The nearest whole number, a half upwards."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _decimal(value: Fraction, places: int) -> str:
    scaled = half_up(value * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{places}d}"
