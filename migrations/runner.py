"""Brings one service's schema to the newest revision, or tells where it stands.

Each service has a history of its own under `migrations/<service>/versions/`, one file a revision, named by date. An
advisory lock lets one migrator run; the others wait and then find nothing to do.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

HERE = Path(__file__).parent
SERVICES = ("households", "cadres", "credit", "gateway")
LOCK_TIMEOUT = "1s"
"""A change of a table waits for its readers no longer than this, because everybody else waits behind it."""
LOCK_TRIES = 40
LOCK_PAUSE_SECONDS = 0.5
OLDEST_READER: Mapping[str, str] = dict.fromkeys(SERVICES, "2026_11_24_01")
"""The newest revision of the oldest release whose code runs on the schema as it is now. A revision that takes something
away raises it; until then a release may be put back while the schema stays."""
_LOCK = "hashtext('migrate'), hashtext(current_schema())"
_LOCKED = "lock timeout"
_KEEP_THE_CHAIN = text("""
    DO $$
    DECLARE holder text;
    BEGIN
        FOR holder IN
            SELECT DISTINCT CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END
            FROM pg_class, aclexplode(relacl) AS held
            WHERE oid = to_regclass('audit_events') AND held.grantee <> relowner
                AND held.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
        LOOP
            EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM ' || holder;
        END LOOP;
    END $$
""")
_READ_OLDEST = text("SELECT obj_description(current_schema()::regnamespace, 'pg_namespace')")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a schema stands. `behind` counts revisions to go; an `unknown` revision comes from a newer release, which
    has left word whether this one still `runs` on it."""

    current: str | None
    newest: str
    behind: int
    unknown: bool
    runs: bool = True


def config_of(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE / service))
    config.set_main_option("path_separator", "os")
    config.attributes["service"] = service
    return config


def newest_revision(service: str) -> str:
    head = ScriptDirectory.from_config(config_of(service)).get_current_head()
    if head is None:
        raise LookupError(f"no migrations for {service}")
    return head


async def migrate(service: str, owner_url: str, target: str = "head") -> list[str]:
    """Runs what is missing as the schema's owner; the revisions that ran, oldest first."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_migrate, service, target)
    finally:
        await engine.dispose()


async def standing(service: str, url: str) -> Standing:
    """Where the schema stands; any role of the service may ask."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            current = await connection.run_sync(lambda sync: _context(sync).get_current_revision())
            oldest_reader = await connection.scalar(_READ_OLDEST)
    finally:
        await engine.dispose()
    scripts = ScriptDirectory.from_config(config_of(service))
    known = [script.revision for script in scripts.walk_revisions()]
    newest = newest_revision(service)
    if current is not None and current not in known:
        return Standing(current, newest, 0, unknown=True, runs=bool(oldest_reader and newest >= oldest_reader))
    return Standing(current, newest, known.index(current) if current else len(known), unknown=False)


def revisions_to_go(service: str, stands: Standing) -> list[tuple[str, str]]:
    """What `migrate` would run, oldest first: revision, and what it says of itself."""
    if stands.unknown:
        return []
    newest_first = list(ScriptDirectory.from_config(config_of(service)).walk_revisions())
    return [(script.revision, script.doc) for script in newest_first[: stands.behind][::-1]]


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection)


def _migrate(connection: Connection, service: str, target: str) -> list[str]:
    config = config_of(service)
    config.attributes["connection"] = connection
    # The other migrator may take minutes; waiting for it keeps nobody else waiting.
    connection.execute(text("SET lock_timeout = 0"))
    connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    try:
        before = _context(connection).get_current_revision()
        _insist(connection, lambda: (command.downgrade if target == "base" else command.upgrade)(config, target))
        after = _context(connection).get_current_revision()
        _leave_word(connection, service)
        _keep_the_chain(connection)
    finally:
        connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
        connection.commit()
    return _between(config, before, after)


def _insist(connection: Connection, run: Callable[[], object]) -> None:
    """A revision is one transaction: it is there or not, so that what ran out of patience simply runs again."""
    for tries_left in range(LOCK_TRIES, -1, -1):
        try:
            run()
            connection.commit()
        except DBAPIError as failure:
            connection.rollback()
            if not tries_left or _LOCKED not in str(failure.orig):
                raise
            time.sleep(LOCK_PAUSE_SECONDS)
        else:
            return


def _leave_word(connection: Connection, service: str) -> None:
    """For an older release that is put back."""
    connection.execute(text(f"COMMENT ON SCHEMA {service} IS '{OLDEST_READER[service]}'"))  # own name, own constant
    connection.commit()


def _keep_the_chain(connection: Connection) -> None:
    """Audit events are written once: who serves requests, under whatever name, may add them and change none."""
    connection.execute(_KEEP_THE_CHAIN)
    connection.commit()


def _between(config: Config, before: str | None, after: str | None) -> list[str]:
    """The revisions that ran on the way up, oldest first."""
    history = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    first = history.index(before) + 1 if before else 0
    last = history.index(after) + 1 if after else 0
    return history[first:last]


def migrate_all(owner_urls: dict[str, str]) -> dict[str, list[str]]:
    """Migrates every service; service → revisions that ran."""

    async def run() -> dict[str, list[str]]:
        return {service: await migrate(service, url) for service, url in owner_urls.items()}

    return asyncio.run(run())
