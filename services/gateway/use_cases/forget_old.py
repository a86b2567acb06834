"""What has had its time is deleted every ten minutes: counts, used assertions, ended sessions."""

import asyncio
from datetime import timedelta

import structlog

from services.gateway.storage.attempt_repository import forget_attempts
from services.gateway.storage.invitation_repository import forget_invitations
from services.gateway.storage.partner_repository import forget_used
from services.gateway.storage.request_counts import forget_request_counts
from services.gateway.storage.session_repository import forget_ended
from services.gateway.storage.usage_repository import forget_usage
from shared.clock import Clock
from shared.db import Database
from shared.errors import Failure

EVERY_SECONDS = 600.0
SESSIONS_KEPT = timedelta(days=30)
USAGE_KEPT = timedelta(days=2)

log = structlog.get_logger("forget_old")


async def forget_old(database: Database, clock: Clock) -> None:
    now = clock.now()
    async with database.transaction() as connection:
        await forget_attempts(connection, now)
        await forget_used(connection, now)
        await forget_usage(connection, now - USAGE_KEPT)
        await forget_request_counts(connection, now)
        await forget_invitations(connection, now - SESSIONS_KEPT)
        await forget_ended(connection, now - SESSIONS_KEPT)


async def keep_forgetting(database: Database, clock: Clock) -> None:
    """Until cancelled."""
    while True:
        try:
            await forget_old(database, clock)
        except (Failure, OSError) as failure:
            log.warning("forgetting_delayed", reason=type(failure).__name__)
        await asyncio.sleep(EVERY_SECONDS)
