"""A helper or an official changes a measure, or takes it a step further; a second person accepts what was done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.households.domain.household import Household
from services.households.domain.may_move_measure import may_move_measure
from services.households.domain.may_plan_measure import may_plan_measure
from services.households.domain.measure import Measure, MeasureFacts, State
from services.households.domain.plan_errors import MeasureSettled, MeasureStale
from services.households.domain.plan_policy import PlanPolicy
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.measure_repository import get_measure, measures_of, save_measure
from services.households.use_cases.see_household import role_towards, showing
from shared.auth import OFFICIALS, Principal
from shared.db import Connection

Show = Callable[[Measure], dict[str, Any]]


async def begin_measure(
    connection: Connection,
    households: HouseholdRepository,
    who: Principal,
    household_id: UUID,
    measure_id: UUID,
    version: int,
    show: Show,
) -> tuple[Household, Measure]:
    """The household, then the measure, both locked. Raises HouseholdNotFound, MeasureNotFound, MeasureStale."""
    who.require_role(*OFFICIALS, "cadre")
    household = await households.get(connection, household_id, lock=True)
    role = await role_towards(connection, who, household_id, household.facts.village_code)
    measure = await get_measure(connection, household_id, measure_id)
    if measure.version != version:
        raise showing(MeasureStale(current=show(measure)), who, household_id, role, "measures")
    return household, measure


async def change_measure(
    connection: Connection,
    policy: PlanPolicy,
    who: Principal,
    begun: tuple[Household, Measure],
    facts: MeasureFacts,
) -> Measure:
    """Raises MeasureSettled and the reasons of `may_plan_measure`."""
    household, measure = begun
    if measure.state not in ("planned", "under_way"):
        raise MeasureSettled
    others = [
        one for one in await measures_of(connection, measure.household_id) if one.measure_id != measure.measure_id
    ]
    if (refusal := may_plan_measure(household, facts, others, policy)) is not None:
        raise refusal
    changed = replace(measure, facts=facts, version=measure.version + 1)
    await save_measure(connection, changed, who)
    return changed


async def move_measure(
    connection: Connection, who: Principal, measure: Measure, to: State, *, spent_cents: int | None, note: str | None
) -> Measure:
    """Raises the reasons of `may_move_measure`. What was used stays as last said."""
    spent = measure.spent_cents or 0 if spent_cents is None else spent_cents
    if (refusal := may_move_measure(measure, to, who.subject, spent, note)) is not None:
        raise refusal
    moved = replace(
        measure,
        state=to,
        spent_cents=spent if to == "done" or measure.spent_cents is not None else None,
        done_by=who.subject if to == "done" else measure.done_by,
        note=note,
        version=measure.version + 1,
    )
    await save_measure(connection, moved, who)
    return moved
