"""What visits said of the use of loans is seen by those concerned; an official settles what was not as agreed."""

from uuid import UUID

from services.credit.domain.use_of_money import FollowUp, Settlement, may_settle, settled
from services.credit.domain.use_of_money_errors import FollowUpNotFound, FollowUpStale
from services.credit.storage.use_of_money_repository import (
    follow_ups_of,
    get_follow_up,
    save_follow_up,
)
from services.credit.use_cases.see_household import look_at
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Connection
from shared.hash_chain import AuditTrail


async def see_use_of_money(connection: Connection, who: Principal, household_id: UUID) -> list[FollowUp]:
    """For the household, its helper and the officials of its place. Raises HouseholdNotFound."""
    await look_at(connection, who, household_id, "use_of_money")
    return await follow_ups_of(connection, household_id)


async def settle_use_of_money(
    connection: Connection,
    audit: AuditTrail,
    clock: Clock,
    who: Principal,
    finding_id: UUID,
    settlement: Settlement,
    version: int,
) -> FollowUp:
    """Raises FollowUpNotFound, FollowUpStale and the reasons of `may_settle`."""
    before = await get_follow_up(connection, finding_id, lock=True)
    if not who.official_for(before.village_code):
        raise FollowUpNotFound
    if version != before.version:
        raise FollowUpStale(version=before.version)
    if (refusal := may_settle(before, settlement)) is not None:
        raise refusal
    after = settled(before, settlement)
    await save_follow_up(connection, after)
    facts = {"finding_id": str(finding_id), "outcome": settlement.outcome}
    await audit.append(
        connection,
        at=clock.now(),
        event="use_of_money_settled",
        actor=who.subject,
        subject=str(before.household_id),
        facts=facts,
    )
    return after
