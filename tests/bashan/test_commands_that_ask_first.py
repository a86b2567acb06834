"""What `bashan users` and `bashan partners` refuse before they write: no schema, another release's, no such place."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.runner import standing
from services.households.storage.shipped_regions import shipped_regions
from services.households.storage.tables import regions
from tests.builders.database import Urls
from tests.builders.operator_commands import Command, on_database, on_urls
from tests.conftest import FreshDatabase

OLD, NEW = [place.code for place in shipped_regions() if place.level == "village"][:2]
MERGED = update(regions).where(regions.c.code == OLD).values(ended_on=date(2026, 1, 1), successor=NEW)


async def test_an_official_of_a_place_that_is_not_there_is_refused_by_its_code(bashan: Command, urls: Urls) -> None:
    await on_database(urls, "households", lambda on: on.execute(MERGED))
    await bashan("users", "invite", "li", "--role", "county_official=511921")

    mistyped = await bashan("users", "add", "wang", "--role", "county_official=511921,999999")
    invited = await bashan("users", "invite", "wang", "--role", "township_official=511921999")
    changed = await bashan("users", "roles", "li", "--role", "county_official=511929")
    merged = await bashan("users", "add", "wang", "--role", f"village_official={OLD}")

    for refused, code in ((mistyped, "999999"), (invited, "511921999"), (changed, "511929"), (merged, NEW)):
        assert refused.code == 1
        assert code in refused.err
        assert refused.err.count("\n") == 1
    assert mistyped.err.startswith("bashan: role_place_unknown: 没有代码为 999999 的地方")
    assert merged.err.startswith("bashan: role_place_ended:")
    (kept,) = (await bashan("users", "list", "--json")).json["users"]
    assert (kept["username"], kept["roles"]) == ("li", {"county_official": ["511921"]})


@pytest.mark.parametrize("command", ["users add wang --role operator", "users list", "partners list"])
async def test_on_a_database_that_is_behind_nothing_is_migrated_on_the_way(
    fresh_database: FreshDatabase, tmp_path: Path, command: str
) -> None:
    empty = await fresh_database()
    refused = await on_urls(empty, tmp_path / "var")(*command.split())

    assert refused.code == 1
    assert "run `bashan migrate` first" in refused.err
    assert refused.err.count("\n") == 1
    assert (await standing("gateway", empty["gateway"].owner)).current is None


async def test_on_the_database_of_a_newer_release_no_user_is_written(bashan: Command, urls: Urls) -> None:
    newer = text("UPDATE alembic_version SET version_num = '2099_01_01_01'")
    engine = create_async_engine(urls["gateway"].owner)
    async with engine.begin() as connection:
        await connection.execute(newer)
        await connection.execute(text("COMMENT ON SCHEMA gateway IS '2099_01_01_01'"))
    await engine.dispose()

    refused = await bashan("users", "add", "wang", "--role", "operator")

    assert refused.code == 1
    assert "newer release of bashan; run that release" in refused.err


async def test_in_a_directory_without_bashan_no_user_is_made(bashan: Command, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "var")
    refused = await bashan("users", "add", "wang", "--role", "operator")
    assert (refused.code, "there is no bashan in the data directory" in refused.err) == (1, True)
    assert not (tmp_path / "var").exists()
