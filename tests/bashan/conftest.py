"""What several tests of the commands begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bashan.embedded_postgres import EmbeddedPostgres
from tests.builders.data_place import Place
from tests.builders.database import Urls, ensure_template
from tests.builders.operator_commands import Command, begin_all, on_urls
from tests.conftest import FreshDatabase


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A migrated data directory with one user, its server running; a module's tests share it."""
    made = Place(tmp_path_factory.mktemp("place"))
    made.begin()
    try:
        assert made.bashan("migrate").returncode == 0
        made.add_user("first")
        yield made
    finally:
        made.server.stop()


@pytest.fixture
async def urls(postgres: EmbeddedPostgres, fresh_database: FreshDatabase) -> Urls:
    return await fresh_database(await ensure_template(postgres, "template_begun", begin_all))


@pytest.fixture
def bashan(urls: Urls, tmp_path: Path) -> Command:
    return on_urls(urls, tmp_path / "var")
