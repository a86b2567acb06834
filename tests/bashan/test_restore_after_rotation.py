"""A backup from before a rotation of field keys is still worth something after it (drill R31)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.data_place import Place
from tests.builders.register import invent_household, write_register


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """With a household, a sealed file, a backup of both, and new field keys since."""
    folder = tmp_path_factory.mktemp("rotated")
    made = Place(folder)
    made.begin()
    try:
        made.answer("migrate")
        register = write_register(folder / "r.csv", [invent_household(1, 2)])
        assert made.answer("import", str(register), "--kind", "register")["new"] == 1
        shutil.copytree(made.data / "secrets", folder / "safe")
        made.answer("backup", "--to", str(made.store))
        assert made.answer("rotate-keys")["households"]["retired"] == [1]
        yield made
    finally:
        made.server.stop()


def test_with_the_keys_of_today_it_is_read_and_sealed_anew(place: Place, tmp_path: Path) -> None:
    into = tmp_path / "restored"
    done = place.answer("restore", "--from", str(place.store), "--into", str(into))
    assert done["checks"]["numbers_read"] == 1
    held = place.answer("rotate-keys", "--status", data=into)["households"]
    assert (held["keys"], set(held["rows"]), held["on_old_keys"] > 0) == ([1, 2], {"1"}, True)
    again = place.answer("rotate-keys", "--resume", data=into)["households"]
    assert (again["left"], again["retired"]) == (0, [1])
    assert set(place.answer("rotate-keys", "--status", data=into)["households"]["rows"]) == {"2"}


def test_with_the_keys_from_the_safe_it_is_read(place: Place) -> None:
    safe = str(place.data.parent / "safe")
    proven = place.answer("restore", "--verify", "--from", str(place.store), "--secrets", safe)
    assert proven["checks"]["numbers_read"] == 1


def test_without_the_retired_keys_it_is_refused_before_it_begins(place: Place, tmp_path: Path) -> None:
    forgetful = tmp_path / "secrets"
    shutil.copytree(place.data / "secrets", forgetful)
    (forgetful / "retired-field-keys.json").unlink()
    words = ("restore", "--from", str(place.store), "--into", str(tmp_path / "x"), "--secrets", str(forgetful))
    refused = place.bashan(*words)
    assert (refused.returncode, "field-keys-households.json key 1" in refused.stderr) == (1, True)
    assert not (tmp_path / "x").exists()


def test_a_retired_key_that_something_still_bears_is_named_by_the_doctor_and_brought_back(place: Place) -> None:
    """A writer that slept through the rotation, or a row that was put back by hand."""
    stored = json.loads((place.data / "secrets" / "field-keys-households.json").read_text())
    before = place.ask("SELECT phone FROM households.members WHERE phone IS NOT NULL LIMIT 1")
    sealed = "overlay(phone placing '\\x01'::bytea from 1 for 1)"
    place.do(f"UPDATE households.members SET phone = {sealed} WHERE phone IS NOT NULL")  # noqa: S608 - a constant
    try:
        found = place.read(place.bashan("doctor", "--deep", "--json"))["findings"]
        (finding,) = [one for one in found if one["question"] == "sealed rows of households"]
        assert (finding["state"], "[1]" in finding["said"], "--resume" in finding["cure"]) == ("fault", True, True)
        left = place.bashan("rotate-keys", "--resume", "--json")
        assert left.returncode == 1
        done = json.loads(left.stdout)["households"]
        assert done["left"] == len(done["unreadable"]) > 0, "what does not open is named, and no key goes for it"
        assert "1" in json.loads((place.data / "secrets" / "field-keys-households.json").read_text())["encryption"]
    finally:
        back = "overlay(phone placing '\\x02'::bytea from 1 for 1)"
        place.do(f"UPDATE households.members SET phone = {back} WHERE phone IS NOT NULL")  # noqa: S608 - a constant
    assert place.ask("SELECT phone FROM households.members WHERE phone IS NOT NULL LIMIT 1") == before
    assert place.answer("rotate-keys", "--resume")["households"]["retired"] == [1]
    assert json.loads((place.data / "secrets" / "field-keys-households.json").read_text()) == stored
