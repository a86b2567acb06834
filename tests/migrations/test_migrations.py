"""Each service's schema: what its migrations make is what its tables say, there and back, by one migrator at a time."""

import asyncio
import importlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from bashan.cannot_start import CannotStart
from bashan.environment import require_newest
from migrations.runner import SERVICES, migrate, newest_revision, standing
from tests.conftest import FreshDatabase


def tables_of(service: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"services.{service}.storage.tables").metadata
    return metadata


async def differences(service: str, url: str) -> list[object]:
    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables_of(service)))

    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("service", SERVICES)
async def test_migrations_make_what_the_tables_say_there_and_back(service: str, fresh_database: FreshDatabase) -> None:
    urls = await fresh_database()
    owner = urls[service].owner
    assert (await standing(service, owner)).current is None
    assert await migrate(service, owner)
    assert await differences(service, owner) == []
    assert await migrate(service, owner) == [], "a second run finds nothing to do"
    await migrate(service, owner, "base")
    assert (await standing(service, owner)).current is None
    assert await migrate(service, owner)
    assert await differences(service, owner) == []


async def test_two_migrators_at_once_do_the_work_once(fresh_database: FreshDatabase) -> None:
    owner = (await fresh_database())["credit"].owner
    ran = await asyncio.gather(*(migrate("credit", owner) for _ in range(3)))
    assert sorted(len(revisions) for revisions in ran)[:2] == [0, 0]
    assert (await standing("credit", owner)).current == newest_revision("credit")


async def test_a_service_does_not_start_before_its_schema_is_there(fresh_database: FreshDatabase) -> None:
    urls = await fresh_database()
    with pytest.raises(CannotStart) as stopped:
        await require_newest("credit", urls["credit"].runtime)
    assert "bashan migrate" in stopped.value.line
    assert "\n" not in stopped.value.line


async def test_a_service_does_not_start_on_the_schema_of_a_newer_release(fresh_database: FreshDatabase) -> None:
    urls = await fresh_database()
    await migrate("credit", urls["credit"].owner)
    engine = create_async_engine(urls["credit"].owner)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_01'"))
    await engine.dispose()
    with pytest.raises(CannotStart) as stopped:
        await require_newest("credit", urls["credit"].runtime)
    assert "newer release" in stopped.value.line
