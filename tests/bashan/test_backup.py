"""A backup is worth what its restore brings back: to the end of the log, to a moment, with the right keys only.

Drills R30 and R31.
"""

import json
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bashan.backup.health import fresh
from bashan.backup.metrics import BackupMetrics
from bashan.backup.source import Source
from bashan.backup.store import Store
from bashan.embedded_postgres import EmbeddedPostgres
from bashan.environment import ground
from bashan.settings import Settings
from tests.builders.data_place import Place
from tests.deploy.sight import BACKUP_METRICS
from tests.e2e.running import until


@pytest.fixture(scope="module")
def single(place: Place) -> str:
    """A base backup that brings its own log; its name."""
    shutil.copytree(place.data / "secrets", place.data.parent / "escrow")
    uploads = place.data / "files" / "households"
    uploads.mkdir(parents=True)
    (uploads / "photo").write_bytes(b"sealed")
    return str(place.answer("backup", "--to", str(place.store))["base"])


def test_a_single_backup_is_proven_and_leaves_nothing_behind(place: Place, single: str) -> None:
    proven = place.answer("restore", "--verify", "--from", str(place.store))
    assert proven["base"] == single
    assert proven["agrees_with_live"]["gateway"] == proven["checks"]["chained_rows"]["gateway"] > 0
    assert proven["seconds"] > 0
    assert not (place.store / ".drill").exists()


def test_a_restored_directory_has_the_rows_the_uploads_and_an_epoch_of_its_own(
    place: Place, single: str, tmp_path: Path
) -> None:
    into = tmp_path / "restored"
    assert place.answer("restore", "--from", str(place.store), "--into", str(into))["base"] == single
    assert "first" in place.users(into)
    assert (into / "files" / "households" / "photo").read_bytes() == b"sealed"
    status = place.answer("status", data=into)
    assert {one["behind"] for one in status["services"].values()} == {0}
    epochs = {place.ask("SELECT epoch FROM households.change_log_epoch"), *_epochs(into)}
    assert len(epochs) == 2, "readers have to begin again"


def _epochs(data: Path) -> list[Any]:
    other = Place(data.parent)
    other.server = EmbeddedPostgres(data)
    with other.server:
        return [other.ask("SELECT epoch FROM households.change_log_epoch")]


@pytest.mark.usefixtures("single")
def test_without_the_keys_a_restore_is_refused_before_it_begins(place: Place, tmp_path: Path) -> None:
    strange = tmp_path / "keys"
    shutil.copytree(place.data.parent / "escrow", strange)
    file = strange / "field-keys-households.json"
    keys = json.loads(file.read_text())
    keys["encryption"]["1"] = json.loads((strange / "field-keys-cadres.json").read_text())["encryption"]["1"]
    file.write_text(json.dumps(keys))
    for secrets in (strange, tmp_path / "nothing"):
        words = ("restore", "--from", str(place.store), "--into", str(tmp_path / "x"), "--secrets", str(secrets))
        refused = place.bashan(*words)
        assert refused.returncode == 1
        assert "field-keys-households.json" in refused.stderr
        assert "--secrets" in refused.stderr
        assert not (tmp_path / "x").exists()
    escrow = str(place.data.parent / "escrow")
    assert place.answer("restore", "--verify", "--from", str(place.store), "--secrets", escrow)["base"]


def test_the_backup_containers_health_is_the_age_of_its_newest_base(place: Place, single: str, tmp_path: Path) -> None:
    assert fresh(place.store, timedelta(hours=1)), single
    assert not fresh(place.store, timedelta(0))
    assert not fresh(tmp_path, timedelta(hours=1))


@pytest.mark.usefixtures("single")
async def test_prometheus_is_told_how_old_the_backup_is(place: Place) -> None:
    async with ground(Settings(data_dir=place.data), begins=False) as on:
        told = (await BackupMetrics(Source.of(on), Store(place.store), "bashan_backup").read()).decode()
    assert {line.partition(" ")[0] for line in told.splitlines() if line[:1] != "#"} == set(BACKUP_METRICS)


@pytest.mark.usefixtures("single")
def test_nothing_is_restored_over_anything(place: Place) -> None:
    refused = place.bashan("restore", "--from", str(place.store), "--into", str(place.data))
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr


def test_a_folder_without_a_backup_is_named(place: Place, tmp_path: Path) -> None:
    refused = place.bashan("restore", "--verify", "--from", str(tmp_path))
    assert refused.returncode == 1
    assert f"there is no base backup in {tmp_path}" in refused.stderr


@pytest.mark.usefixtures("single")
def test_the_log_brings_back_what_came_after_the_base_and_a_moment_what_was_there_then(
    place: Place, tmp_path: Path
) -> None:
    """The follower is killed on the way and begun again: its slot keeps what it has not taken."""
    following = place.follower()
    try:
        until(lambda: len(list((place.store / "base").glob("2*"))) == 2, 30, "the follower has taken a base")
        place.add_user("second")
        following.kill()
        following.wait()
        until(lambda: not place.ask("SELECT active FROM pg_replication_slots"), 10, "nobody holds the slot")
        time.sleep(1.1)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        place.add_user("third")
        following = place.follower()
        size = place.ask("SELECT pg_current_wal_lsn()::text")
        until(lambda: _received(place, size), 30, "the follower has caught up")
        proven = place.answer("restore", "--verify", "--from", str(place.store))
        assert proven["lost_seconds"] <= 60
        all_of_it, then = tmp_path / "all", tmp_path / "then"
        place.answer("restore", "--from", str(place.store), "--into", str(all_of_it))
        place.answer("restore", "--from", str(place.store), "--into", str(then), "--until", moment)
        assert {"first", "second", "third"} <= place.users(all_of_it)
        assert place.users(all_of_it) - place.users(then) == {"third"}
    finally:
        following.send_signal(signal.SIGTERM)
        assert following.wait(30) == 0


def _received(place: Place, lsn: str) -> bool:
    """Has the slot's reader flushed the log up to there?"""
    return bool(
        place.ask(f"SELECT confirmed >= '{lsn}' FROM (SELECT restart_lsn AS confirmed FROM pg_replication_slots) AS s")  # noqa: S608 - the server's own word
    )


@pytest.mark.usefixtures("single")
def test_a_live_chain_that_was_changed_does_not_agree_with_the_backup(place: Place) -> None:
    """Last, since it spoils the place."""
    place.ask("UPDATE gateway.audit_events SET hash = decode(repeat('00', 32), 'hex') WHERE seq = 1 RETURNING seq")
    place.ask("DELETE FROM gateway.audit_events WHERE seq > 1 RETURNING seq")
    refused = place.bashan("restore", "--verify", "--from", str(place.store))
    assert refused.returncode == 1
    assert "the audit chain of gateway in the backup is not the live one" in refused.stderr
