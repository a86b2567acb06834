"""What the services' roles may and may not do in the database."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bashan.database_roles import SERVICES
from bashan.embedded_postgres import EmbeddedPostgres
from tests.builders.database import Urls
from tests.conftest import FreshDatabase


@pytest.fixture
async def urls(fresh_database: FreshDatabase) -> Urls:
    """A database in which every service's owner has made a table `notes`."""
    made = await fresh_database()
    for service in SERVICES:
        owner = await connect(made[service].owner)
        await owner.execute("CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY, line text)")
        await owner.close()
    return made


async def connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url.replace("+asyncpg", ""))


async def test_trigrams_see_chinese_names(urls: Urls) -> None:
    engine = create_async_engine(urls["households"].runtime)
    async with engine.connect() as connection:
        trigrams = (await connection.execute(text("SELECT show_trgm('李建国')"))).scalar_one()
        assert len(trigrams) == 4
        assert (await connection.execute(text("SELECT '李建国' % '李建国'"))).scalar_one()
    await engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_and_writes_its_own_rows(urls: Urls, service: str) -> None:
    for url in (urls[service].runtime, urls[service].jobs):
        connection = await connect(url)
        await connection.execute("INSERT INTO notes (line) VALUES ('a')")
        await connection.execute("UPDATE notes SET line = 'b'")
        await connection.execute("DELETE FROM notes")
        assert await connection.fetchval("SELECT count(*) FROM notes") == 0
        await connection.close()


FORBIDDEN = {
    "make a table": "CREATE TABLE mine (id int)",
    "make a temporary table": "CREATE TEMPORARY TABLE mine (id int)",
    "make a table in public": "CREATE TABLE public.mine (id int)",
    "make a schema": "CREATE SCHEMA mine",
    "change its table": "ALTER TABLE notes ADD COLUMN more text",
    "drop its table": "DROP TABLE notes",
    "empty its table": "TRUNCATE notes",
    "read another schema": "SELECT * FROM credit.notes",
    "write to another schema": "INSERT INTO cadres.notes (line) VALUES ('a')",
    "become its owner": "SET ROLE households_owner",
    "become another service": "SET ROLE credit",
    "make a role": "CREATE ROLE mine",
    "run a program": "COPY notes FROM PROGRAM 'id'",
    "write a file": "COPY notes TO '/tmp/notes'",
    "read a file": "SELECT pg_read_file('postgresql.conf')",
    "read passwords": "SELECT rolpassword FROM pg_authid",
    "load a library": "LOAD 'auto_explain'",
    "change the server": "ALTER SYSTEM SET work_mem = '1GB'",
    "act as a replica": "SET session_replication_role = replica",
    "install an extension": "CREATE EXTENSION dblink",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_the_runtime_role_may_not(urls: Urls, statement: str) -> None:
    connection = await connect(urls["households"].runtime)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_a_service_cannot_enter_the_administrators_database(postgres: EmbeddedPostgres, urls: Urls) -> None:
    assert urls
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await postgres.connect("gateway", "postgres")


async def test_requests_are_cut_off_and_jobs_get_time_and_temporary_tables(urls: Urls) -> None:
    limits = {}
    for kind, url in (("runtime", urls["credit"].runtime), ("jobs", urls["credit"].jobs)):
        connection = await connect(url)
        limits[kind] = await connection.fetchval("SHOW statement_timeout")
        if kind == "jobs":
            await connection.execute("CREATE TEMPORARY TABLE staging (id int)")
        await connection.close()
    assert limits == {"runtime": "3s", "jobs": "5min"}


async def test_a_role_that_was_given_too_much_loses_it_again(postgres: EmbeddedPostgres) -> None:
    admin = await postgres.connect()
    try:
        await postgres.ensure_database("test_corrected")
        await admin.execute("ALTER ROLE cadres CREATEDB")
        await admin.execute("COMMENT ON DATABASE test_corrected IS 'an older fingerprint'")
        await postgres.ensure_database("test_corrected")
        assert not await admin.fetchval("SELECT rolcreatedb FROM pg_roles WHERE rolname = 'cadres'")
    finally:
        await admin.execute("DROP DATABASE IF EXISTS test_corrected WITH (FORCE)")
        await admin.close()
