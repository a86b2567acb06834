"""Which sessions and partners are stopped? Known in memory, read again every two seconds.

The database is the truth, so a sign-out in one process reaches the others within those two seconds, and a restart
forgets none. While the database is away nobody can be stopped, and the last known set holds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

import structlog

from services.gateway.storage.partner_repository import stopped_partners
from services.gateway.storage.session_repository import ended_since
from services.gateway.use_cases.token_mint import ACCESS_LIFETIME, session_of
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Database
from shared.errors import Failure

READ_EVERY_SECONDS = 2.0
# Past its lifetime a token is refused anyhow; the minute is for clocks that differ.
LOOK_BACK = ACCESS_LIFETIME + timedelta(minutes=1)

log = structlog.get_logger("revocations")


class Revocations:
    """`tell` is given all that is stopped after each reading: the services refuse those tokens too."""

    def __init__(
        self, database: Database, clock: Clock, tell: Callable[[Collection[str]], Awaitable[None]] | None = None
    ) -> None:
        self._tell = tell
        self._database = database
        self._clock = clock
        self._stopped: frozenset[str] = frozenset()
        self._just_stopped: set[str] = set()

    def stopped(self, principal: Principal) -> bool:
        return session_of(principal.token_id) in self._stopped or principal.subject in self._stopped

    def stop(self, session_id: str) -> None:
        """At once in this process; the database tells the others."""
        self._just_stopped.add(session_id)
        self._stopped |= {session_id}

    async def read(self) -> None:
        """What was stopped here a moment ago stays for one reading more: its transaction may not be seen yet."""
        lately, self._just_stopped = self._just_stopped, set()
        async with self._database.transaction() as connection:
            sessions = await ended_since(connection, self._clock.now() - LOOK_BACK)
            partners = await stopped_partners(connection)
        self._stopped = frozenset([*map(str, sessions), *partners, *lately, *self._just_stopped])

    async def run(self) -> None:
        """Reads until cancelled."""
        failing = False
        while True:
            try:
                await self.read()
                failing = False
                if self._tell is not None:
                    await self._tell(self._stopped)
            except (Failure, OSError) as failure:
                if not failing:
                    log.warning("revocations_unread", reason=type(failure).__name__)
                failing = True
            except Exception:
                log.exception("revocations_failed")
            await asyncio.sleep(READ_EVERY_SECONDS)
