"""One embedded PostgreSQL for the whole test run, shared by its workers; databases of their own for the tests."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bashan.cannot_start import CannotStart
from bashan.embedded_postgres import EmbeddedPostgres
from tests.builders.database import SETTINGS, Urls, copy_database, drop_database, ensure_template

_RUN_DIR = "RUN_DIR_OF_BASHANS_TESTS"
_LONGEST_RUN_SECONDS = 3600

FreshDatabase = Callable[..., Awaitable[Urls]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="takes minutes; runs with --slow"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests stay on one worker, and so do those of a folder that shares a running product.

    xdist's own groups do nothing here: since pytest 9.2 it marks ids that nobody reads.
    """
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped] # it ships no types

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = _worker_scope
    return scheduler


def _worker_scope(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return file.rpartition("/")[0] if file.startswith("tests/e2e/") else file


def pytest_configure(config: pytest.Config) -> None:
    """The process that the user started makes the folder of the run; its workers inherit the name."""
    if _RUN_DIR not in os.environ:
        os.environ[_RUN_DIR] = tempfile.mkdtemp(prefix="bashan-tests-")
        config.add_cleanup(_remove_run_dir)
        _stop_servers_of_killed_runs()


def _remove_run_dir() -> None:
    run_dir = Path(os.environ.pop(_RUN_DIR))
    EmbeddedPostgres(run_dir).stop()
    shutil.rmtree(run_dir, ignore_errors=True)


def _stop_servers_of_killed_runs() -> None:
    for run_dir in Path(tempfile.gettempdir()).glob("bashan-tests-*"):
        with contextlib.suppress(OSError, CannotStart):
            if time.time() - run_dir.stat().st_mtime > _LONGEST_RUN_SECONDS and EmbeddedPostgres(run_dir).stop():
                shutil.rmtree(run_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server of this run."""
    with EmbeddedPostgres(Path(os.environ[_RUN_DIR]), SETTINGS) as server:
        yield server


@pytest.fixture
async def fresh_database(postgres: EmbeddedPostgres, worker_id: str) -> AsyncIterator[FreshDatabase]:
    """`await fresh_database()` gives the URLs of an empty database with roles and schemas as in production.

    `await fresh_database(template)` copies another template made by `ensure_template`. Gone after the test.
    """
    names: list[str] = []

    async def make(template: str | None = None) -> Urls:
        source = template or await ensure_template(postgres, "template_empty")
        names.append(f"test_{worker_id}_{os.urandom(4).hex()}")
        return await copy_database(postgres, source, names[-1])

    yield make
    for name in names:
        await drop_database(postgres, name)
