"""A key that was lost stops the start: a new one would open nothing, and nobody would see it before it is needed."""

from pathlib import Path

import pytest

from bashan import secret_files
from bashan.cannot_start import CannotStart
from bashan.private_file import write_private
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


@pytest.mark.parametrize("left", ["token-keys.json", "service-credit.pem", "partner-answers.json", "postgres.json"])
def test_field_keys_are_lost_where_anything_is_left_that_is_made_after_them(tmp_path: Path, left: str) -> None:
    folder = ensure_secrets(tmp_path)
    kept = folder / left
    kept.touch()
    for path in folder.iterdir():
        if path != kept:
            path.unlink()
    kept.write_text("{}")
    with pytest.raises(
        CannotStart, match="no new key can stand for the old one; put them back from the safe"
    ) as stopped:
        ensure_secrets(tmp_path)
    assert all(f"field-keys-{name}.json" in stopped.value.cause for name in FIELD_COLUMNS)
    assert list(folder.iterdir()) == [kept]


@pytest.mark.parametrize("lost", [name for name in FIELD_COLUMNS if name != "gateway"])
def test_a_field_key_is_lost_where_only_its_fellows_are_left(tmp_path: Path, lost: str) -> None:
    folder = ensure_secrets(tmp_path)
    for path in folder.iterdir():
        if not path.name.startswith("field-keys-") or path.name == f"field-keys-{lost}.json":
            path.unlink()
    with pytest.raises(CannotStart, match=f"damaged: field-keys-{lost}.json;"):
        ensure_secrets(tmp_path)


def test_a_folder_that_lost_a_field_key_together_with_the_last_key_is_not_completed(tmp_path: Path) -> None:
    folder = ensure_secrets(tmp_path)
    for name in ("field-keys-households.json", "cursor.key"):
        (folder / name).unlink()
    with pytest.raises(CannotStart, match=r"damaged: field-keys-households\.json;"):
        ensure_secrets(tmp_path)
    assert not (folder / "field-keys-households.json").exists()


def test_where_a_database_is_there_no_field_keys_are_made_for_it(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(CannotStart, match=r"field-keys-households\.json"):
        ensure_secrets(tmp_path)
    assert not list((tmp_path / "secrets").iterdir())


class KilledError(Exception):
    pass


def test_a_start_that_was_killed_at_any_point_while_keys_were_made_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {path.name for path in ensure_secrets(tmp_path / "whole").iterdir()}
    for files in range(len(names)):
        made: dict[str, str] = {}

        def write(path: Path, text: str, made: dict[str, str] = made, most: int = files) -> None:
            if len(made) == most:
                raise KilledError
            write_private(path, text)
            made[path.name] = text

        monkeypatch.setattr(secret_files, "write_private", write)
        with pytest.raises(KilledError):
            ensure_secrets(tmp_path / str(files))
        monkeypatch.setattr(secret_files, "write_private", write_private)
        folder = ensure_secrets(tmp_path / str(files))
        found = {path.name: path.read_text() for path in folder.iterdir()}
        assert set(found) == names
        kept = {name: text for name, text in made.items() if name.startswith("field-keys-")}
        assert kept.items() <= found.items()


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
