"""Tables in and out: what people typed stays text, and what comes in is read as it was written."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from shared.sheets.cells import Cell
from shared.sheets.errors import SheetIsOldXls, SheetKindUnknown
from shared.sheets.reading import open_sheet
from shared.sheets.writing import SheetWriter

HOSTILE = ("=1+1", "+8613800000001", "-2", "@SUM(A1)", "\t=cmd", "=HYPERLINK(1)", "http://x.test", "0123", "1e5")


def written(path: Path, rows: Iterable[Sequence[str | int | date | None]], headings: Sequence[str] = ()) -> Path:
    with SheetWriter(path) as book:
        sheet = book.sheet("名单", headings)
        for row in rows:
            sheet.add(row)
    return path


def test_a_cell_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [HOSTILE])
    assert [cells for _, cells in open_sheet(path).rows()] == [list(HOSTILE)]
    with ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_what_is_written_is_read_again_with_numbers_and_dates(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", [("李四", 3, date(2014, 1, 2), None)], ("姓名", "人数", "日期", "空"))
    rows: list[Sequence[Cell]] = [cells for _, cells in open_sheet(path).rows()]
    assert rows == [["姓名", "人数", "日期", "空"], ["李四", 3.0, date(2014, 1, 2), ""]]


def test_the_sheet_with_the_wanted_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with SheetWriter(path) as book:
        cover, people = book.sheet("封面"), book.sheet("人员", ("姓名",))
        cover.add(("残联名单",))
        people.add(("李四",))

    def has_header(rows: Iterable[Sequence[Cell]]) -> bool:
        return any("姓名" in row for row in rows)

    found = open_sheet(path, has_header=has_header)
    assert [list(cells) for _, cells in found.rows()] == [["姓名"], ["李四"]]
    assert found.other_sheets == ("封面",)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.pdf", b"%PDF-1.7", SheetKindUnknown),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), SheetIsOldXls),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, name: str, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error):
        open_sheet(path)


def test_a_table_whose_rows_fail_is_no_file_leaves_nothing_behind_and_hides_no_failure(tmp_path: Path) -> None:
    class AwayError(Exception):
        pass

    def rows() -> Iterable[Sequence[str]]:
        yield ("李四",)
        raise AwayError

    with pytest.raises(AwayError):
        written(tmp_path / "a.xlsx", rows(), ("姓名",))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        written(tmp_path / "gone" / "a.xlsx", [])


def test_the_rows_of_a_table_lie_beside_it_and_go_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with SheetWriter(path) as book:
        book.sheet("名单").add(("李四",))
        assert [one.is_dir() for one in tmp_path.iterdir()] == [True]
    assert list(tmp_path.iterdir()) == [path]
