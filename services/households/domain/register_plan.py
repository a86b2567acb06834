"""Which of these households may the register bring in, given who is registered where?

One living person is in one household (domain rules 1.3). Someone whom the record has in another household blocks the
one that the register puts them in, unless the same import takes them out of there: a daughter who married into the next
village moves with the register that shows her in her new household and no longer in her old one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.households.domain.household_events import DIED
from services.households.domain.masking import mask_id_number
from services.households.domain.place_name import Scope
from services.households.domain.register_columns import Column
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_merge import Merged, Standing, merge
from services.households.domain.register_row import PersonRow

REGISTERED = "person_already_registered"
OUTSIDE = "household_registered_elsewhere"
DEAD = "member_has_died"


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """What to write. `blocked` households have a member who is registered in another household, at the row given;
    `refused` ones carry a number that another place has registered."""

    new: tuple[Merged, ...]
    changed: tuple[Merged, ...]
    unchanged: tuple[Merged, ...]
    blocked: tuple[tuple[RegisterHousehold, PersonRow], ...]
    refused: tuple[RefusedHousehold, ...]


def plan_households(
    households: Sequence[RegisterHousehold],
    standing: Mapping[str, Standing],
    registered: Mapping[str, UUID],
    scope: Scope,
    today: date,
    new_id: Callable[[], UUID],
) -> RegisterPlan:
    """`standing`: 户编号 → the household that the record has under it; `registered`: ID number → its household.

    `scope` is where the importer may change households."""
    refused = [
        household.refused(OUTSIDE, None, Column.HOUSEHOLD_NUMBER)
        for household in households
        if (there := standing.get(household.number)) and not there.household.facts.village_code.startswith(scope)
    ]
    refused += [
        household.refused(DEAD, person.row, Column.ID_NUMBER, mask_id_number(person.resident.number))
        for household in households
        if (person := _buried(household, standing.get(household.number))) is not None
    ]
    not_taken = {household.number for household in refused}
    merged = [
        merge(household, standing.get(household.number), today, new_id)
        for household in households
        if household.number not in not_taken
    ]
    blocked: list[tuple[RegisterHousehold, PersonRow]] = []
    while found := _blocked(merged, registered):
        blocked += found.values()
        merged = [one for one in merged if one.register.number not in found]
    return RegisterPlan(
        new=tuple(one for one in merged if one.register.number not in standing),
        changed=tuple(one for one in merged if one.register.number in standing and one.changed),
        unchanged=tuple(one for one in merged if one.register.number in standing and not one.changed),
        blocked=tuple(blocked),
        refused=tuple(refused),
    )


def refused_for_person(household: RegisterHousehold, person: PersonRow) -> RefusedHousehold:
    """Names the person's row and nothing of the household that the person is registered in."""
    return household.refused(REGISTERED, person.row, Column.ID_NUMBER, mask_id_number(person.resident.number))


def _buried(household: RegisterHousehold, there: Standing | None) -> PersonRow | None:
    """Whom the register lists although the record knows the day of death."""
    dead = {member.id_number for member in there.former if member.left_reason == DIED} if there else set()
    return next((person for person in household.members if person.resident.number in dead), None)


def _blocked(
    merged: Sequence[Merged], registered: Mapping[str, UUID]
) -> dict[str, tuple[RegisterHousehold, PersonRow]]:
    """Households with someone who stays registered elsewhere. Refusing one may block others, whose people it keeps."""
    leaving = {member.id_number: one.household.household_id for one in merged for member in one.left}
    found = {}
    for one in merged:
        for person in one.register.members:
            number = person.resident.number
            at = registered.get(number)
            if at is not None and at not in {one.household.household_id, leaving.get(number)}:
                found[one.register.number] = (one.register, person)
                break
    return found
