"""One database and application of the cadres service for each worker; its tests use places of their own in it."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from services.cadres.storage.coverage_repository import recount
from services.households.main import create_app as create_households
from services.households.settings import Settings as HouseholdSettings
from tests.builders.database import copy_database, drop_database, ensure_template
from tests.cadres.appraisal_desk import Desk
from tests.cadres.siblings import OverApplication, Siblings, migrate_both
from tests.cadres.world import Town, World, make_world, migrate_cadres, official
from tests.conftest import FreshDatabase


@pytest.fixture(scope="session")
async def world(
    postgres: EmbeddedPostgres, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    template = await ensure_template(postgres, "template_cadres", migrate_cadres)
    name = f"cadres_{worker_id}_{os.urandom(4).hex()}"
    urls = await copy_database(postgres, template, name)
    made = make_world(urls, Path(tmp_path_factory.mktemp("cadres")))
    yield made
    async with made.jobs_database.transaction() as connection:
        assert await recount(connection, mend=False) == 0, "a write has left the coverage of places as it was"
    await made.close()
    await drop_database(postgres, name)


@pytest.fixture
async def town(world: World) -> Town:
    return await world.town()


@pytest.fixture
async def siblings(
    postgres: EmbeddedPostgres, fresh_database: FreshDatabase, tmp_path: Path
) -> AsyncIterator[Siblings]:
    urls = await fresh_database(await ensure_template(postgres, "template_households_cadres", migrate_both))
    there = OverApplication()
    world = make_world(urls, tmp_path, {"households": there})
    settings = HouseholdSettings(
        database_url=urls["households"].runtime,
        jobs_database_url=urls["households"].jobs,
        secrets_dir=world.secrets_dir,
        files_dir=tmp_path / "files",
    )
    there.application = create_households(settings, {"cadres": world.transport()})
    yield Siblings(there.application, world, there, settings)
    await world.database.close()
    await there.application.state.service.database.close()


@pytest.fixture
async def desk(world: World, town: Town) -> AsyncIterator[Desk]:
    third = official("township_official", town.code, "official-3")
    async with AsyncExitStack() as stack:
        one, two, three = [
            await stack.enter_async_context(world.as_(who)) for who in (town.official, town.colleague, third)
        ]
        yield Desk(world, town, one, two, three, stack)
