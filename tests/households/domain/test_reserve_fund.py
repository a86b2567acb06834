"""The reserved fund: never above the household's sum, never overdrawn, paid by a second person."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.household import Household, HouseholdFacts
from services.households.domain.plan_errors import SecondPersonNeeded
from services.households.domain.plan_policy import policy_at
from services.households.domain.reserve_errors import (
    ReserveCeilingReached,
    ReserveDayAhead,
    ReserveNeedsPoor,
    ReturnAboveTranche,
    TrancheStepNotAllowed,
)
from services.households.domain.reserve_fund import (
    Entry,
    EntryKind,
    Tranche,
    first_wrong_entry,
    left_for,
    may_decide,
    may_pay,
    may_request,
    may_return,
)
from services.households.storage.plan_policy_file import load_plan_policies
from shared.ids import new_id

DAY = date(2026, 11, 24)
POLICY = policy_at(load_plan_policies(), DAY)
POOR = Household(UUID(int=1), HouseholdFacts("511921122202", status="poor"))
CEILING = 2_000_00


def tranche(amount: int = 500_00, **more: object) -> Tranche:
    asked = Tranche(POOR.household_id, new_id(), "511921122202", amount, "鸡苗", "zhang")
    return replace(asked, **more)  # type: ignore[arg-type] # a test's own fields


def test_two_thousand_yuan_are_reserved_for_a_household() -> None:
    assert POLICY.reserve_cents_per_household == CEILING
    assert may_request(POOR, CEILING, [], POLICY) is None
    over = may_request(POOR, CEILING + 1, [], POLICY)
    assert isinstance(over, ReserveCeilingReached)
    assert over.data == {"left_cents": CEILING}


def test_what_is_asked_for_and_what_is_out_count_together_and_what_came_back_is_free_again() -> None:
    asked, out = tranche(700_00), tranche(1_000_00, state="paid", returned_cents=400_00)
    refused = tranche(900_00, state="refused")
    assert left_for([asked, out, refused], POLICY) == 700_00


def test_only_households_of_the_register_are_paid() -> None:
    general = replace(POOR, facts=replace(POOR.facts, status="general"))
    assert isinstance(may_request(general, 1, [], POLICY), ReserveNeedsPoor)


def test_a_tranche_is_paid_once_by_a_second_person_and_not_tomorrow() -> None:
    asked = tranche()
    assert isinstance(may_pay(asked, [], POLICY, "zhang", DAY, DAY), SecondPersonNeeded)
    assert isinstance(may_pay(asked, [], POLICY, "li", DAY + timedelta(days=1), DAY), ReserveDayAhead)
    assert may_pay(asked, [], POLICY, "li", DAY, DAY) is None
    again = may_pay(replace(asked, state="paid"), [], POLICY, "li", DAY, DAY)
    assert isinstance(again, TrancheStepNotAllowed)
    assert isinstance(may_decide(replace(asked, state="refused"), "refusal", "li"), TrancheStepNotAllowed)


def test_a_payment_is_held_against_the_sum_of_the_day_it_is_paid() -> None:
    smaller = replace(POLICY, reserve_cents_per_household=900_00)
    out = tranche(500_00, state="paid")
    assert may_pay(tranche(500_00), [out], POLICY, "li", DAY, DAY) is None
    assert isinstance(may_pay(tranche(500_00), [out], smaller, "li", DAY, DAY), ReserveCeilingReached)


def test_not_more_comes_back_than_was_paid() -> None:
    out = tranche(500_00, state="paid", returned_cents=200_00)
    assert may_return(out, 300_00, DAY, DAY) is None
    assert isinstance(may_return(out, 300_01, DAY, DAY), ReturnAboveTranche)
    assert isinstance(may_return(tranche(), 1, DAY, DAY), TrancheStepNotAllowed)


@given(st.lists(st.tuples(st.sampled_from(["request", "pay", "return"]), st.integers(0, 5), st.integers(1, CEILING))))
def test_whatever_is_tried_a_household_never_has_more_than_its_sum(tries: list[tuple[str, int, int]]) -> None:
    standing: list[Tranche] = []
    for step, which, amount in tries:
        if step == "request":
            if may_request(POOR, amount, standing, POLICY) is None:
                standing.append(tranche(amount))
        elif standing:
            one = standing.pop(which % len(standing))
            if step == "pay" and may_pay(one, standing, POLICY, "li", DAY, DAY) is None:
                one = replace(one, state="paid")
            elif step == "return" and may_return(one, amount, DAY, DAY) is None:
                one = replace(one, returned_cents=one.returned_cents + amount)
            standing.append(one)
        assert 0 <= sum(one.out_cents for one in standing) <= CEILING
        assert left_for(standing, POLICY) >= 0


def ledger(amounts: list[int]) -> list[Entry]:
    balances = accumulate(amounts)
    return [Entry(n, kind_of(a), a, b) for n, (a, b) in enumerate(zip(amounts, balances, strict=True), 1)]


def kind_of(amount: int) -> EntryKind:
    return "allocation" if amount > 0 else "payment"


def never_overdrawn(amounts: list[int]) -> bool:
    return all(balance >= 0 for balance in accumulate(amounts))


AMOUNTS = st.lists(st.integers(-500, 1_000).filter(bool), min_size=1).filter(never_overdrawn)


@given(AMOUNTS, st.data())
def test_a_ledger_that_was_touched_names_its_first_wrong_line(amounts: list[int], data: st.DataObject) -> None:
    sound = ledger(amounts)
    assert first_wrong_entry(sound) is None
    at = data.draw(st.integers(0, len(sound) - 1))
    cent_more = replace(sound[at], amount_cents=sound[at].amount_cents + 1)
    wrong = first_wrong_entry([*sound[:at], cent_more, *sound[at + 1 :]])
    assert wrong is not None
    assert wrong.entry_no == at + 1
    if at + 1 < len(sound):
        assert first_wrong_entry([*sound[:at], *sound[at + 1 :]]) is not None
