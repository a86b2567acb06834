"""Every rate names its base; the report's own figures are the cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.income_plan import IncomeTotals
from services.households.domain.rate import bases_that_print, rate

POOR_PEOPLE, POOR_HOUSEHOLDS = 494_000, 159_000
LEFT_HOUSEHOLDS, LEFT_PEOPLE = 759, 1_942


def test_the_people_left_of_the_poor_are_a_third_of_a_percent() -> None:
    left = rate(LEFT_PEOPLE, POOR_PEOPLE, "全市贫困人口")
    assert (left.percent, left.printed, left.base) == ("0.3931", "0.39 %", "全市贫困人口")
    assert rate(LEFT_HOUSEHOLDS, POOR_HOUSEHOLDS, "全市贫困户").percent == "0.4774"


def test_the_printed_rate_needs_the_whole_rural_population_as_its_base() -> None:
    """0.06 % is printed over 2,987,693 to 3,530,909 people, six times the poor: another base than the 494,000."""
    low, high = bases_that_print(LEFT_PEOPLE, 6)
    assert (low, high) == (2_987_693, 3_530_909)
    assert not low <= POOR_PEOPLE <= high
    printed = [rate(LEFT_PEOPLE, base, "农村人口").printed for base in (low - 1, low, high, high + 1)]
    assert printed == ["0.07 %", "0.06 %", "0.06 %", "0.05 %"]


def test_the_ten_thousand_yuan_plan_of_the_report_adds_up() -> None:
    """18,682 plans bring 1.88亿 yuan: 10,063.16 a household, and 2,951 a head means 63,707 people."""
    totals = IncomeTotals(plans=18_682, people=63_707, expected_cents=188_000_000_00, achieved_cents=0)
    assert totals.expected_per_household_cents == 10_063_16
    assert totals.expected_per_head_cents is not None
    assert (totals.expected_per_head_cents + 50) // 100 == 2_951


def test_over_nothing_there_is_no_rate() -> None:
    assert rate(3, 0, "户").percent is None
    assert IncomeTotals(0, 0, 0, 0).expected_per_household_cents is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent", "printed"),
    [
        (1, 8, "12.5000", "12.50 %"),
        (1, 3, "33.3333", "33.33 %"),
        (2, 3, "66.6667", "66.67 %"),
        (-1, 3, "-33.3333", "-33.33 %"),
    ],
)
def test_percentages_are_rounded_half_up(numerator: int, denominator: int, percent: str, printed: str) -> None:
    found = rate(numerator, denominator, "户")
    assert (found.percent, found.printed) == (percent, printed)


@given(st.integers(1, 10**9), st.integers(1, 9_999))
def test_exactly_the_bases_between_print_the_figure(numerator: int, hundredths: int) -> None:
    low, high = bases_that_print(numerator, hundredths)
    text = f"{hundredths // 100}.{hundredths % 100:02d} %"
    for base in {low, high} if low <= high else set():
        assert rate(numerator, base, "人").printed == text
    for base in (low - 1, high + 1):
        assert base < 1 or rate(numerator, base, "人").printed != text
