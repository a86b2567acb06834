"""What a visit said of a loan's use is settled once, by another than who said it, and not behind anybody's back."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.use_of_money import FollowUp, Settlement, may_settle, settled
from services.credit.domain.use_of_money_errors import FollowUpNeedsOtherPerson, FollowUpSettled, HouseholdUntold
from shared.ids import new_id

TODAY = date(2026, 11, 24)
OPEN = FollowUp(new_id(), new_id(), "511921122202", date(2026, 11, 20), "cadre-1", None, "open")


def test_it_is_settled_by_somebody_else_than_who_was_there() -> None:
    assert may_settle(OPEN, Settlement("explained", "牛病死了", "official-1", TODAY)) is None
    own = may_settle(OPEN, Settlement("explained", "牛病死了", "cadre-1", TODAY))
    assert isinstance(own, FollowUpNeedsOtherPerson)


def test_what_is_held_against_a_household_is_told_to_it_first() -> None:
    untold = Settlement("confirmed", "买了摩托车", "official-1", TODAY)
    assert isinstance(may_settle(OPEN, untold), HouseholdUntold)
    assert may_settle(OPEN, replace(untold, told_by="visit")) is None


@given(
    st.sampled_from(["as_agreed", "explained", "confirmed", "withdrawn"]), st.sampled_from(["explained", "confirmed"])
)
def test_only_an_open_one_is_settled_and_once(state: str, outcome: str) -> None:
    other = replace(OPEN, state=state)  # type: ignore[arg-type] # states of the domain
    settlement = Settlement(outcome, "x", "official-1", TODAY, "visit")  # type: ignore[arg-type] # outcomes of the domain
    assert isinstance(may_settle(other, settlement), FollowUpSettled)
    assert settled(OPEN, settlement).allowed == ()
