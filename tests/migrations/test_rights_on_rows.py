"""What the roles that serve requests may not do, however it is asked: own, change the audit trail, borrow rights."""

import asyncpg
import pytest

from bashan.database_roles import SERVICES
from migrations.runner import migrate
from tests.builders.database import Urls
from tests.conftest import FreshDatabase

EVENT = (
    "INSERT INTO audit_events (seq, at, event, actor, subject, facts, previous, hash)"
    " VALUES (1, now(), 'e', 'a', 's', '{}', '', '')"
)
TAMPERING = {
    "edit": "UPDATE audit_events SET actor = 'x'",
    "delete": "DELETE FROM audit_events",
    "empty": "TRUNCATE audit_events",
    "hide": "DROP TABLE audit_events",
    "take it over": "ALTER TABLE audit_events OWNER TO CURRENT_USER",
}
OWNED = """
    SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
    WHERE c.relnamespace = current_schema()::regnamespace AND r.rolname <> current_schema() || '_owner'
"""
POWERFUL = """
    SELECT rolname FROM pg_roles
    WHERE rolname IN (current_schema(), current_schema() || '_jobs', current_schema() || '_owner')
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
"""
BORROWED = """
    SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef
    UNION ALL SELECT viewname FROM pg_views WHERE schemaname = current_schema()
"""


async def connected(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.replace("+asyncpg", ""))


@pytest.fixture
async def migrated(fresh_database: FreshDatabase) -> Urls:
    urls = await fresh_database()
    for service in SERVICES:
        await migrate(service, urls[service].owner)
    return urls


async def test_the_audit_trail_takes_events_and_gives_none_back(migrated: Urls) -> None:
    for service in SERVICES:
        for url in (migrated[service].runtime, migrated[service].jobs):
            connection = await connected(url)
            for statement in TAMPERING.values():
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(EVENT)
            assert await connection.fetchval("SELECT count(*) FROM audit_events") == 1
            await transaction.rollback()
            await connection.close()


async def test_a_right_that_came_back_is_taken_again_by_the_next_migrate(migrated: Urls) -> None:
    owner = await connected(migrated["credit"].owner)
    await owner.execute("GRANT UPDATE, DELETE ON audit_events TO credit, PUBLIC")
    await owner.close()

    await migrate("credit", migrated["credit"].owner)

    runtime = await connected(migrated["credit"].runtime)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await runtime.execute(TAMPERING["edit"])
    await runtime.close()


async def test_who_serves_requests_owns_nothing_and_borrows_no_rights(migrated: Urls) -> None:
    """No table has row-level security, so nothing hides behind it: rights are in the queries, and these in the
    catalogue."""
    for service in SERVICES:
        connection = await connected(migrated[service].runtime)
        for question in (OWNED, POWERFUL, BORROWED):
            assert await connection.fetch(question) == [], service
        await connection.close()
