"""A second city official puts the grades of a finished run in effect."""

from uuid import UUID

from services.credit.storage.run_repository import Run, get_run
from services.credit.use_cases.hold_office import require_office
from services.credit.use_cases.score_place import confirm_run
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def confirm_scoring(connection: Connection, audit: AuditTrail, clock: Clock, who: Principal, run_id: UUID) -> Run:
    """Raises NotPermitted, OutsideScope, and what `confirm_run` raises."""
    who.require_role("city_official")
    require_office(who, (await get_run(connection, run_id)).region, "city_official")
    run = await confirm_run(connection, run_id, who.subject, clock)
    await audit.append(
        connection,
        at=clock.now(),
        event="scoring_run_confirmed",
        actor=who.subject,
        subject=str(run_id),
        facts={"region": run.region, "card": f"{run.card_id}@{run.card_version}", "ordered_by": run.ordered_by},
    )
    return run
