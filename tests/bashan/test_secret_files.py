"""A key that was lost stops the start: a new one would open nothing, and nobody would see it before it is needed."""

from pathlib import Path

import pytest

from bashan.cannot_start import CannotStart
from bashan.secret_files import FIELD_COLUMNS, SERVICES, ensure_secrets

IRREPLACEABLE = [
    *(f"field-keys-{name}.json" for name in FIELD_COLUMNS),
    *(f"service-{name}.pem" for name in SERVICES),
    "token-keys.json",
    "partner-answers.json",
]


@pytest.mark.parametrize("name", IRREPLACEABLE)
def test_a_lost_key_is_named_and_not_made_anew(tmp_path: Path, name: str) -> None:
    folder = ensure_secrets(tmp_path)
    (folder / name).unlink()
    with pytest.raises(CannotStart) as stopped:
        ensure_secrets(tmp_path)
    assert f"or damaged: {name};" in stopped.value.line
    assert "from the safe" in stopped.value.line
    assert not (folder / name).exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"encryption": {}, "index": {}}'])
def test_a_damaged_key_is_named_and_stays(tmp_path: Path, content: str) -> None:
    damaged = ensure_secrets(tmp_path) / "field-keys-households.json"
    damaged.write_text(content)
    with pytest.raises(CannotStart, match=r"field-keys-households\.json"):
        ensure_secrets(tmp_path)
    assert damaged.read_text() == content


@pytest.mark.parametrize("name", ["cursor.key", "token-signing.json"])
def test_what_only_makes_people_begin_again_is_made_anew(tmp_path: Path, name: str) -> None:
    folder = ensure_secrets(tmp_path)
    (folder / name).unlink()
    ensure_secrets(tmp_path)
    assert (folder / name).exists()


def test_a_start_that_was_killed_while_keys_were_made_is_completed(tmp_path: Path) -> None:
    folder = ensure_secrets(tmp_path)
    kept = (folder / "field-keys-households.json").read_bytes()
    for name in ("cursor.key", "field-keys-gateway.json", "field-keys-credit.json"):
        (folder / name).unlink()
    ensure_secrets(tmp_path)
    assert (folder / "field-keys-households.json").read_bytes() == kept
    assert (folder / "field-keys-credit.json").exists()


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    folder = ensure_secrets(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert ensure_secrets(tmp_path) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_service_whose_key_was_changed_has_it_in_the_other_file(tmp_path: Path) -> None:
    folder = ensure_secrets(tmp_path)
    (folder / "service-credit.pem").unlink()
    (folder / "service-credit.json").write_text("{}")
    assert ensure_secrets(tmp_path) == folder


def test_an_answer_key_that_is_in_no_safe_is_given_up_on_purpose(tmp_path: Path) -> None:
    """As docs/operations/keys.md says: with `cursor.key` gone too, both are made anew."""
    folder = ensure_secrets(tmp_path)
    before = (folder / "partner-answers.json").read_bytes()
    for name in ("partner-answers.json", "cursor.key"):
        (folder / name).unlink()
    assert (ensure_secrets(tmp_path) / "partner-answers.json").read_bytes() != before
