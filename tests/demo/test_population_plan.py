"""The plan shares the report's totals among the units to the last household and cent."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bashan.demo.population.allocation import largest_remainder, spread
from tests.builders.demo_units import plan
from tests.builders.population_rules import TOWNSHIP

UNITS = list(plan().units.values())
WEIGHTS = st.lists(st.integers(0, 500), min_size=1, max_size=40).filter(any)


def test_the_units_together_are_the_prefecture_of_the_report() -> None:
    assert len(UNITS) == 1_809
    assert sum(unit.row.households for unit in UNITS) == 441_400
    assert sum(unit.row.poor_households for unit in UNITS) == 124_000
    assert sum(unit.row.rated_households for unit in UNITS) == 223_274
    assert sum(unit.row.poor_village for unit in UNITS) == 699


def test_the_grades_sum_to_the_credit_households_of_the_report() -> None:
    assert sum(unit.aaa for unit in UNITS) == 3_385
    assert sum(unit.aa for unit in UNITS) == 12_270
    assert sum(unit.a for unit in UNITS) == 88_145
    assert all(unit.aaa + unit.aa + unit.a == unit.row.credit_households for unit in UNITS)


def test_the_loans_and_their_money_sum_to_the_report() -> None:
    assert sum(unit.loans for unit in UNITS) == 79_000
    assert sum(unit.loan_total_thousands for unit in UNITS) * 1_000 == 1_972_000_000


def test_the_titles_are_those_of_the_report() -> None:
    assert sum(unit.row.credit_village for unit in UNITS) == 600
    assert sum(units[0].row.credit_township for units in plan().townships.values()) == 40


def test_the_non_performing_borrowers_live_in_villages_at_most_one_in_each() -> None:
    assert sum(unit.bad for unit in UNITS) == 285
    assert {unit.bad for unit in UNITS} == {0, 1}
    assert not any(unit.bad for unit in UNITS if unit.row.kind == "community")


def test_every_unit_has_seats_for_all_its_rated_households() -> None:
    assert all(unit.a > 0 and unit.none > 0 for unit in UNITS)
    assert sum(unit.vetoed for unit in UNITS) == 2_000


def test_a_mutual_aid_society_stands_in_a_poor_village_and_the_balances_sum_to_the_report() -> None:
    societies = [unit for unit in UNITS if unit.society_balance_cents]
    assert len(societies) == 186
    assert all(unit.row.poor_village for unit in societies)
    assert sum(unit.society_balance_cents for unit in societies) == 3_748_000_000


def test_a_place_is_the_units_whose_code_begins_with_its_code() -> None:
    assert len(plan().codes(TOWNSHIP)) == len(plan().townships[TOWNSHIP]) == 10
    assert plan().codes("5119") == [unit.row.code for unit in UNITS]
    assert plan().codes("510100") == []


def test_short_names_are_as_people_say_them() -> None:
    names = {unit.row.short_name for unit in plan().townships[TOWNSHIP]}
    assert {"龙凤场社区", "长岭村", "锣村溪村"} <= names
    assert all(unit.row.short_name.endswith(("村", "社区")) for unit in UNITS)
    assert not any(unit.row.short_name.endswith("村村") for unit in UNITS)


@settings(deadline=None)
@given(st.integers(0, 10_000), WEIGHTS)
def test_largest_remainders_keep_the_sum_and_stay_within_one_of_the_exact_share(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


@settings(deadline=None)
@given(st.integers(0, 10_000), WEIGHTS)
def test_spreading_keeps_the_sum_of_every_stretch_within_one_of_its_share(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    for end in range(1, len(weights) + 1):
        assert abs(sum(parts[:end]) - total * sum(weights[:end]) / sum(weights)) <= 0.5 + 1e-6
