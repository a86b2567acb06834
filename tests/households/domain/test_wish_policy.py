"""By which figures are wishes taken up and held? The shipped policy, and who may make one more wish."""

from datetime import date, timedelta

import pytest

from services.households.domain.household import HouseholdFacts
from services.households.domain.wish_entry import require_entry
from services.households.domain.wish_errors import (
    HouseholdNotEligible,
    WishAmountTooLarge,
    WishesUsedUp,
    WishKindUnknown,
    WishTextTellsWho,
)
from services.households.domain.wish_policy import WishPolicy, policy_on, wish_policy_of
from services.households.storage.wish_policy_files import shipped_wish_policies

POLICY = policy_on(shipped_wish_policies(), date(2026, 11, 24))
POOR = HouseholdFacts("511921122202", status="poor")


def test_the_shipped_policy_has_the_reports_six_classes_and_fifteen_kinds() -> None:
    assert len({kind.class_code for kind in POLICY.kinds.values()}) == 6
    assert len(POLICY.kinds) == 15
    assert {"物资", "医疗", "教育"} <= {kind.class_name for kind in POLICY.kinds.values()}
    assert POLICY.held == timedelta(hours=72)


def test_a_kind_that_the_policy_does_not_have_is_refused() -> None:
    with pytest.raises(WishKindUnknown):
        POLICY.kind("house")


def test_the_newest_policy_in_force_on_the_day_counts() -> None:
    document = {
        "version": "wishes-2",
        "in_force_from": "2027-01-01",
        "hours_held": 48,
        "wishes_per_household_and_year": 2,
        "most_amount_cents": 1,
        "claims_at_once_per_donor": 1,
        "eligible": ["poor"],
        "classes": [],
    }
    both: tuple[WishPolicy, ...] = (POLICY, wish_policy_of(document))
    assert policy_on(both, date(2026, 12, 31)) is POLICY
    assert policy_on(both, date(2027, 1, 1)).version == "wishes-2"


def entry(facts: HouseholdFacts = POOR, *, made: int = 0, need: str = "一盏台灯", cents: int = 100) -> None:
    require_entry(POLICY, facts, ["李建国"], made_this_year=made, need=need, amount_cents=cents)


@pytest.mark.parametrize("status", ["poor", "out_of_poverty"])
def test_households_on_the_register_may_wish(status: str) -> None:
    entry(HouseholdFacts("511921122202", status=status))


def test_a_household_under_watch_may_wish_until_its_risk_is_removed() -> None:
    entry(HouseholdFacts("511921122202", monitoring_type="sudden"))
    with pytest.raises(HouseholdNotEligible):
        entry(HouseholdFacts("511921122202", monitoring_type="sudden", risk_removed=True))
    with pytest.raises(HouseholdNotEligible):
        entry(HouseholdFacts("511921122202"))


def test_the_last_wish_and_the_last_cent_of_the_policy_are_taken_and_one_more_is_not() -> None:
    entry(made=POLICY.per_year - 1, cents=POLICY.most_amount_cents)
    with pytest.raises(WishesUsedUp):
        entry(made=POLICY.per_year)
    with pytest.raises(WishAmountTooLarge):
        entry(cents=POLICY.most_amount_cents + 1)
    with pytest.raises(WishTextTellsWho):
        entry(need="李建国想要台灯")
