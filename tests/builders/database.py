"""Databases for tests: a template is made once a run, every test that needs one of its own gets a copy."""

import inspect
from collections.abc import Awaitable, Callable

from bashan.database_roles import access_statements
from bashan.embedded_postgres import EmbeddedPostgres, ServiceUrls

Urls = dict[str, ServiceUrls]
Migrate = Callable[[Urls], Awaitable[None] | None]

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
    "max_connections": "100",
}
"""Tests need no durability, except those of durability, which start a server of their own."""


async def ensure_template(server: EmbeddedPostgres, name: str, migrate: Migrate | None = None) -> str:
    """Make the template database `name` with roles and schemas as in production, then run `migrate` on it.

    The workers of a run share it: the first one makes it, the others wait. A half-made one is made anew.
    """
    admin = await server.connect()
    try:
        await admin.execute("SELECT pg_advisory_lock(hashtext('test template'))")
        if await admin.fetchval("SELECT datistemplate FROM pg_database WHERE datname = $1", name):
            return name
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await server.ensure_database(name)
        if migrate is not None:
            done = migrate(server.database_urls(name))
            if inspect.isawaitable(done):
                await done
        await admin.execute(f'ALTER DATABASE "{name}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')
    finally:
        await admin.close()
    return name


async def copy_database(server: EmbeddedPostgres, template: str, name: str) -> Urls:
    """A new database with all that the template has."""
    admin = await server.connect()
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        await admin.execute(access_statements(name))
    finally:
        await admin.close()
    return server.database_urls(name)


async def drop_database(server: EmbeddedPostgres, name: str) -> None:
    """Remove it and end the connections that are still open to it."""
    admin = await server.connect()
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await admin.close()
