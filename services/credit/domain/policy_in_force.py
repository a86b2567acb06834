"""Which version of a policy is in force on a day?"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    @property
    def effective_from(self) -> date: ...


Policy = TypeVar("Policy", bound=Dated)


def policy_in_force(policies: Sequence[Policy], day: date) -> Policy:
    """The newest that is in force on a day; before the first one, the first."""
    begun = [policy for policy in policies if policy.effective_from <= day]
    by_day = sorted(begun or policies, key=lambda policy: policy.effective_from)
    return by_day[-1] if begun else by_day[0]
