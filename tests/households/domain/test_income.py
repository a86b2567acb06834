import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.income import YearIncome, is_newest, require_begun
from services.households.domain.income_errors import IncomeYearAhead

CENTS = st.integers(0, 10**12)


def test_net_income_is_all_kinds_less_what_the_business_cost() -> None:
    income = YearIncome(2025, 4, 2_000_000, 900_000, 10_000, 120_000, 430_000, 1_500_000)
    assert income.net_cents == 2_600_000
    assert income.net_per_head_cents == 650_000


def test_what_was_spent_on_living_takes_nothing_off() -> None:
    frugal, lavish = (YearIncome(2025, 2, 100, 0, 0, 0, 0, spent) for spent in (0, 10**9))
    assert frugal.net_per_head_cents == lavish.net_per_head_cents


@given(CENTS, CENTS, st.integers(1, 99))
def test_the_share_times_the_heads_is_the_whole_within_half_a_cent_a_head(earned: int, cost: int, people: int) -> None:
    income = YearIncome(2025, people, earned, 0, 0, 0, cost)
    assert abs(income.net_per_head_cents * people - income.net_cents) * 2 <= people
    assert YearIncome(2025, people, cost, 0, 0, 0, earned).net_per_head_cents == -income.net_per_head_cents


def test_a_year_that_has_not_begun_has_no_income() -> None:
    require_begun(2026, 2026)
    with pytest.raises(IncomeYearAhead):
        require_begun(2027, 2026)


def test_only_the_newest_year_tells_the_present_income() -> None:
    assert [is_newest(year, (2023, 2025)) for year in (2024, 2025, 2026)] == [False, True, True]
    assert is_newest(2020, ())
