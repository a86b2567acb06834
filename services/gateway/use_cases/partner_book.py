"""Every partner as it stands, known in memory by each process and read again every two seconds."""

import asyncio
import time
from collections.abc import Mapping

import structlog

from services.gateway.domain.partner import ACTIVE, Partner
from services.gateway.storage.partner_repository import all_partners
from shared.db import Database
from shared.errors import Failure

READ_EVERY_SECONDS = 2.0

log = structlog.get_logger("partner_book")


class PartnerBook:
    """`known`: client id → partner. While the database is away the last reading holds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self.known: Mapping[str, Partner] = {}

    async def find(self, client_id: str) -> Partner | None:
        """One that is not known yet may have been added a moment ago, so the book is read again: once for all who
        wait for it."""
        asked_at = time.monotonic()
        async with self._reading:
            if client_id not in self.known and self._read_at < asked_at:
                await self.read()
        return self.known.get(client_id)

    def active(self) -> list[str] | None:
        """The ids of the partners that may ask; None before the first reading."""
        if self._read_at == float("-inf"):
            return None
        return [client_id for client_id, partner in self.known.items() if partner.status == ACTIVE]

    async def read(self) -> None:
        began_at = time.monotonic()
        async with self._database.transaction() as connection:
            found = await all_partners(connection)
        self.known = {partner.client_id: partner for partner in found}
        self._read_at = began_at

    async def run(self) -> None:
        """Reads until cancelled."""
        failing = False
        while True:
            try:
                await self.read()
                failing = False
            except (Failure, OSError) as failure:
                if not failing:
                    log.warning("partners_unread", reason=type(failure).__name__)
                failing = True
            await asyncio.sleep(READ_EVERY_SECONDS)
