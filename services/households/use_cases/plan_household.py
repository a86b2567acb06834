"""What is this household's plan: its type, its causes, and its measures? (一户一策)"""

from dataclasses import dataclass, replace
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.measure import Measure
from services.households.domain.plan_errors import PovertyTypeUnknown
from services.households.domain.plan_policy import MeasureKind, PlanPolicy
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.measure_repository import measures_of
from services.households.use_cases.change_household import ChangeHousehold
from services.households.use_cases.read_household import read_household
from shared.auth import Principal
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class HouseholdPlan:
    """`advised` are the kinds of measures that the household's type may have."""

    household: Household
    measures: list[Measure]
    advised: tuple[MeasureKind, ...]


async def read_plan(
    connection: Connection, households: HouseholdRepository, policy: PlanPolicy, who: Principal, household_id: UUID
) -> HouseholdPlan:
    """Raises HouseholdNotFound."""
    household = await read_household(connection, households, who, household_id, "plan")
    return await plan_of(connection, household, policy)


async def plan_of(connection: Connection, household: Household, policy: PlanPolicy) -> HouseholdPlan:
    measures = await measures_of(connection, household.household_id)
    return HouseholdPlan(household, measures, policy.kinds_for(household.facts.poverty_type))


async def classify_household(
    change: ChangeHousehold,
    policy: PlanPolicy,
    household_id: UUID,
    *,
    poverty_type: str | None,
    causes: tuple[str, ...],
    version: int,
) -> Household:
    """One type and several causes, both of the catalogue, become part of the record.

    Raises HouseholdNotFound, HouseholdStale, PovertyTypeUnknown, CauseUnknown.
    """
    before = await change.begin(household_id, version)
    if poverty_type is not None and poverty_type not in policy.poverty_types:
        raise PovertyTypeUnknown(types="、".join(policy.poverty_types))
    facts = replace(before.facts, poverty_type=poverty_type, causes=tuple(dict.fromkeys(causes)))
    return await change.facts(household_id, facts, version, "form")
