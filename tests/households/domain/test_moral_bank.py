"""What earns moral points, and that they are good for goods only."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.households.domain.moral_bank import (
    Claim,
    may_be_goods,
    may_claim,
    may_decide_claim,
    moral_policy_at,
)
from services.households.domain.moral_bank_errors import (
    MoralDayAhead,
    MoralGoodsNotMoney,
    MoralOtherPersonNeeded,
    MoralRuleEnough,
    MoralRuleUnknown,
    MoralStepNotAllowed,
)
from services.households.storage.moral_bank_repository import load_moral_policies

DAY = date(2026, 11, 24)
POLICY = moral_policy_at(load_moral_policies(), DAY)
CLAIM = Claim(UUID(int=1), UUID(int=2), "model_villager", 50, DAY, "村民大会评议", "zhang")


def test_four_councils_four_mediations_and_four_reviews_are_data() -> None:
    assert [len(one) for one in (POLICY.councils, POLICY.mediations, POLICY.reviews)] == [4, 4, 4]
    assert {rule.review for rule in POLICY.rules.values()} == set(POLICY.reviews)
    assert all(rule.points > 0 for rule in POLICY.rules.values())


def test_a_rule_counts_so_often_a_year_and_no_more() -> None:
    assert may_claim("model_villager", DAY, [], POLICY, DAY) is None
    assert isinstance(may_claim("model_villager", DAY, [CLAIM], POLICY, DAY), MoralRuleEnough)
    assert may_claim("model_villager", DAY, [replace(CLAIM, state="refused")], POLICY, DAY) is None
    assert may_claim("model_villager", DAY, [replace(CLAIM, happened_on=date(2025, 12, 31))], POLICY, DAY) is None
    assert isinstance(may_claim("rich", DAY, [], POLICY, DAY), MoralRuleUnknown)
    assert isinstance(may_claim("clean_yard", date(2026, 11, 25), [], POLICY, DAY), MoralDayAhead)


def test_each_step_is_taken_by_somebody_else_than_the_one_before() -> None:
    assert isinstance(may_decide_claim(CLAIM, "confirmed", "zhang"), MoralOtherPersonNeeded)
    assert may_decide_claim(CLAIM, "confirmed", "li") is None
    confirmed = replace(CLAIM, state="confirmed", decided_by="li")
    assert isinstance(may_decide_claim(confirmed, "withdrawn", "li"), MoralOtherPersonNeeded)
    assert may_decide_claim(confirmed, "withdrawn", "zhang") is None
    assert isinstance(may_decide_claim(confirmed, "refused", "zhang"), MoralStepNotAllowed)


@pytest.mark.parametrize("name", ["现金 50 元", "贷款利率优惠", "信用加分", "春节红包"])
def test_points_buy_neither_money_nor_credit(name: str) -> None:
    assert isinstance(may_be_goods(name, POLICY), MoralGoodsNotMoney)
    assert may_be_goods("洗衣液", POLICY) is None
