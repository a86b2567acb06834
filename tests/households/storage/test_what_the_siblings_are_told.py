"""Of a household the siblings are told named fields, and nothing else of it moves what they are told."""

from dataclasses import fields, replace
from datetime import date
from types import UnionType
from typing import Any, get_args
from uuid import UUID

import pytest

from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.storage.change_repository import household_change
from shared.crypto import FieldCipher, FieldKeys

CIPHER = FieldCipher(FieldKeys.fresh(("identity",)))
HEAD = Member(UUID(int=1), "李大山", "51192119800101123X", "male", date(1980, 1, 1), "户主", is_head=True)
CHILD = replace(HEAD, member_id=UUID(int=2), is_head=False, relation="之子", id_number="511921200501011236")
HOME = Household(UUID(int=9), HouseholdFacts("511921122201", status="poor"), (HEAD, CHILD))

TOLD_OF_FACTS = {"village_code", "status", "monitoring_type", "risk_removed", "closed_on", "demonstration"}
TOLD_OF_MEMBERS = {"name", "id_number", "relation", "is_head"}
VALUES: dict[Any, tuple[Any, ...]] = {
    str: ("慢性病", "土家族"),
    bool: (True, False),
    int: (1, 12),
    date: (date(1990, 2, 3), date(2020, 5, 6)),
    UUID: (UUID(int=77), UUID(int=78)),
    tuple[str, ...]: (("因病",), ("因残",)),
}


def others(kind: type[HouseholdFacts | Member], told: set[str]) -> list[tuple[str, Any]]:
    """Every field that the siblings are not told of, each with values of its kind."""
    kinds = {one.name: one.type for one in fields(kind) if one.name not in told}
    # Of `str | None` the first is what it holds when it holds something.
    held = {name: get_args(one)[0] if isinstance(one, UnionType) else one for name, one in kinds.items()}
    return [(name, value) for name, one in held.items() for value in VALUES[one]]


def told(household: Household) -> dict[str, Any]:
    payload = household_change(household, CIPHER).payload
    assert payload is not None
    return dict(payload)


def test_the_fields_are_these_and_no_personal_number_is_among_them() -> None:
    payload = told(HOME)
    index = CIPHER.blind_index("identity", HEAD.id_number).hex()
    assert payload == {
        "village_code": "511921122201",
        "head": "李**",
        "people": 2,
        "identities": [index],
        "registered_poor": True,
        "monitored": False,
        "closed": False,
        "demonstration": False,
    }


@pytest.mark.parametrize(("name", "value"), others(HouseholdFacts, TOLD_OF_FACTS))
def test_another_fact_of_the_household_changes_nothing_that_is_told(name: str, value: Any) -> None:
    assert told(replace(HOME, facts=replace(HOME.facts, **{name: value}))) == told(HOME)


@pytest.mark.parametrize(("name", "value"), others(Member, TOLD_OF_MEMBERS))
def test_health_and_every_other_field_of_a_person_change_nothing_that_is_told(name: str, value: Any) -> None:
    changed = tuple(replace(member, **{name: value}) for member in HOME.members)
    assert told(replace(HOME, members=changed)) == told(HOME)
