"""One database and application of the cadres service for each worker; its tests use places of their own in it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from tests.builders.database import copy_database, drop_database, ensure_template
from tests.cadres.world import Town, World, make_world, migrate_cadres


@pytest.fixture(scope="session")
async def world(
    postgres: EmbeddedPostgres, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    template = await ensure_template(postgres, "template_cadres", migrate_cadres)
    name = f"cadres_{worker_id}_{os.urandom(4).hex()}"
    urls = await copy_database(postgres, template, name)
    made = make_world(urls, Path(tmp_path_factory.mktemp("cadres")))
    yield made
    await made.close()
    await drop_database(postgres, name)


@pytest.fixture
async def town(world: World) -> Town:
    return await world.town()
