"""Change logs on the tests' shared server: any test's open transaction holds every log back for a moment."""

import asyncio

from shared.change_log import ChangeLog
from shared.db import Database


async def settled(database: Database, change_log: ChangeLog) -> None:
    """Waits until no open transaction holds this log back, so that a reader gets all that has been said."""
    async with asyncio.timeout(30):
        while True:
            async with database.transaction() as connection:
                if await change_log.oldest_unread_at(connection) is None:
                    return
            await asyncio.sleep(0.02)
