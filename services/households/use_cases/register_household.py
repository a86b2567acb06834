"""A clerk registers a household with its members."""

from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.household_errors import (
    HouseholdNotFound,
    PersonRegisteredElsewhere,
    PersonRegisteredHere,
)
from services.households.domain.known_causes import unknown_causes
from services.households.domain.plan_policy import PlanPolicy
from services.households.storage.change_repository import Author, add_changes, change_row
from services.households.storage.duplicate_repository import flag_likely_duplicates
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.region_repository import require_village
from services.households.use_cases.guard_record import guard_registered
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.see_household import role_towards
from services.households.use_cases.watch_rules import notice_income
from shared.auth import Principal
from shared.change_log import ChangeLog
from shared.db import Connection


async def register_household(
    connection: Connection,
    households: HouseholdRepository,
    change_log: ChangeLog,
    who: Principal,
    household: Household,
    desk: Desk,
    policy: PlanPolicy,
    source: str = "form",
) -> None:
    """Writes record, first change and feed in one transaction.

    Raises CauseUnknown, VillageUnknown, OutsideScope, StatusByCourse, MonitoringByCourse, HouseholdIdTaken,
    RegisterNumberTaken and PersonRegisteredElsewhere.
    """
    if (refusal := unknown_causes(household.facts.causes, (), policy)) is not None:
        raise refusal
    await require_village(connection, household.facts.village_code)
    who.require_official(household.facts.village_code)
    await guard_registered(connection, who, household)
    for member in household.members:
        await refuse_second_registration(connection, households, who, member.id_number)
    await households.add(connection, household)
    author = Author(who.subject, who.name, source)
    await add_changes(connection, [change_row(household, author, "registered", ("members",))])
    await change_log.append(connection, [households.feed_change(household)])
    await flag_likely_duplicates(connection, [household.household_id])
    await notice_income(desk, who, household)


async def refuse_second_registration(
    connection: Connection, households: HouseholdRepository, who: Principal, id_number: str, here: UUID | None = None
) -> None:
    """`here` is the household that the person would join.

    Raises PersonRegisteredHere, PersonRegisteredElsewhere; the household is named only to those who may see it.
    """
    elsewhere = await households.household_of_person(connection, id_number)
    if elsewhere is None:
        return
    if elsewhere == here:
        raise PersonRegisteredHere
    first = await households.get(connection, elsewhere)
    try:
        await role_towards(connection, who, elsewhere, first.facts.village_code)
    except HouseholdNotFound:
        raise PersonRegisteredElsewhere from None
    raise PersonRegisteredElsewhere(household_id=str(elsewhere))
