"""A county or city official has a place scored: a preliminary run, which changes no grade."""

from uuid import UUID

from services.credit.use_cases.hold_office import holds_office, require_office
from services.credit.use_cases.score_place import order_run
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail
from shared.jobs import Jobs


async def order_scoring(
    connection: Connection,
    jobs: Jobs,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    *,
    run_id: UUID,
    region: str,
    card_id: str,
) -> None:
    """Only a run that a city official ordered may later be confirmed (credit rules 2.4).

    Raises NotPermitted, OutsideScope, PlaceNotFound, CardNotFound, RunExists.
    """
    require_office(who, region, "county_official", "city_official")
    await order_run(
        connection,
        jobs,
        run_id=run_id,
        region=region,
        card_id=card_id,
        as_of=clock.today(),
        ordered_by=who.subject,
        may_take_over=holds_office(who, region, "city_official"),
    )
    await audit.append(
        connection,
        at=clock.now(),
        event="scoring_run_ordered",
        actor=who.subject,
        subject=str(run_id),
        facts={"region": region, "card": card_id},
    )
