"""Nothing in the database gets around the services' roles: what row-level security would need, should a table have it.

No table has it; what stands in its place is in decision 26 (checks S19, S20, S22).
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import make_url

from bashan.embedded_postgres import EmbeddedPostgres
from migrations.runner import SERVICES, migrate
from tests.conftest import FreshDatabase

HOLES = {
    "a role that requests use is superuser, passes row security, or may make roles and databases": """
        SELECT rolname FROM pg_roles
        WHERE rolname = ANY($1) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)""",
    "a role that requests use owns a table, view, sequence or function": """
        SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = ANY($1)
        UNION ALL SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) = ANY($1)""",
    "a role that requests use is member of another than its service's": """
        SELECT member::regrole || ' of ' || roleid::regrole FROM pg_auth_members
        WHERE pg_get_userbyid(member) = ANY($1) AND pg_get_userbyid(member) <> pg_get_userbyid(roleid) || '_jobs'""",
    "a table of another service that a role may read or write": """
        SELECT role || ' on ' || pg_class.oid::regclass FROM unnest($1::text[]) AS role, pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname = ANY($1) AND nspname <> replace(role, '_jobs', '')
        AND has_table_privilege(role, pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')""",
    "a table with row security that its owner passes": """
        SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity AND $1::text[] IS NOT NULL""",
    "a view that reads with its owner's rights": """
        SELECT viewname FROM pg_views
        JOIN pg_class ON pg_class.oid = format('%I.%I', schemaname, viewname)::regclass
        WHERE schemaname = ANY($1) AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)""",
    "a function that runs with its owner's rights": """
        SELECT proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE prosecdef AND nspname = ANY($1)""",
}
ROLES = [*SERVICES, *(f"{service}_jobs" for service in SERVICES)]


@pytest.fixture
async def admin(postgres: EmbeddedPostgres, fresh_database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """In a database with every service's newest schema."""
    urls = await fresh_database()
    for service in SERVICES:
        await migrate(service, urls[service].owner)
    connection = await postgres.connect(database=str(make_url(urls["gateway"].owner).database))
    yield connection
    await connection.close()


async def holes(admin: asyncpg.Connection) -> list[tuple[str, str]]:
    return [(hole, row[0]) for hole, query in HOLES.items() for row in await admin.fetch(query, ROLES)]


async def test_there_is_no_way_around(admin: asyncpg.Connection) -> None:
    assert await admin.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)", ROLES) == len(ROLES)
    assert await admin.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = ANY($1)", ROLES) > 100
    assert await holes(admin) == []


OPENED = {
    "ALTER TABLE households.households ENABLE ROW LEVEL SECURITY": "a table with row security that its owner passes",
    "CREATE VIEW credit.peep AS SELECT 1 AS one": "a view that reads with its owner's rights",
    "CREATE FUNCTION credit.peep() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'": (
        "a function that runs with its owner's rights"
    ),
    "ALTER TABLE credit.alembic_version OWNER TO credit": (
        "a role that requests use owns a table, view, sequence or function"
    ),
    "GRANT USAGE ON SCHEMA cadres TO credit; GRANT SELECT ON cadres.cadres TO credit": (
        "a table of another service that a role may read or write"
    ),
}


async def test_each_way_around_is_seen(admin: asyncpg.Connection) -> None:
    for statement, hole in OPENED.items():
        undone = admin.transaction()
        await undone.start()
        await admin.execute(statement)
        assert {found for found, _ in await holes(admin)} == {hole}, statement
        await undone.rollback()
