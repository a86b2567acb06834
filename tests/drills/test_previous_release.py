"""The release before runs on the schema of this one: its own tests, on our migrations (R28).

An upgrade replaces containers one at a time, and a release that disappoints is put back while the schema stays.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from migrations.runner import OLDEST_READER, SERVICES, newest_revision

ROOT = Path(__file__).parents[2]
PREVIOUS_RELEASE = "648286943df4c63aff1f2e33b4e86f08211154fc"
SUITES = ("tests/households", "tests/cadres", "tests/credit", "tests/gateway")
OF_ITS_OWN_SCHEMA = (
    "tests/credit/storage/test_feeds.py::test_fields_that_are_not_named_are_left_out_health_among_them",
)
"""It lists the names of all columns of the schema; the columns that came since are held by this release's own test."""


def git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False)  # noqa: S607 - the developer's own git


def newest_revision_of_the_release_before(service: str) -> str:
    named = git("ls-tree", "--name-only", PREVIOUS_RELEASE, f"migrations/{service}/versions/").stdout
    return max(Path(line).name[: len("2026_11_24_01")] for line in named.splitlines() if "/2" in line)


@pytest.mark.parametrize("service", SERVICES)
def test_the_release_that_is_tried_is_one_that_the_schema_lets_in(service: str) -> None:
    if git("cat-file", "-e", PREVIOUS_RELEASE).returncode != 0:
        pytest.skip("the release before is not in this clone: fetch its history to run this test")
    assert OLDEST_READER[service] <= newest_revision_of_the_release_before(service) < newest_revision(service)


@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
def test_the_release_before_runs_on_this_schema(suite: str, tmp_path: Path) -> None:
    if git("cat-file", "-e", PREVIOUS_RELEASE).returncode != 0:
        pytest.skip("the release before is not in this clone: fetch its history to run this test")
    old = tmp_path / "old"
    assert git("worktree", "add", "--detach", str(old), PREVIOUS_RELEASE).returncode == 0
    try:
        shutil.rmtree(old / "migrations")
        shutil.copytree(ROOT / "migrations", old / "migrations")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("BASHAN_", "RUN_DIR_OF_"))}
        left_out = [f"--deselect={test}" for test in OF_ITS_OWN_SCHEMA]
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *left_out, suite]
        ran = subprocess.run(
            command, cwd=old, env=kept | {"PYTHONPATH": str(old)}, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout[-3000:]
    finally:
        git("worktree", "remove", "--force", str(old))
