"""The loans sum to the plan, keep to limits and dates, and carry exactly the planned titles."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bashan.demo.population import DemoLoan, DemoUnit
from bashan.demo.population.borrowing import Amount, LoanTotalError, share_out
from bashan.demo.population.dice import Dice
from bashan.demo.population.seats import Seat
from tests.builders.demo_units import sample, township
from tests.builders.population_rules import TODAY, count

P1 = {"A": 3_000_000, "AA": 4_000_000, "AAA": 5_000_000}
P2 = {"A": 3_000_000, "AA": 5_000_000, "AAA": 10_000_000}


def loans_by_household(unit: DemoUnit) -> dict[str, list[DemoLoan]]:
    found: dict[str, list[DemoLoan]] = defaultdict(list)
    for loan in unit.loans:
        found[loan.household_id].append(loan)
    return found


def bad_loans(unit: DemoUnit) -> list[DemoLoan]:
    return [loan for loan in unit.loans if loan.events[-1].days_past_due > 90]


def test_every_unit_reaches_its_own_number_and_sum_of_loans() -> None:
    for unit in sample():
        assert len(unit.loans) == unit.plan.loans
        assert sum(loan.amount_cents for loan in unit.loans) == 100_000 * unit.plan.loan_total_thousands


def test_amounts_are_whole_thousands_from_5_000_to_100_000_within_the_limit_of_the_grade() -> None:
    for unit in sample():
        for loan in unit.loans:
            assert 500_000 <= loan.amount_cents <= 10_000_000
            assert loan.amount_cents % 100_000 == 0
            limit = P1 if loan.product == "P1" else P2
            assert loan.amount_cents <= limit[loan.grade_at_disbursement]
            assert loan.term_months in (12, 24, 36)


def test_what_a_household_owes_at_once_stays_within_one_limit_and_at_different_banks() -> None:
    for unit in sample():
        for loans in loans_by_household(unit).values():
            still = [loan for loan in loans if loan.balance_cents]
            limit = P2[loans[0].grade_at_disbursement]
            assert sum(loan.amount_cents for loan in still) <= limit
            assert len({loan.bank for loan in loans}) == len(loans)


def test_subsidised_loans_go_only_to_poor_households_of_villages_with_a_society_that_can_bear_them() -> None:
    seen = 0
    for unit in sample():
        poor = {household.household_id for household in unit.households if household.on_poverty_list}
        subsidised = [loan for loan in unit.loans if loan.product == "P1"]
        seen += len(subsidised)
        assert all(loan.household_id in poor for loan in subsidised)
        owed = sum(loan.balance_cents for loan in subsidised)
        assert owed <= 5 * unit.plan.society_balance_cents
    assert seen


def test_events_are_numbered_in_the_order_of_time_and_never_in_the_future() -> None:
    for unit in sample():
        for loan in unit.loans:
            assert [event.event_number for event in loan.events] == list(range(1, len(loan.events) + 1))
            assert all(before.date <= after.date for before, after in pairwise(loan.events))
            assert loan.events[-1].date <= TODAY
            assert loan.events[0].kind == "disbursed"
            assert loan.events[0].date == loan.disbursed_on


def test_balances_follow_from_the_amounts_of_the_events() -> None:
    for unit in sample():
        for loan in unit.loans:
            balance = 0
            for event in loan.events:
                balance += {"disbursed": 1, "repaid": -1, "overdue": 0}[event.kind] * event.amount_cents
                assert event.balance_cents == balance >= 0
                assert (event.days_past_due > 0) == (event.kind == "overdue")
            assert loan.events[0].amount_cents == loan.amount_cents


def test_a_loan_with_a_balance_is_not_past_its_term_unless_it_is_in_arrears() -> None:
    for unit in sample():
        for loan in unit.loans:
            if loan.balance_cents and not loan.events[-1].days_past_due:
                assert (TODAY - loan.disbursed_on).days <= loan.term_months * 30.5 + 1


def test_exactly_the_planned_villages_pass_the_tests_of_a_credit_village() -> None:
    for unit in sample():
        assert count(unit).is_credit_village == unit.plan.row.credit_village


def test_the_township_passes_with_seven_of_its_nine_villages() -> None:
    counted = [(unit.plan.row, count(unit)) for unit in township()]
    assert sum(c.is_credit_village for row, c in counted) == 7
    assert sum(row.kind == "village" for row, _ in counted) == 9
    borrowers, late = sum(c.borrowers for _, c in counted), sum(c.late for _, c in counted)
    assert 100 * (borrowers - late) >= 90 * borrowers
    assert 100 * sum(c.bad for _, c in counted) <= 3 * sum(c.balance for _, c in counted)


def test_late_borrowers_are_few_and_there_are_some() -> None:
    late = 0
    for unit in sample():
        borrowers = loans_by_household(unit)
        found = sum(any(e.days_past_due for loan in loans for e in loan.events) for loans in borrowers.values())
        late += found
        assert 100 * found <= 5 * len(borrowers) or found == unit.plan.bad
    assert late > 10


def test_non_performing_borrowers_are_rated_and_vetoed_for_it() -> None:
    for unit in sample():
        files = {file.household_id: file for file in unit.files}
        bad = bad_loans(unit)
        assert len(bad) == unit.plan.bad
        for loan in bad:
            file = files[loan.household_id]
            assert file.rated
            assert [veto.code for veto in file.vetoes] == ["V2"]
            assert file.facts.worst_days_past_due == loan.events[-1].days_past_due
        v2 = [file for file in unit.files if any(veto.code == "V2" for veto in file.vetoes)]
        assert len(v2) == len(bad)


def test_in_a_credit_village_arrears_are_old_and_at_most_one_percent_of_the_good_balance() -> None:
    seen: Counter[bool] = Counter()
    for unit in sample():
        for loan in bad_loans(unit):
            crossed = next(event.date for event in loan.events if event.days_past_due > 90)
            titled = unit.plan.row.credit_village
            seen[titled] += 1
            assert (crossed < TODAY - timedelta(366)) == titled
            good = sum(other.balance_cents for other in unit.loans) - loan.balance_cents
            assert not titled or 100 * loan.balance_cents <= good
    assert seen[True]
    assert seen[False]


def amounts(most: list[int]) -> list[Amount]:
    seat = Seat(1, "credit", "A", poor=False)
    return [Amount(seat, "open", "A", limit) for limit in most]


@settings(deadline=None)
@given(st.text(max_size=5), st.lists(st.integers(5, 100), min_size=1, max_size=30), st.data())
def test_any_total_that_fits_is_shared_out_to_the_thousand(seed: str, most: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(5 * len(most), sum(most)))
    shared = amounts(most)
    share_out(Dice(seed), shared, total)
    assert sum(amount.thousands for amount in shared) == total
    assert all(5 <= amount.thousands <= amount.most for amount in shared)


def test_a_total_that_does_not_fit_is_an_error_and_not_a_loan_beyond_its_limit() -> None:
    with pytest.raises(LoanTotalError):
        share_out(Dice("x"), amounts([30, 30]), 61)
