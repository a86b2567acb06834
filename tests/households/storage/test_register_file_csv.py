from pathlib import Path

import pytest

from services.households.storage.register_file import open_register
from shared.sheets.errors import (
    SheetDamaged,
    SheetEmpty,
    SheetEncodingUnknown,
    SheetEncrypted,
    SheetFileTooLarge,
    SheetHasTooManyRows,
    SheetIsOldXls,
    SheetKindUnknown,
    SheetRefused,
    SheetTooLarge,
)
from shared.sheets.reading import SheetLimits
from tests.builders.register import RegisterStyle, invent_household, register_rows, write_register

HOUSEHOLDS = [invent_household(index, 2) for index in range(3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_encodings_and_delimiters_of_offices_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    style = RegisterStyle(header_row=3, encoding=encoding, delimiter=delimiter)
    path = write_register(tmp_path / "r.csv", HOUSEHOLDS, style)
    rows = list(open_register(path).rows())
    assert [row for row, _ in rows] == list(range(1, len(rows) + 1))
    assert [cells for _, cells in rows] == register_rows(HOUSEHOLDS, style)


def test_rows_may_be_read_again_from_the_start(tmp_path: Path) -> None:
    register = open_register(write_register(tmp_path / "r.csv", HOUSEHOLDS))
    assert list(register.rows()) == list(register.rows())


def test_a_gb18030_file_with_rare_name_characters_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("姓名,村\n\U00020b9f三,花垭村\n".encode("gb18030"))
    assert [cells for _, cells in open_register(path).rows()] == [["姓名", "村"], ["\U00020b9f三", "花垭村"]]


def test_quotes_hold_commas_and_line_breaks_and_rows_keep_their_number(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('姓名,"人均\n纯收入"\n\n张三,"1,234.50"\n', encoding="utf-8")
    assert list(open_register(path).rows()) == [(1, ["姓名", "人均\n纯收入"]), (2, []), (3, ["张三", "1,234.50"])]


def test_the_senders_name_tells_the_kind_of_a_stored_upload(tmp_path: Path) -> None:
    stored = tmp_path / "0197-upload"
    stored.write_bytes("姓名\n张三\n".encode())
    assert len(list(open_register(stored, "登记表.CSV").rows())) == 2
    with pytest.raises(SheetKindUnknown):
        open_register(stored)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("r.csv", b"", SheetEmpty),
        ("r.xlsx", b"", SheetEmpty),
        ("r.csv", b"\xef\xbb\xbf", SheetEmpty),
        ("r.csv", b"\r\n \r\n", SheetEmpty),
        ("r.csv", "姓名,村\n".encode("utf-16"), SheetEncodingUnknown),
        ("r.csv", b"\x89PNG\r\n\x1a\n\xff\xff\xff\x00", SheetEncodingUnknown),
        ("r.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), SheetIsOldXls),
        ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), SheetEncrypted),
        ("r.xls", b"<html><table></table></html>", SheetKindUnknown),
        ("r.pdf", b"%PDF-1.7", SheetKindUnknown),
        ("r.xlsx", b"\x89PNG\r\n\x1a\n", SheetDamaged),
        ("r", "姓名".encode(), SheetKindUnknown),
    ],
)
def test_what_is_no_register_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes, error: type[SheetRefused]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as refused:
        open_register(path)
    assert "。" in refused.value.sentence
    assert "{" not in refused.value.sentence


def test_a_file_beyond_the_limits_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = write_register(tmp_path / "r.csv", HOUSEHOLDS)
    with pytest.raises(SheetFileTooLarge) as refused:
        open_register(path, limits=SheetLimits(csv_bytes=10))
    assert "0MB" in refused.value.sentence
    exactly = SheetLimits(csv_rows=7)
    assert len(list(open_register(path, limits=exactly).rows())) == 7
    with pytest.raises(SheetHasTooManyRows) as many:
        list(open_register(path, limits=SheetLimits(csv_rows=6)).rows())
    assert isinstance(many.value, SheetTooLarge)
    assert "6行" in many.value.sentence


def test_a_quote_that_is_never_closed_ends_in_an_error_and_not_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('姓名,村\n"张三,花垭村\n' + "李四,花垭村\n" * 50_000, encoding="utf-8")
    with pytest.raises(SheetDamaged):
        list(open_register(path).rows())
