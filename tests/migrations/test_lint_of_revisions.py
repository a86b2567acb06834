"""What a revision does to tables that are full and in use, read by squawk (drill R27): nothing that holds others up."""

import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from migrations.runner import SERVICES, config_of

LINTER = Path(sys.executable).with_name("squawk")
pytestmark = pytest.mark.skipif(not LINTER.exists(), reason="no squawk here: install requirements-dev.txt anew")

NOT_ASKED = {
    "require-lock-timeout": "the runner sets it for every revision",
    "require-statement-timeout": "a statement that has its locks may take as long as an index takes",
    "prefer-bigint-over-int": "ids are uuid or bigint, money is bigint; years, counts and points stay small",
    "prefer-bigint-over-smallint": "levels, months and grades stay small",
}
INDEX = "require-concurrent-index-creation"
BEFORE_THE_FIRST_RELEASE = {
    ("cadres", "2026_11_24_07"): 1,
    ("cadres", "2026_11_24_10"): 1,
    ("cadres", "2026_11_24_11"): 1,
    ("credit", "2026_11_24_03"): 1,
    ("credit", "2026_11_24_07"): 1,
    ("credit", "2026_11_24_09"): 2,
    ("households", "2026_11_24_05"): 1,
    ("households", "2026_11_24_14"): 2,
}
"""Revision → indexes that it makes on a table of an earlier one while writers wait. Nobody had such a table in use yet;
a revision after them builds its index concurrently."""


def sql_of(service: str) -> dict[str, str]:
    """Revision → its statements, as PostgreSQL would get them."""
    written = {}
    for script in ScriptDirectory.from_config(config_of(service)).walk_revisions():
        buffer = io.StringIO()
        offline = MigrationContext.configure(
            dialect_name="postgresql", opts={"as_sql": True, "output_buffer": buffer, "transactional_ddl": False}
        )
        with Operations.context(offline):
            script.module.upgrade()
        written[script.revision] = buffer.getvalue()
    return written


def findings(sql: str, folder: Path) -> Counter[str]:
    """Rule → how often it is broken."""
    file = folder / "revision.sql"
    file.write_text(sql, "utf-8")
    asked = ["--assume-in-transaction", "--pg-version", "15", "--reporter", "json", "--exclude", ",".join(NOT_ASKED)]
    done = subprocess.run([str(LINTER), *asked, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return Counter(found["rule_name"] for found in json.loads(done.stdout))


@pytest.mark.parametrize("service", SERVICES)
def test_no_revision_holds_up_those_who_read_and_write(service: str, tmp_path: Path) -> None:
    found = {revision: findings(sql, tmp_path) for revision, sql in sql_of(service).items()}
    known = {revision: {INDEX: n} for (of, revision), n in BEFORE_THE_FIRST_RELEASE.items() if of == service}
    assert {revision: dict(broken) for revision, broken in found.items() if broken} == known


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("ALTER TABLE loans ADD COLUMN kind text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE loans ALTER COLUMN kind TYPE bigint;", "changing-column-type"),
        ("ALTER TABLE loans DROP COLUMN kind;", "ban-drop-column"),
        ("ALTER TABLE loans RENAME COLUMN kind TO sort;", "renaming-column"),
        ("CREATE INDEX loans_by_kind ON loans (kind);", INDEX),
    ],
)
def test_what_would_hold_them_up_or_break_the_release_before_is_found(sql: str, rule: str, tmp_path: Path) -> None:
    assert rule in findings(sql, tmp_path)
