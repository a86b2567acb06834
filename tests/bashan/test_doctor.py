"""The doctor says that all is well only when it is, and names what is not with its cure."""

import os
from pathlib import Path
from typing import Any

from bashan.doctor import FAULT, WARNING
from migrations.runner import newest_revision
from tests.builders.data_place import Place


def findings(place: Place, *words: str) -> dict[str, dict[str, Any]]:
    done = place.bashan("doctor", "--json", *words)
    assert done.returncode in {0, 1}, done.stderr
    found = {one["question"]: one for one in place.read(done)["findings"]}
    assert done.returncode == any(one["state"] == FAULT for one in found.values())
    return found


def test_what_is_well_is_called_well(place: Place) -> None:
    found = findings(place, "--deep")
    assert {name for name, one in found.items() if one["state"] == FAULT} == set()
    assert found["pages"]["said"] == "every table and index was read"
    assert found["chains"]["said"].endswith("rows fit")
    assert found["backup"]["state"] == WARNING
    assert all(one["cure"] for one in found.values() if one["state"] != "ok")


def test_keys_that_others_may_read_are_a_fault(place: Place) -> None:
    file = place.data / "secrets" / "field-keys-credit.json"
    file.chmod(0o644)
    try:
        assert "field-keys-credit.json" in findings(place)["rights of keys"]["said"]
    finally:
        file.chmod(0o600)


def test_a_schema_that_is_behind_is_a_fault_with_its_cure(place: Place) -> None:
    place.ask("UPDATE credit.alembic_version SET version_num = '2026_11_24_01' RETURNING 1")
    try:
        found = findings(place)["schema of credit"]
        assert found["state"] == FAULT
        assert found["cure"] == "run `bashan migrate`"
    finally:
        newest = newest_revision("credit")
        place.ask(f"UPDATE credit.alembic_version SET version_num = '{newest}' RETURNING 1")  # noqa: S608 - our own name


def test_a_role_with_too_much_power_is_a_fault(place: Place) -> None:
    place.do("ALTER ROLE cadres CREATEROLE")
    try:
        assert findings(place)["rights of cadres"]["state"] == FAULT
    finally:
        place.do("ALTER ROLE cadres NOCREATEROLE")


def test_a_chain_that_was_changed_is_a_fault(place: Place) -> None:
    place.ask("UPDATE gateway.audit_events SET actor = 'nobody' WHERE seq = 1 RETURNING 1")
    assert "gateway at 1" in findings(place, "--deep")["chains"]["said"]


def test_a_flipped_byte_on_the_disk_is_a_fault(place: Place) -> None:
    """Checksums are on: the page that the disk changed is not believed (drill R32)."""
    where = place.data / "postgres" / "data" / place.ask("SELECT pg_relation_filepath('households.regions')")
    place.do("CHECKPOINT")
    place.server.stop()
    with Path(where).open("r+b") as file:
        file.seek(4096)
        byte = file.read(1)
        file.seek(4096)
        file.write(bytes([byte[0] ^ 0xFF]))
        os.fsync(file.fileno())
    place.server.start()
    found = findings(place, "--deep")["pages"]
    assert found["state"] == FAULT
    assert "restore" in found["cure"]
