"""A household applies, or is proposed, to come onto the poverty list, to leave it, or to come back."""

from uuid import UUID

from services.households.domain.household_errors import HouseholdClosed, HouseholdNotFound
from services.households.domain.identification import Case
from services.households.domain.identification_errors import IdentificationNotFound, StatusDoesNotFit
from services.households.domain.identification_kind import Kind, fits
from services.households.domain.identification_state import State
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.identification_repository import (
    add_case,
    cases_of_household,
    get_case,
    identification_log,
)
from services.households.use_cases.read_household import read_household
from services.households.use_cases.see_household import role_towards
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection


async def open_identification(
    connection: Connection,
    households: HouseholdRepository,
    clock: Clock,
    who: Principal,
    *,
    household_id: UUID,
    case_id: UUID,
    kind: Kind,
    statement: str,
) -> Case:
    """By the household itself, its helper or an official of its place.

    Raises HouseholdNotFound, HouseholdClosed, StatusDoesNotFit, IdentificationExists, IdentificationIdTaken.
    """
    household = await households.get(connection, household_id, lock=True)
    village, status = household.facts.village_code, household.facts.status
    role = await role_towards(connection, who, household_id, village)
    if not household.is_open:
        raise HouseholdClosed
    if not fits(kind, status):
        raise StatusDoesNotFit(kind=kind.value, status=status, allowed=[one.value for one in Kind if fits(one, status)])
    today = clock.today()
    case = Case(household_id, case_id, village, kind, today.year, State.APPLIED, today, who.subject)
    # First the case, which says what is taken; its log would only break.
    await add_case(connection, case, statement)
    await identification_log.append(
        connection, [Taken(case, who.subject, clock.now(), {"role": role, "kind": kind.value})]
    )
    return case


async def see_identification(
    connection: Connection, households: HouseholdRepository, who: Principal, case_id: UUID
) -> Case:
    """The household, its helper and the officials of its place. Raises IdentificationNotFound for everyone else."""
    case = await get_case(connection, case_id)
    try:
        await read_household(connection, households, who, case.household_id, "identification")
    except HouseholdNotFound:
        raise IdentificationNotFound from None
    return case


async def see_identifications_of(
    connection: Connection, households: HouseholdRepository, who: Principal, household_id: UUID
) -> list[Case]:
    """All courses of a household, newest first. Raises HouseholdNotFound."""
    await read_household(connection, households, who, household_id, "identifications")
    return await cases_of_household(connection, household_id)
