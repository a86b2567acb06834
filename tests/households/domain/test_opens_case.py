"""What opens a monitoring case, and that the same news has the same key."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.guarantees import UNCHECKED, Guarantee, GuaranteeSheet
from services.households.domain.opens_case import income_under_line, missing_guarantees, yearly_watch
from services.households.storage.monitoring_policy_file import load_monitoring_rules

TODAY = date(2026, 11, 24)
RULES = load_monitoring_rules()
POLICY = RULES.at(TODAY)
LINE = POLICY.watch_income_cents


def without(name: str, version: int = 2) -> GuaranteeSheet:
    return GuaranteeSheet({**UNCHECKED.guarantees, name: Guarantee("no", TODAY, "看了")}, version)


def test_a_guarantee_that_is_newly_missing_opens_a_case_and_one_that_still_is_does_not() -> None:
    found = missing_guarantees(UNCHECKED, without("housing"), POLICY)
    assert [(one.origin, one.detail) for one in found] == [("missing_guarantee", "住房安全没有保障")]
    assert missing_guarantees(without("housing"), without("housing", 3), POLICY) == ()


@given(st.integers(0, 3 * LINE))
def test_an_income_opens_a_case_exactly_when_it_is_under_the_line(income: int) -> None:
    assert (income_under_line(income, TODAY, POLICY) is not None) == (income < LINE)


def test_the_line_itself_is_enough_and_an_unknown_income_opens_nothing() -> None:
    assert income_under_line(LINE, TODAY, POLICY) is None
    assert income_under_line(None, TODAY, POLICY) is None
    found = income_under_line(LINE - 1, TODAY, POLICY)
    assert found is not None
    assert found.detail == "人均纯收入 5,999.99 元，低于 2026 年监测线 6,000.00 元"


def test_the_same_income_is_news_once_a_year() -> None:
    once, again = (income_under_line(100, day, POLICY) for day in (TODAY, date(2026, 1, 1)))
    next_year = income_under_line(100, date(2027, 1, 1), POLICY)
    assert once is not None
    assert again is not None
    assert next_year is not None
    assert once.key == again.key != next_year.key
    assert yearly_watch(TODAY).key != yearly_watch(date(2027, 1, 1)).key


def test_a_rule_that_the_policy_does_not_name_opens_nothing() -> None:
    closed = replace(POLICY, opening_rules=frozenset())
    assert missing_guarantees(UNCHECKED, without("housing"), closed) == ()
    assert income_under_line(0, TODAY, closed) is None


def test_the_figures_are_those_of_the_day() -> None:
    assert RULES.at(date(2020, 6, 1)).watch_income_cents == 500_000
    assert RULES.at(date(2021, 1, 1)).watch_income_cents == 600_000
    assert RULES.at(date(2014, 1, 1)).valid_from == date(2020, 1, 1), "before all of them the oldest holds"
