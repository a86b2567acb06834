"""A household closes: what becomes of its open monitoring cases?

They stay with it as they stood, and nobody is sent there any more. Those of a household that was merged into another
one are news about that other one: it is to be visited in time.
"""

from uuid import UUID

from services.households.domain.opens_case import merged_danger
from services.households.storage.case_repository import open_cases
from services.households.storage.duty_feed import duties_of
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.take_findings import take_findings
from services.households.use_cases.watch_rules import rule_of
from shared.auth import Principal


async def carry_cases(desk: Desk, who: Principal, closed: UUID, into: UUID | None) -> None:
    """The caller holds both households, and has written that the one is closed."""
    standing = await open_cases(desk.connection, closed)
    if not standing:
        return
    await desk.change_log.append(desk.connection, await duties_of(desk.connection, [closed]))
    found = merged_danger([(case.case_id, case.origin, case.danger) for case in standing])
    if into is not None and found:
        await take_findings(desk, into, found, rule_of(who))
