"""A helper or an official puts a measure into a household's plan."""

from uuid import UUID

from services.households.domain.may_plan_measure import may_plan_measure
from services.households.domain.measure import Measure, MeasureFacts
from services.households.domain.plan_policy import PlanPolicy
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.measure_repository import add_measure, measures_of
from services.households.use_cases.see_household import role_towards
from shared.auth import OFFICIALS, Principal
from shared.db import Connection


async def plan_measure(
    connection: Connection,
    households: HouseholdRepository,
    policy: PlanPolicy,
    who: Principal,
    household_id: UUID,
    measure_id: UUID,
    facts: MeasureFacts,
) -> Measure:
    """Raises HouseholdNotFound, MeasureIdTaken and the reasons of `may_plan_measure`."""
    who.require_role(*OFFICIALS, "cadre")
    # The household's row is the guard of how many measures of a kind it may have.
    household = await households.get(connection, household_id, lock=True)
    await role_towards(connection, who, household_id, household.facts.village_code)
    others = await measures_of(connection, household_id)
    if (refusal := may_plan_measure(household, facts, others, policy)) is not None:
        raise refusal
    measure = Measure(household_id, measure_id, facts)
    await add_measure(connection, measure, who)
    return measure
