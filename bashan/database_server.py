"""Makes roles, database, schemas and extensions on a server, once and again, as its superuser."""

from collections.abc import Awaitable, Callable, Mapping

import asyncpg
from sqlalchemy.engine import make_url

from bashan import database_roles
from bashan.preflight import probe_database

ADMIN_URL = "BASHAN_ADMIN_DATABASE_URL"

Connect = Callable[[str], Awaitable[asyncpg.Connection]]
"""A superuser's connection to the database of this name."""


async def prepare_server(url: str, database: str, passwords: Mapping[str, str]) -> None:
    """On the server of the operator's own that `url` names; its password may come from PGPASSFILE.

    Raises CannotStart when the server cannot be reached.
    """
    await probe_database(ADMIN_URL, url)
    target = make_url(url)

    async def connect(name: str) -> asyncpg.Connection:
        named = target.set(database=name)
        return await asyncpg.connect(**named.get_dialect()().create_connect_args(named)[1])

    await ensure_everything(connect, database, passwords)


async def ensure_everything(connect: Connect, database: str, passwords: Mapping[str, str]) -> None:
    """Create or correct what the services need; quick when it stands already."""
    want = database_roles.fingerprint(passwords)
    server = await connect("postgres")
    try:
        await server.execute("SELECT pg_advisory_lock(hashtext('bashan ensure_database'))")
        have = await server.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", database
        )
        if have == want:
            return
        await database_roles.ensure_roles(server, passwords)
        await database_roles.ensure_database(server, database)
        inside = await connect(database)
        try:
            await database_roles.ensure_schemas(inside)
        finally:
            await inside.close()
        await server.execute(f"COMMENT ON DATABASE \"{database}\" IS '{want}'")
    finally:
        await server.close()
