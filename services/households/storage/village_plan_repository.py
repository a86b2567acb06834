"""Three-year plans of villages: rows in, domain objects out."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.households.domain.plan_errors import VillagePlanIdTaken, VillagePlanNotFound, VillagePlanOverlaps
from services.households.domain.village_plan import VillagePlan, VillageProject
from services.households.storage.tables import plans
from shared.db import Connection, violated_constraint
from shared.errors import Failure

_plans = plans.village_plans
_FIELDS = ("village_code", "plan_id", "first_year", "last_year", "aim", "drafted_by", "adopted_by", "version")
_TAKEN: Mapping[str, type[Failure]] = {
    "one_village_plan_a_year": VillagePlanOverlaps,
    "village_plans_pkey": VillagePlanIdTaken,
}


async def village_plans_of(connection: Connection, village_code: str) -> list[VillagePlan]:
    """Newest years first."""
    rows = await connection.execute(
        select(_plans).where(_plans.c.village_code == village_code).order_by(_plans.c.first_year.desc())
    )
    return [_plan(row) for row in rows]


async def get_village_plan(connection: Connection, village_code: str, plan_id: UUID) -> VillagePlan:
    """Locked until the transaction ends. Raises VillagePlanNotFound."""
    found = await connection.execute(
        select(_plans).where(_plans.c.village_code == village_code, _plans.c.plan_id == plan_id).with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise VillagePlanNotFound
    return _plan(row)


async def add_village_plan(connection: Connection, plan: VillagePlan) -> None:
    """Raises VillagePlanOverlaps, VillagePlanIdTaken."""
    try:
        await connection.execute(insert(_plans).values(**_row(plan)))
    except IntegrityError as failure:
        raise _TAKEN[violated_constraint(failure)] from None


async def save_village_plan(connection: Connection, plan: VillagePlan) -> None:
    """Writes a plan that the transaction holds locked (`get_village_plan`). Raises VillagePlanOverlaps."""
    values = _row(plan)
    if plan.adopted_by is not None:
        values["adopted_at"] = func.now()
    try:
        await connection.execute(
            update(_plans)
            .where(_plans.c.village_code == plan.village_code, _plans.c.plan_id == plan.plan_id)
            .values(**values)
        )
    except IntegrityError as failure:
        raise _TAKEN[violated_constraint(failure)] from None


def _row(plan: VillagePlan) -> dict[str, Any]:
    own = {name: getattr(plan, name) for name in _FIELDS}
    return {**own, "projects": [asdict(project) for project in plan.projects]}


def _plan(row: Row[Any]) -> VillagePlan:
    own = {name: getattr(row, name) for name in _FIELDS}
    return VillagePlan(projects=tuple(VillageProject(**project) for project in row.projects), **own)
