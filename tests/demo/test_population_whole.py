"""The whole prefecture, generated: every total of the report, to the unit."""

from collections import Counter

import pytest

from bashan.demo.population import generate
from tests.builders.demo_units import plan
from tests.builders.population_rules import TODAY, Counted, count


@pytest.mark.slow
def test_the_whole_prefecture_comes_out_as_the_report_says() -> None:
    totals: Counter[str] = Counter()
    townships: dict[str, list[tuple[str, Counted]]] = {}
    id_numbers: set[int] = set()
    for unit in generate(plan(), plan().codes("5119"), TODAY):
        counted = count(unit)
        row = unit.plan.row
        assert counted.is_credit_village == row.credit_village, row.code
        townships.setdefault(row.town_code, []).append((row.kind, counted))
        totals.update(counted.bands)
        totals["households"] += counted.households
        totals["rated"] += counted.rated
        totals["poor"] += sum(household.on_poverty_list for household in unit.households)
        totals["loans"] += len(unit.loans)
        totals["cents"] += sum(loan.amount_cents for loan in unit.loans)
        totals["non_performing"] += sum(loan.events[-1].days_past_due > 90 for loan in unit.loans)
        totals["subsidised"] += sum(loan.balance_cents for loan in unit.loans if loan.product == "P1")
        totals["people"] += sum(len(household.members) for household in unit.households)
        id_numbers.update(int(member.id_number[:17]) for h in unit.households for member in h.members)
    assert len(id_numbers) == totals["people"]
    assert (totals["households"], totals["poor"]) == (441_400, 124_000)
    assert (totals["rated"], totals["AAA"], totals["AA"], totals["A"]) == (223_274, 3_385, 12_270, 88_145)
    assert (totals["loans"], totals["cents"], totals["non_performing"]) == (79_000, 197_200_000_000, 285)
    assert 13_000_000_000 < totals["subsidised"] <= 5 * 3_748_000_000
    titled = {code for code, units in townships.items() if is_credit_township(units)}
    assert titled == {code for code, units in plan().townships.items() if units[0].row.credit_township}
    assert len(titled) == 40


def is_credit_township(units: list[tuple[str, Counted]]) -> bool:
    villages = [counted for kind, counted in units if kind == "village"]
    everyone = [counted for _, counted in units]
    borrowers, late = sum(c.borrowers for c in everyone), sum(c.late for c in everyone)
    bad, balance = sum(c.bad for c in everyone), sum(c.balance for c in everyone)
    return (
        bool(villages)
        and 2 * sum(c.is_credit_village for c in villages) >= len(villages)
        and 100 * (borrowers - late) >= 90 * borrowers
        and 100 * bad <= 3 * balance
    )
