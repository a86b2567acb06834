"""One database of the households service for each worker; a test begins with an empty record."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from services.households.storage.count_repository import recount
from tests.builders.database import copy_database, drop_database, ensure_template
from tests.households.identification_world import Village
from tests.households.import_world import ImportWorld, make_import_world, migrate_households


@pytest.fixture(scope="session")
async def shared_import_world(
    postgres: EmbeddedPostgres, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ImportWorld]:
    template = await ensure_template(postgres, "template_households", migrate_households)
    name = f"imports_{worker_id}_{os.urandom(4).hex()}"
    urls = await copy_database(postgres, template, name)
    world = await make_import_world(urls, Path(tmp_path_factory.mktemp("imports")))
    yield world
    await world.app.state.service.database.close()
    await world.database.close()
    await world.jobs.close()
    await drop_database(postgres, name)


@pytest.fixture
async def world(shared_import_world: ImportWorld) -> AsyncIterator[ImportWorld]:
    """Whatever a test does to the service's clock ends with the test; and whatever it wrote, the kept counts agree."""
    await shared_import_world.empty()
    service = shared_import_world.app.state.service
    yield shared_import_world
    shared_import_world.app.state.service = service
    async with shared_import_world.jobs.transaction() as connection:
        assert await recount(connection, mend=False) == 0, "a write has left the counts of places as they were"


@pytest.fixture
async def village(world: ImportWorld) -> Village:
    """A village that nobody has begun to identify."""
    return await Village(world).empty()
