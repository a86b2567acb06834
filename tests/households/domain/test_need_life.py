"""Who sees a need, what may be given for it, and when is it met?"""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.need import MET, OPEN, Donation, Need
from services.households.domain.need_errors import (
    DonationSaysNothing,
    DonationTooMuch,
    NeedClosed,
    NeedNotFound,
    ReceiptAlreadyGiven,
    RecorderCannotReceive,
)
from services.households.domain.need_life import (
    close_need,
    receipt_number,
    received,
    require_donation,
    with_consent,
    with_donation,
)
from services.households.domain.wish import HOUSEHOLD, OFFICIAL, Actor, Consent

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
WORD = Consent(NOON, "household", "农户", "own")
OWN, CLERK = Actor("household", "农户", HOUSEHOLD), Actor("clerk", "村干部", OFFICIAL)


def need(wanted: int | None = 10_000) -> Need:
    fresh = Need(UUID(int=1), UUID(int=2), "production", "想养 20 只山羊", wanted, OPEN, NOON, "household")
    return with_consent(fresh, WORD)


def donation(cents: int, by: str = "clerk") -> Donation:
    return Donation(
        UUID(int=9), UUID(int=1), "某公司", False, cents, None, date(2026, 11, 24), "JZ-1", by, "村干部", NOON
    )


def test_a_need_is_public_exactly_while_it_is_open_and_the_word_stands() -> None:
    assert need().public
    assert not with_consent(need(), None).public
    assert with_consent(with_consent(need(), None), WORD).public
    assert not close_need(need()).public
    assert not with_donation(need(), donation(10_000)).public


def test_the_word_can_be_taken_back_from_any_need_and_not_given_to_a_closed_one() -> None:
    closed = close_need(need())
    assert with_consent(closed, None).consent is None
    with pytest.raises(NeedClosed):
        with_consent(closed, WORD)
    with pytest.raises(NeedClosed):
        close_need(closed)


@given(st.lists(st.integers(1, 10_000), max_size=20))
def test_money_never_comes_to_more_than_is_wanted_and_meets_the_need_at_the_last_cent(amounts: list[int]) -> None:
    pool = need()
    for amount in amounts:
        left = pool.left_cents or 0
        if pool.state == MET:
            with pytest.raises(NeedClosed):
                require_donation(pool, amount, None)
        elif amount > left:
            with pytest.raises(DonationTooMuch):
                require_donation(pool, amount, None)
        else:
            require_donation(pool, amount, None)
            pool = with_donation(pool, donation(amount))
    assert pool.given_cents <= 10_000
    assert (pool.state == MET) == (pool.given_cents == 10_000)


def test_goods_have_no_measure_and_a_need_without_a_sum_is_never_met_by_money() -> None:
    require_donation(need(), 0, "两头猪仔")
    open_ended = with_donation(need(None), donation(10**9))
    assert (open_ended.state, open_ended.left_cents) == (OPEN, None)


def test_nothing_is_given_to_what_is_not_published_or_to_nothing_at_all() -> None:
    with pytest.raises(NeedNotFound):
        require_donation(with_consent(need(), None), 1, None)
    with pytest.raises(DonationSaysNothing):
        require_donation(need(), 0, None)
    with pytest.raises(NeedClosed):
        require_donation(close_need(need()), 1, None)


def test_the_receipt_is_given_once_and_not_by_whoever_wrote_the_donation_down() -> None:
    with pytest.raises(RecorderCannotReceive):
        received(donation(1), CLERK, NOON)
    there = received(donation(1), OWN, NOON)
    assert (there.received_at, there.received_by_name) == (NOON, "农户")
    with pytest.raises(ReceiptAlreadyGiven):
        received(there, OWN, NOON)


def test_a_receipt_number_says_its_year() -> None:
    assert receipt_number("019abcde-0000-7000-8000-00000000beef", 2026) == "JZ-2026-00000000BEEF"
