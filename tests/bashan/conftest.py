"""What several tests of the commands begin with."""

from collections.abc import Iterator

import pytest

from tests.builders.data_place import Place


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
