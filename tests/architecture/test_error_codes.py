"""One catalogue of error codes: declared in the code, written down in the documents."""

from pathlib import Path

from bashan.error_catalogue import document, entries

DOCUMENT = Path(__file__).parents[2] / "docs" / "error-codes.md"


def test_every_declared_error_is_in_the_catalogue() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run: python -m bashan.error_catalogue > docs/error-codes.md"


def test_a_code_means_one_thing() -> None:
    codes = [entry.code for entry in entries()]
    assert sorted(set(codes)) == sorted(codes)


def test_every_error_says_something_to_a_person_in_chinese() -> None:
    for entry in entries():
        assert entry.code.replace("_", "").isalnum(), entry
        assert entry.code.islower(), entry
        assert entry.message.endswith("。"), entry
        assert any("一" <= char <= "鿿" for char in entry.message), entry
