"""May this household make one more wish, and may it be this one?"""

from collections.abc import Iterable

from services.households.domain.household import HouseholdFacts
from services.households.domain.public_words import tells_who
from services.households.domain.wish_errors import (
    HouseholdNotEligible,
    WishAmountTooLarge,
    WishesUsedUp,
    WishTextTellsWho,
)
from services.households.domain.wish_policy import WishPolicy


def require_entry(
    policy: WishPolicy,
    facts: HouseholdFacts,
    names: Iterable[str],
    *,
    made_this_year: int,
    need: str,
    amount_cents: int,
) -> None:
    """`made_this_year` counts the wishes of this calendar year that were not withdrawn; `names` are its members'.

    Raises HouseholdNotEligible, WishAmountTooLarge, WishesUsedUp, WishTextTellsWho.
    """
    monitored = facts.monitoring_type is not None and not facts.risk_removed
    if facts.status not in policy.eligible and not (monitored and "monitored" in policy.eligible):
        raise HouseholdNotEligible
    if amount_cents > policy.most_amount_cents:
        raise WishAmountTooLarge(most_cents=policy.most_amount_cents, errors=[_at("/amount_cents", WishAmountTooLarge)])
    if tells_who(need, names):
        raise WishTextTellsWho(errors=[_at("/need", WishTextTellsWho)])
    if made_this_year >= policy.per_year:
        raise WishesUsedUp(cap=policy.per_year)


def _at(pointer: str, failure: type[WishAmountTooLarge | WishTextTellsWho]) -> dict[str, str]:
    return {"pointer": pointer, "code": failure.code, "message": failure.message}
