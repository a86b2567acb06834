"""A sample is drawn, findings are recorded, put right by their day, and looked at again by somebody else."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.cadres.domain.inspection import (
    Finding,
    FindingStep,
    Inspection,
    Population,
    finding_after,
    may_move_finding,
    may_record_finding,
)
from services.cadres.domain.inspection_errors import (
    FindingNotFound,
    FindingStale,
    InspectionNotFound,
    SampleLargerThanPopulation,
)
from services.cadres.domain.inspection_policy import InspectionPolicy, cycle_named, inspection_policy_at, period_start
from services.cadres.domain.random_sample import draw, fingerprint
from services.cadres.storage.inspection_repository import (
    add_finding,
    add_inspection,
    drawn_from,
    finding_log,
    get_finding,
    get_inspection,
    population_of,
    save_finding,
)
from services.cadres.storage.place_repository import require_village
from shared.auth import Principal
from shared.clock import Clock
from shared.course_log import Taken
from shared.db import Connection
from shared.ids import new_id
from shared.regions import covers


async def draw_inspection(
    connection: Connection,
    policies: Sequence[InspectionPolicy],
    who: Principal,
    *,
    region: str,
    cycle: str,
    population: Population,
    size: int,
    today: date,
) -> Inspection:
    """Raises OutsideScope, CycleUnknown, SampleLargerThanPopulation, InspectionExists."""
    who.require_official(region)
    period = period_start(cycle_named(inspection_policy_at(policies, today), cycle), today)
    ids = await population_of(connection, population, region, today)
    if size > len(ids):
        raise SampleLargerThanPopulation
    seed = secrets.token_hex(16)
    made = Inspection(
        new_id(), region, cycle, period, population, size, seed, fingerprint(ids),
        tuple(draw(seed, ids, size)),
    )  # fmt: skip
    await add_inspection(connection, made, ids, who.subject)
    return made


async def see_inspection(connection: Connection, who: Principal, inspection_id: UUID) -> Inspection:
    """Raises InspectionNotFound."""
    found = await get_inspection(connection, inspection_id)
    if not who.official_for(found.region_code):
        raise InspectionNotFound
    return found


async def see_population(connection: Connection, who: Principal, inspection_id: UUID) -> list[str]:
    """All that the sample was drawn from. Raises InspectionNotFound."""
    await see_inspection(connection, who, inspection_id)
    return await drawn_from(connection, inspection_id)


async def record_finding(
    connection: Connection,
    policies: Sequence[InspectionPolicy],
    who: Principal,
    inspection_id: UUID,
    *,
    village_code: str,
    item: str,
    what: str,
    due_on: date,
    clock: Clock,
) -> Finding:
    """Raises InspectionNotFound, OutsideScope, VillageNotFound and the reasons of `may_record_finding`."""
    inspection = await see_inspection(connection, who, inspection_id)
    who.require_official(village_code)
    await require_village(connection, village_code)
    if not covers(inspection.region_code, village_code):
        raise InspectionNotFound
    today = clock.today()
    made = Finding(new_id(), village_code, inspection_id, item, what, today, due_on)
    most_days = inspection_policy_at(policies, today).rectify_days
    if (refusal := may_record_finding(made, inspection, most_days)) is not None:
        raise refusal
    await finding_log.append(connection, [Taken(made, who.subject, clock.now(), {"due_on": str(due_on)})])
    await add_finding(connection, made, who.subject)
    return made


async def see_finding(
    connection: Connection, who: Principal, finding_id: UUID
) -> tuple[Finding, list[Mapping[str, Any]]]:
    """With its transitions, oldest first. Raises FindingNotFound."""
    found = await get_finding(connection, finding_id)
    if not who.official_for(found.village_code):
        raise FindingNotFound
    return found, await finding_log.of_case(connection, found)


async def move_finding(
    connection: Connection,
    policies: Sequence[InspectionPolicy],
    who: Principal,
    finding_id: UUID,
    step: FindingStep,
    version: int,
    clock: Clock,
    show: Callable[[Finding], Mapping[str, Any]],
) -> Finding:
    """`show` is how whoever moved an older one is shown what stands.

    Raises FindingNotFound, FindingStale and the reasons of `may_move_finding`.
    """
    before = await get_finding(connection, finding_id, to_change=True)
    if not who.official_for(before.village_code):
        raise FindingNotFound
    if version != before.version:
        raise FindingStale(current=show(before))
    most_days = inspection_policy_at(policies, step.on).rectify_days
    if (refusal := may_move_finding(before, step, most_days)) is not None:
        raise refusal
    after = finding_after(before, step, most_days)
    facts = {"note": step.note} | ({"due_on": str(after.due_on)} if step.to == "open" else {})
    await finding_log.append(connection, [Taken(after, who.subject, clock.now(), facts)])
    await save_finding(connection, after)
    return after
