"""Thirds of a village's income, shared out to the cent (三个1/3)."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.dividend import PARTS, Distribution, Pool, Shareholder, distribute
from services.households.domain.dividend_course import (
    Dividend,
    ShareState,
    digest_of,
    may_confirm,
    may_correct,
    may_mark_paid,
)
from services.households.domain.dividend_errors import (
    CorrectionAboveShare,
    CorrectionToItself,
    DividendListChanged,
    DividendStepNotAllowed,
    ShareAlreadyPaid,
    ShareUnknown,
)
from services.households.domain.largest_remainder import largest_remainder
from services.households.domain.plan_errors import SecondPersonNeeded

THIRDS = dict.fromkeys(PARTS, 1)
PARTS_IN_ORDER = st.lists(st.integers(0, 300), min_size=1, max_size=40).filter(any)


def member(number: int, *, poor: bool, weight: int = 100) -> Shareholder:
    return Shareholder(UUID(int=1000 + number), UUID(int=number), f"成员{number}", poor, weight)


def shared(cents: int, members: Sequence[Shareholder], *, both: bool = False) -> Distribution:
    return distribute(cents, members, THIRDS, poor_also_ordinary=both)


def of_pool(found: Distribution, pool: Pool) -> list[int]:
    return [line.amount_cents for line in found.lines if line.pool == pool]


PEOPLE = [member(1, poor=True), member(2, poor=True), member(3, poor=False), member(4, poor=False)]
MEMBERS = st.lists(
    st.builds(member, st.integers(1, 10_000), poor=st.booleans(), weight=st.integers(0, 400)),
    max_size=30,
    unique_by=lambda one: one.member_id,
)


@pytest.mark.parametrize(
    ("cents", "parts"),
    [(1, (1, 0, 0)), (2, (1, 1, 0)), (3, (1, 1, 1)), (4, (2, 1, 1)), (100_00, (33_34, 33_33, 33_33)), (0, (0, 0, 0))],
)
def test_the_thirds_are_equal_to_the_cent_and_the_collective_comes_first(cents: int, parts: tuple[int, ...]) -> None:
    assert tuple(shared(cents, PEOPLE).parts[part] for part in PARTS) == parts


def test_shares_carry_weights_and_the_cents_left_go_to_the_largest_remainders() -> None:
    """100.00: a third of 33.33 among weights 1, 1, 0.5 is 13.332, 13.332 and 6.666."""
    members = [member(1, poor=True), member(2, poor=True), member(3, poor=True, weight=50), member(4, poor=False)]
    assert of_pool(shared(100_00, members), "poor") == [13_33, 13_33, 6_67]


def test_equal_remainders_are_served_in_the_order_of_ids() -> None:
    members = [member(9, poor=True), member(3, poor=True), member(5, poor=True), member(4, poor=False)]
    lines = [line for line in shared(600 + 3 * 2, members).lines if line.pool == "poor"]
    assert [(line.member_id.int, line.amount_cents) for line in lines] == [(3, 68), (5, 67), (9, 67)]


def test_a_poor_member_is_in_the_ordinary_pool_only_if_the_village_says_so() -> None:
    assert of_pool(shared(120_00, PEOPLE), "ordinary") == [20_00, 20_00]
    assert of_pool(shared(120_00, PEOPLE, both=True), "ordinary") == [10_00] * 4
    assert of_pool(shared(120_00, PEOPLE, both=True), "poor") == [20_00, 20_00]


def test_the_part_of_an_empty_pool_stays_with_the_collective() -> None:
    found = shared(90_00, [member(1, poor=False)])
    assert (found.parts["collective"], found.parts["poor"], found.parts["ordinary"]) == (60_00, 0, 30_00)


def test_whoever_holds_no_share_is_not_on_the_list() -> None:
    found = shared(90_00, [*PEOPLE, member(5, poor=False, weight=0)])
    assert [line.member_id.int for line in found.lines] == [1, 2, 3, 4]


@given(st.integers(0, 10**12), MEMBERS, st.booleans())
def test_nothing_is_lost_and_nothing_made(cents: int, members: list[Shareholder], both: bool) -> None:
    found = shared(cents, members, both=both)
    assert sum(found.parts.values()) == cents
    for pool in ("poor", "ordinary"):
        assert sum(of_pool(found, pool)) == found.parts[pool]
    assert all(line.amount_cents >= 0 for line in found.lines)


@given(st.integers(0, 10**9), MEMBERS, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_in_which_members_are_listed_changes_nothing(
    cents: int, members: list[Shareholder], both: bool, chance: random.Random
) -> None:
    mixed = list(members)
    chance.shuffle(mixed)
    assert digest_of(shared(cents, mixed, both=both)) == digest_of(shared(cents, members, both=both))


@given(st.integers(0, 10**9), MEMBERS)
def test_who_holds_more_never_gets_less(cents: int, members: list[Shareholder]) -> None:
    found = shared(cents, members)
    for pool in ("poor", "ordinary"):
        lines = sorted((line.weight, line.amount_cents) for line in found.lines if line.pool == pool)
        by_weight = [amount for _, amount in lines]
        assert by_weight == sorted(by_weight)
        for (weight, amount), (other, more) in pairwise(lines):
            assert weight != other or more - amount <= 1, "equal weights differ by a cent at most"


@given(st.integers(0, 10**9), PARTS_IN_ORDER, st.integers(0, 39), st.integers(1, 50))
def test_more_weight_never_brings_less(cents: int, weights: list[int], which: int, more: int) -> None:
    at = which % len(weights)
    before = largest_remainder(cents, dict(enumerate(weights)))
    after = largest_remainder(cents, dict(enumerate([*weights[:at], weights[at] + more, *weights[at + 1 :]])))
    assert after[at] >= before[at]


@given(st.integers(0, 10**9), PARTS_IN_ORDER)
def test_nobody_is_a_cent_away_from_the_exact_share(cents: int, weights: list[int]) -> None:
    whole = sum(weights)
    for key, share in largest_remainder(cents, dict(enumerate(weights))).items():
        assert abs(share * whole - cents * weights[key]) < whole


def drafted(found: Distribution, **more: object) -> Dividend:
    plain = Dividend("511921122202", UUID(int=7), 2026, 100, False, found.parts, {}, digest_of(found), "zhang")
    return replace(plain, **more)  # type: ignore[arg-type] # a test's own fields


def test_a_draft_is_confirmed_by_a_second_person_while_the_people_are_the_same() -> None:
    found = shared(100_00, PEOPLE)
    assert may_confirm(drafted(found), "li", found) is None
    assert isinstance(may_confirm(drafted(found), "zhang", found), SecondPersonNeeded)
    born = shared(100_00, [*PEOPLE, member(5, poor=False)])
    assert isinstance(may_confirm(drafted(found), "li", born), DividendListChanged)
    heavier = shared(100_00, [replace(PEOPLE[0], weight=101), *PEOPLE[1:]])
    assert isinstance(may_confirm(drafted(found), "li", heavier), DividendListChanged)
    assert isinstance(may_confirm(drafted(found, state="confirmed"), "li", found), DividendStepNotAllowed)


def test_what_is_open_is_paid_once() -> None:
    shares = [ShareState(1, 100), ShareState(2, 100, paid_cents=100), ShareState(3, 100, -100, 100)]
    assert may_mark_paid([1], shares) is None
    paid = may_mark_paid([1, 2], shares)
    assert isinstance(paid, ShareAlreadyPaid)
    assert paid.data == {"share_nos": [2]}
    assert ShareAlreadyPaid(share_nos=[3, 5]).sentence.startswith("名单上序号 3、5 的人")
    assert may_mark_paid([3], shares) is None, "it is given back"
    assert isinstance(may_mark_paid([0, 9], shares), ShareUnknown)


def test_a_counter_entry_moves_no_more_than_the_line_holds() -> None:
    source = ShareState(1, 100, -40)
    assert may_correct(source, ShareState(2, 5), 60) is None
    assert may_correct(source, None, 60) is None
    assert isinstance(may_correct(source, ShareState(2, 5), 61), CorrectionAboveShare)
    assert isinstance(may_correct(source, source, 1), CorrectionToItself)
