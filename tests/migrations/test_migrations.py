"""Each service's schema: what its migrations make is what its tables say, there and back, by one migrator at a time."""

import ast
import asyncio
import importlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

import migrations
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
        await connection.execute(text("COMMENT ON SCHEMA credit IS NULL"))
    await engine.dispose()
    with pytest.raises(CannotStart) as stopped:
        await require_newest("credit", urls["credit"].runtime)
    assert "newer release" in stopped.value.line


async def test_an_older_release_starts_on_a_newer_schema_that_left_word_it_may(fresh_database: FreshDatabase) -> None:
    """A release that was put back: its code knows less than the schema has."""
    urls = await fresh_database()
    await migrate("credit", urls["credit"].owner)
    engine = create_async_engine(urls["credit"].owner)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_01'"))
        await require_newest("credit", urls["credit"].runtime)
        async with engine.begin() as connection:
            await connection.execute(text("COMMENT ON SCHEMA credit IS '2099_01_01_01'"))
    finally:
        await engine.dispose()
    with pytest.raises(CannotStart, match="newer release"):
        await require_newest("credit", urls["credit"].runtime)


async def test_a_migration_waits_for_a_long_reader_and_lets_others_through(fresh_database: FreshDatabase) -> None:
    """Whoever asks behind the waiting migration gets an answer within two seconds (drill R27)."""
    urls = await fresh_database()
    await migrate("credit", urls["credit"].owner)
    engine = create_async_engine(urls["credit"].owner)
    try:
        async with engine.connect() as reader:
            await reader.execute(text("SELECT count(*) FROM alembic_version"))
            await reader.execute(text("LOCK TABLE loans IN ACCESS SHARE MODE"))
            going_down = asyncio.create_task(migrate("credit", urls["credit"].owner, "base"))
            await asyncio.sleep(0.3)
            longest = 0.0
            for _ in range(4):
                began = time.monotonic()
                async with engine.connect() as other:
                    await other.execute(text("SELECT count(*) FROM loans"))
                longest = max(longest, time.monotonic() - began)
            assert longest < 2.0
            assert not going_down.done()
            await reader.rollback()
        await asyncio.wait_for(going_down, 30)
    finally:
        await engine.dispose()
    assert (await standing("credit", urls["credit"].owner)).current is None


TAKES_AWAY = {"drop_table", "drop_column", "rename_table"}


def upgrades(service: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Each revision but the first with its `upgrade`."""
    folder = Path(migrations.__file__).parent / service / "versions"
    for file in sorted(folder.glob("2*.py"))[1:]:
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == "upgrade":
                yield file.stem, node


@pytest.mark.parametrize("service", SERVICES)
def test_a_revision_only_adds_so_that_the_release_before_runs_on(service: str) -> None:
    """An index may be replaced, and a constraint widened, when the revision says why."""
    for name, upgrade in upgrades(service):
        for call in (node for node in ast.walk(upgrade) if isinstance(node, ast.Call)):
            operation = ast.unparse(call.func).removeprefix("op.")
            keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            assert operation not in TAKES_AWAY, f"{name}: {operation}"
            assert operation != "alter_column" or keywords.get("nullable") == "True", f"{name}: {ast.unparse(call)}"
            if operation == "add_column":
                column = ast.unparse(call.args[1])
                assert "nullable=False" not in column or "server_default" in column, f"{name}: {column}"
