"""One database and application of the credit service for each worker; its tests use places of their own in it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from tests.builders.database import copy_database, drop_database, ensure_template
from tests.credit.course_world import Course
from tests.credit.world import TODAY, Town, World, close_world, make_world, migrate_credit


@pytest.fixture(scope="session")
async def whole_world(
    postgres: EmbeddedPostgres, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    template = await ensure_template(postgres, "template_credit", migrate_credit)
    name = f"credit_{worker_id}_{os.urandom(4).hex()}"
    urls = await copy_database(postgres, template, name)
    made = await make_world(urls, Path(tmp_path_factory.mktemp("credit")))
    yield made
    await close_world(made)
    await drop_database(postgres, name)


@pytest.fixture
def world(whole_world: World) -> World:
    """The worker's world, on the day of the tests again."""
    whole_world.set_day(TODAY)
    return whole_world


@pytest.fixture
async def town(world: World) -> Town:
    return await world.town()


@pytest.fixture
def course(town: Town) -> Course:
    return Course(town)
