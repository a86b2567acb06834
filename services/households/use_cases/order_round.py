"""An official orders a round (排查) of a place: yearly watches of those out of poverty, incomes under the line."""

from shared.auth import OFFICIALS, Principal
from shared.db import Connection
from shared.ids import new_id
from shared.jobs import Job, Jobs

KIND = "monitoring_round"


async def order_round(connection: Connection, jobs: Jobs, who: Principal, region: str) -> Job:
    """The queued job. Raises OutsideScope, NotPermitted."""
    who.require_role(*OFFICIALS)
    who.require_official(region)
    job_id = new_id()
    await jobs.order(
        connection,
        job_id=job_id,
        kind=KIND,
        region=region,
        ordered_by=who.subject,
        given={"region": region, "actor_name": who.name},
    )
    return await jobs.get(connection, job_id)
