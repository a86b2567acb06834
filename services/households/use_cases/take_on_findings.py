"""What a cadre found on a visit becomes a problem, a case, a checked guarantee, a wish or a need; each once.

When the visit turns out to be void, what it became is taken back the same way. The feed only holds what was told. Here
each finding is taken on in a transaction of its own, so that one which fails stops neither the others nor the feed; a
refusal is answered to the cadres service, with its sentence.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from services.households.domain.household_errors import HouseholdClosed
from services.households.domain.monitoring_policy import MonitoringRules
from services.households.domain.wish_policy import WishPolicy
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.told_finding_repository import (
    ToldFinding,
    VoidFinding,
    failures_of,
    hold_finding,
    hold_void,
    put_off_finding,
    settle_finding,
    settle_void,
    waiting_findings,
)
from services.households.use_cases.monitoring_desk import Desk
from services.households.use_cases.take_back_finding import take_back
from services.households.use_cases.take_finding import TAKE, Told
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Connection, Database, as_failure
from shared.errors import Failure, Unavailable

AT_ONCE = 200
PAUSE_SECONDS = 1.0
LONGEST_WAIT_MINUTES = 60

log = structlog.get_logger("visits")


@dataclass(frozen=True, slots=True)
class FindingsDesk:
    """What taking on findings needs besides a database."""

    households: HouseholdRepository
    change_log: ChangeLog
    rules: MonitoringRules
    wish_policies: tuple[WishPolicy, ...]
    need_kinds: Mapping[str, str]
    clock: Clock


async def take_on_findings(database: Database, desk: FindingsDesk) -> int:
    """Those that are due; how many there were."""
    async with database.transaction() as connection:
        due = await waiting_findings(connection, AT_ONCE)
    for household_id, finding_id in due:
        await _take_on(database, desk, household_id, finding_id)
    return len(due)


async def keep_taking_on(database: Database, desk: FindingsDesk) -> None:
    """Takes on until cancelled."""
    while True:
        try:
            found = await take_on_findings(database, desk)
        except (Failure, OSError):
            log.warning("findings_not_taken_on")
            found = 0
        if not found:
            await asyncio.sleep(PAUSE_SECONDS)


async def _take_on(database: Database, desk: FindingsDesk, household_id: UUID, finding_id: UUID) -> None:
    try:
        async with database.transaction() as connection:
            if (found := await hold_finding(connection, household_id, finding_id)) is not None:
                became, refusal = await _become(connection, desk, found)
                answer = await settle_finding(connection, found, became, refusal)
                await desk.change_log.append(connection, [answer])
            elif (void := await hold_void(connection, household_id, finding_id)) is not None:
                answer = await settle_void(connection, void, await _take_back(connection, desk, void))
                await desk.change_log.append(connection, [answer])
    except Exception as failure:
        if isinstance(failure, Unavailable) or as_failure(failure) is not None:
            raise
        log.exception("finding_not_taken_on", finding_id=str(finding_id))
        await _put_off(database, household_id, finding_id)


async def _become(connection: Connection, desk: FindingsDesk, found: ToldFinding) -> tuple[UUID | None, Failure | None]:
    """What it became, or why it was refused; what a refused one had begun to write is undone."""
    try:
        async with connection.begin_nested():
            household = await desk.households.get(connection, found.household_id, lock=True)
            if not household.is_open:
                raise HouseholdClosed
            monitoring = Desk(connection, desk.households, desk.change_log, desk.rules, desk.clock.today())
            told = Told(found, household, monitoring, desk.wish_policies, desk.need_kinds, desk.clock.now())
            return await TAKE[found.kind](told), None
    except Unavailable:
        raise
    except Failure as refusal:
        return None, refusal


async def _take_back(connection: Connection, desk: FindingsDesk, void: VoidFinding) -> Failure | None:
    """None when it was taken back, else why it stays."""
    try:
        async with connection.begin_nested():
            await desk.households.get(connection, void.household_id, lock=True)
            monitoring = Desk(connection, desk.households, desk.change_log, desk.rules, desk.clock.today())
            await take_back(void, monitoring, desk.clock.now())
    except Unavailable:
        raise
    except Failure as refusal:
        return refusal
    return None


async def _put_off(database: Database, household_id: UUID, finding_id: UUID) -> None:
    async with database.transaction() as connection:
        failures = await failures_of(connection, household_id, finding_id)
        minutes = min(2**failures, LONGEST_WAIT_MINUTES)
        await put_off_finding(connection, household_id, finding_id, timedelta(minutes=minutes))
