"""What a command does in the gateway's database: one transaction, on the same ground as `up`."""

import getpass
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bashan.environment import ground, require_newest
from bashan.known_places import require_places
from bashan.settings import Settings
from services.gateway.storage.factor_repository import Factors
from services.gateway.use_cases.desk import Desk
from services.gateway.use_cases.password_hashes import PasswordHashes
from services.gateway.use_cases.token_mint import TokenMint
from services.gateway.use_cases.watch_revocations import Revocations
from shared.clock import Clock
from shared.db import Connection, Database
from shared.token_keys import TurningSigner
from shared.web.assemble import field_cipher


@asynccontextmanager
async def gateway_transaction(
    settings: Settings, grants: Mapping[str, Sequence[str]] | None = None
) -> AsyncIterator[Connection]:
    """Committed at the end. A running `up` sees what was written within two seconds.

    Raises CannotStart before a schema that is behind or newer: migrating is asked for, never done on the way. Raises
    RolePlaceUnknown and RolePlaceEnded for a place of `grants` (role → codes) where nobody can be an official.
    """
    async with ground(settings, begins=False) as on:
        await require_newest("gateway", on.urls["gateway"].runtime)
        await require_places(on, {code for codes in (grants or {}).values() for code in codes})
        database = Database(on.urls["gateway"].runtime, pool_size=1, name="command")
        try:
            async with database.transaction() as connection:
                yield connection
        finally:
            await database.close()


@asynccontextmanager
async def gateway_desk(settings: Settings) -> AsyncIterator[tuple[Desk, Path]]:
    """What a login is checked with, and the secrets folder. Raises CannotStart as `gateway_transaction`."""
    async with ground(settings, begins=False) as on:
        await require_newest("gateway", on.urls["gateway"].runtime)
        database = Database(on.urls["gateway"].runtime, pool_size=1, name="command")
        mint = TokenMint(TurningSigner(on.secrets_dir))
        factors = Factors(field_cipher("gateway", on.secrets_dir))
        clock = Clock()
        try:
            yield Desk(database, clock, PasswordHashes(), mint, Revocations(database, clock), factors), on.secrets_dir
        finally:
            await database.close()


def who_types() -> str:
    """The actor of audit events: whoever is logged in to this machine."""
    return f"command:{getpass.getuser()}"
