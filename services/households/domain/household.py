"""One household and its members, as the record holds them (户档案)."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from operator import attrgetter
from typing import Any
from uuid import UUID

from services.households.domain.household_errors import HouseholdClosed

# 建档立卡户: on the poverty register, whether or not already out of poverty.
REGISTERED_POOR = frozenset({"poor", "out_of_poverty"})
STATUSES = ("general", "poor", "out_of_poverty")

# Never in the change records: a change says only that such a field changed.
PERSONAL_FIELDS = frozenset({"id_number", "phone"})


@dataclass(frozen=True, slots=True)
class Member:
    """One person. `id_number` and `phone` are plain here and encrypted at rest; `sex` is `male` or `female`."""

    member_id: UUID
    name: str
    id_number: str
    sex: str
    birth_date: date
    relation: str
    is_head: bool
    person_number: str | None = None
    ethnicity: str | None = None
    education: str | None = None
    schooling: str | None = None
    health: str | None = None
    work_capacity: str | None = None
    skill: str | None = None
    work_months: int | None = None
    serious_illness_insurance: bool | None = None
    medical_insurance: bool | None = None
    pension: bool | None = None
    phone: str | None = None
    identified_on: date | None = None
    training: str | None = None
    joined_on: date | None = None
    left_on: date | None = None
    left_reason: str | None = None


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What a form or an import says of a household besides its members."""

    village_code: str
    status: str = "general"
    group_name: str | None = None
    address: str | None = None
    phone: str | None = None
    register_number: str | None = None
    handbook_number: str | None = None
    first_identified_on: date | None = None
    poverty_type: str | None = None
    causes: tuple[str, ...] = ()
    monitoring_type: str | None = None
    risk_removed: bool | None = None
    risk_found_on: date | None = None
    risk_removed_on: date | None = None
    housing_dangerous: bool | None = None
    safe_water: bool | None = None
    net_income_per_head_cents: int | None = None
    housing_kind: str | None = None
    housing_grade: str | None = None
    relocation_state: str | None = None
    water_source: str | None = None
    electricity: bool | None = None
    road: str | None = None
    closed_on: date | None = None
    closed_reason: str | None = None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    """A household with its living members; the head stands first. One that has closed (销户, 并户) has no members."""

    household_id: UUID
    facts: HouseholdFacts
    members: tuple[Member, ...] = field(default=())
    version: int = 1

    @property
    def head(self) -> Member:
        return self.members[0]

    @property
    def registered_poor(self) -> bool:
        return self.facts.status in REGISTERED_POOR and self.is_open

    @property
    def is_open(self) -> bool:
        return self.facts.closed_on is None

    def require_open(self) -> None:
        """Raises HouseholdClosed."""
        if not self.is_open:
            raise HouseholdClosed


def changed_fields(before: HouseholdFacts, after: HouseholdFacts) -> tuple[str, ...]:
    """Which fields differ, in the record's order."""
    return tuple(f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name))


def record_of(household: Household) -> dict[str, Any]:
    """The record for the change history: plain JSON values, without ID numbers and phones."""
    return {
        **_plain_facts(household.facts),
        "causes": list(household.facts.causes),
        "household_id": str(household.household_id),
        "members": [_plain_member(member) for member in household.members],
    }


def _plain_reader(kind: type[HouseholdFacts | Member], as_text: tuple[str, ...]) -> Callable[[Any], dict[str, Any]]:
    """Reads the fields of `kind` that a record shows; those of `as_text` are ids and dates. Made once, it runs for
    every person of a register."""
    names = [f.name for f in fields(kind) if f.name not in PERSONAL_FIELDS]
    read = attrgetter(*names)

    def plain(thing: HouseholdFacts | Member) -> dict[str, Any]:
        values = dict(zip(names, read(thing), strict=True))
        for name in as_text:
            if values[name] is not None:
                values[name] = str(values[name])
        return values

    return plain


_plain_facts = _plain_reader(HouseholdFacts, ("first_identified_on", "risk_found_on", "risk_removed_on", "closed_on"))
_plain_member = _plain_reader(Member, ("member_id", "birth_date", "identified_on", "joined_on", "left_on"))
