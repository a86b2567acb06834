"""What is lost or away is told with its cure, and everything else is told all the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bashan.doctor import FAULT, OK, WARNING
from bashan.secret_files import SERVICES
from tests.builders.data_place import Place
from tests.e2e.running import free_port

Lose = Callable[[str], None]


@pytest.fixture
def lose(place: Place) -> Iterator[Lose]:
    """Takes key files away, and puts them back when the test is over."""
    safe: dict[Path, bytes] = {}

    def take(name: str) -> None:
        file = place.data / "secrets" / name
        safe[file] = file.read_bytes()
        file.unlink()

    yield take
    for file, content in safe.items():
        file.write_bytes(content)
        file.chmod(0o600)


def findings(place: Place, *words: str) -> dict[str, dict[str, Any]]:
    done = place.bashan("doctor", "--json", *words)
    assert done.stderr == ""
    found = {one["question"]: one for one in place.read(done)["findings"]}
    assert done.returncode == any(one["state"] == FAULT for one in found.values())
    assert all(one["cure"] for one in found.values() if one["state"] != OK)
    return found


def test_lost_keys_are_named_and_the_rest_is_told_all_the_same(place: Place, lose: Lose) -> None:
    lose("field-keys-credit.json")
    lose("partner-answers.json")
    found = findings(place, "--deep")
    assert found["keys"]["said"] == "missing or damaged: field-keys-credit.json, partner-answers.json"
    assert "from the safe" in found["keys"]["cure"]
    assert found["sealed rows of credit"]["said"] == "not to be opened without field-keys-credit.json"
    well = {"disk", "chains", "pages", "sealed rows of households", *(f"server of {name}" for name in SERVICES)}
    assert {found[question]["state"] for question in well} == {OK}


def test_a_damaged_key_keeps_nobody_from_the_other_answers(place: Place, lose: Lose) -> None:
    lose("field-keys-households.json")
    (place.data / "secrets" / "field-keys-households.json").write_text("{")
    found = findings(place)
    assert "field-keys-households.json" in found["keys"]["said"]
    assert found["schema of households"]["state"] == OK


def test_field_keys_are_missed_though_what_is_made_last_is_lost_with_them(place: Place, lose: Lose) -> None:
    lose("field-keys-gateway.json")
    lose("cursor.key")
    assert findings(place)["keys"]["said"] == "missing or damaged: field-keys-gateway.json"


def test_the_doctor_looks_and_makes_no_key(place: Place, lose: Lose) -> None:
    lose("cursor.key")
    assert findings(place)["keys"]["state"] == WARNING
    assert not (place.data / "secrets" / "cursor.key").exists()


def test_the_password_of_the_database_files_is_asked_back_from_the_safe(place: Place, lose: Lose) -> None:
    lose("postgres.json")
    found = findings(place)
    assert found["database server"]["state"] == FAULT
    assert "from the safe" in found["database server"]["cure"]
    assert found["keys"]["state"] == OK


def test_a_server_that_is_away_is_one_fault_of_each_service(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SERVICES:
        url = f"postgresql+asyncpg://{name}:x@127.0.0.1:{free_port()}/bashan"
        monkeypatch.setenv(f"BASHAN_{name.upper()}_DATABASE_URL", url)
    found = findings(place, "--deep")
    assert {found[f"database of {name}"]["state"] for name in SERVICES} == {FAULT}
    assert "BASHAN_ADMIN_DATABASE_URL" in found["pages"]["cure"]
    assert found["chains"]["said"].startswith("not looked at (")
    assert found["keys"]["state"] == OK


def test_a_bundle_for_help_is_made_of_a_place_with_damaged_keys(place: Place, lose: Lose, tmp_path: Path) -> None:
    lose("field-keys-households.json")
    (place.data / "secrets" / "field-keys-households.json").write_text("{")
    done = place.bashan("support-bundle", "--to", str(tmp_path / "bundle.tar.gz"), "--json")
    assert done.returncode == 0, done.stderr
    assert "doctor.json" in place.read(done)["entries"]
