"""What a command does in the gateway's database: one transaction, on the same ground as `up`."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bashan.environment import ground, migrate_everything
from bashan.settings import Settings
from shared.db import Connection, Database


@asynccontextmanager
async def gateway_transaction(settings: Settings, *, begins: bool = False) -> AsyncIterator[Connection]:
    """Committed at the end. A running `up` sees what was written within two seconds."""
    async with ground(settings, begins=begins) as on:
        await migrate_everything(on)
        database = Database(on.urls["gateway"].runtime, pool_size=1, name="command")
        try:
            async with database.transaction() as connection:
                yield connection
        finally:
            await database.close()


def who_types() -> str:
    """The actor of audit events: whoever is logged in to this machine."""
    return f"command:{getpass.getuser()}"
