"""An official has pairings proposed for a place, or for a unit and the villages that it helps: a dry run."""

from datetime import date
from uuid import UUID

from services.cadres.domain.plan_errors import UnitHelpsNoVillage
from services.cadres.storage.plan_repository import StoredPlan, add_plan, get_plan, helped_villages
from services.cadres.storage.unit_repository import get_unit
from shared.auth import Principal
from shared.db import Connection
from shared.jobs import Jobs

PLAN_JOB = "pairing_plan"


async def order_plan(
    connection: Connection, jobs: Jobs, who: Principal, *, plan_id: UUID, region: str, unit_id: UUID | None, today: date
) -> StoredPlan:
    """The plan, still to be computed by the job of the same id. Nothing is paired by it.

    Raises OutsideScope, UnitNotFound, UnitHelpsNoVillage.
    """
    who.require_official(region)
    if unit_id is not None:
        await get_unit(connection, unit_id)
        if not await helped_villages(connection, unit_id, region, today):
            raise UnitHelpsNoVillage
    await add_plan(connection, plan_id, region, unit_id, today, who.subject)
    await jobs.order(connection, job_id=plan_id, kind=PLAN_JOB, region=region, ordered_by=who.subject, given={})
    return await get_plan(connection, plan_id)
