"""Who pays how much of a wish, and what is left to pay?"""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.wish import CLAIMED, DONOR, HELPER, HOUSEHOLD, OFFICIAL, OPEN, Actor, Wish
from services.households.domain.wish_errors import PayerNotYours, WishOverpaid, WishStepNotAllowed, WishStepNotYours
from services.households.domain.wish_life import claim_wish
from services.households.domain.wish_payment import (
    PAYERS,
    UNIT,
    Payment,
    holders_payer,
    left_cents,
    paid_cents,
    require_payment,
)
from tests.households.domain.test_wish_life import CADRE, CLERK, HELD, NOON, ONE, OWN, TWO, wish

HELD_WISH = wish(CLAIMED)


def payment(amount: int, payer: str = HOUSEHOLD, claim: int = 7) -> Payment:
    return Payment(UUID(int=amount), UUID(int=claim), payer, amount, "x", "某", NOON)


@given(st.lists(st.integers(1, 5_000), max_size=20))
def test_payments_never_come_to_more_than_the_wish_costs(amounts: list[int]) -> None:
    paid: list[Payment] = []
    for amount in amounts:
        try:
            require_payment(HELD_WISH, CLERK, HELPER, amount, paid)
        except WishOverpaid as refused:
            assert amount > refused.data["left_cents"] == left_cents(HELD_WISH, paid)  # noqa: PT017 - the amount decides whether it raises
        else:
            paid.append(payment(amount))
    assert paid_cents(HELD_WISH, paid) + left_cents(HELD_WISH, paid) == HELD_WISH.amount_cents
    assert left_cents(HELD_WISH, paid) >= 0


def test_payments_of_another_claim_do_not_count() -> None:
    assert left_cents(HELD_WISH, [payment(5_000, claim=8)]) == 5_000


@pytest.mark.parametrize(
    ("actor", "may"),
    [(OWN, {HOUSEHOLD}), (CADRE, {HELPER, HOUSEHOLD}), (ONE, {DONOR}), (CLERK, set(PAYERS))],
)
def test_each_writes_down_what_is_theirs_to_say(actor: Actor, may: set[str]) -> None:
    for payer in PAYERS:
        if payer in may:
            require_payment(HELD_WISH, actor, payer, 1, [])
        else:
            with pytest.raises(PayerNotYours):
                require_payment(HELD_WISH, actor, payer, 1, [])


def test_nothing_is_paid_for_a_wish_that_nobody_holds_or_another_holds() -> None:
    with pytest.raises(WishStepNotAllowed):
        require_payment(wish(OPEN), CLERK, HELPER, 1, [])
    with pytest.raises(WishStepNotYours):
        require_payment(HELD_WISH, TWO, DONOR, 1, [])


def test_the_holders_share_is_a_donors_a_helpers_or_the_units() -> None:
    def held(actor: Actor, behalf: str | None = None) -> Wish:
        return claim_wish(wish(OPEN), actor, UUID(int=7), HELD, NOON, behalf)

    assert holders_payer(held(ONE)) == DONOR
    assert holders_payer(held(CADRE)) == HELPER
    assert holders_payer(held(CLERK)) == UNIT
    assert holders_payer(held(Actor("c", "丙", OFFICIAL), "某公司")) == DONOR
