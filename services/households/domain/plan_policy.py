"""Which figures and lists hold for plans, funds and dividends on a day? A government sets them, the code reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MeasureKind:
    """`types`: the poverty types that this kind is for, none named: all. `most`: how many at once in one household."""

    code: str
    name: str
    types: tuple[str, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """Money in cents. `reserve_cents_per_household` is the reserved fund (预留扶贫资金), `income_target_cents` what a
    ten-thousand-yuan plan aims at, `dividend_parts` the weights of the three thirds in the order of ties."""

    valid_from: date
    poverty_types: Mapping[str, str]
    causes: tuple[str, ...]
    measure_kinds: Mapping[str, MeasureKind]
    reserve_cents_per_household: int
    income_target_cents: int
    village_plan_years: int
    dividend_parts: Mapping[str, int]
    dividend_weight: int

    def kinds_for(self, poverty_type: str | None) -> tuple[MeasureKind, ...]:
        """The kinds that a household of this type may have."""
        return tuple(kind for kind in self.measure_kinds.values() if not kind.types or poverty_type in kind.types)


def policy_at(policies: Sequence[PlanPolicy], day: date) -> PlanPolicy:
    """The youngest policy that has begun; the oldest for a day before all of them."""
    by_age = sorted(policies, key=lambda policy: policy.valid_from)
    begun = [policy for policy in by_age if policy.valid_from <= day]
    return begun[-1] if begun else by_age[0]
