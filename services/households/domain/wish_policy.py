"""By which figures are wishes (微心愿) taken up and held? A version of the policy, as data (四.4, 四.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.households.domain.wish_errors import WishKindUnknown


@dataclass(frozen=True, slots=True)
class WishKind:
    """One of the small classes (小类); `class_code` is its large class (大类)."""

    code: str
    name: str
    class_code: str
    class_name: str


@dataclass(frozen=True, slots=True)
class WishPolicy:
    """`held` is how long a claim stands; amounts in cents; `per_year` is for a household and calendar year."""

    version: str
    in_force_from: date
    held: timedelta
    per_year: int
    most_amount_cents: int
    claims_at_once: int
    eligible: frozenset[str]
    kinds: Mapping[str, WishKind]

    def kind(self, code: str) -> WishKind:
        """Raises WishKindUnknown."""
        found = self.kinds.get(code)
        if found is None:
            raise WishKindUnknown(kinds=sorted(self.kinds))
        return found


def wish_policy_of(document: Mapping[str, Any]) -> WishPolicy:
    """The policy that a document says."""
    kinds = [
        WishKind(kind["code"], kind["name"], of_class["code"], of_class["name"])
        for of_class in document["classes"]
        for kind in of_class["kinds"]
    ]
    return WishPolicy(
        version=document["version"],
        in_force_from=date.fromisoformat(document["in_force_from"]),
        held=timedelta(hours=document["hours_held"]),
        per_year=document["wishes_per_household_and_year"],
        most_amount_cents=document["most_amount_cents"],
        claims_at_once=document["claims_at_once_per_donor"],
        eligible=frozenset(document["eligible"]),
        kinds={kind.code: kind for kind in kinds},
    )


def policy_on(policies: Sequence[WishPolicy], day: date) -> WishPolicy:
    """The newest that is in force on this day. Raises ValueError where none is: the product ships one from 2020 on."""
    return max((one for one in policies if one.in_force_from <= day), key=lambda one: one.in_force_from)
