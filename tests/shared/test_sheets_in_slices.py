"""A sheet is read in slices: the rows are those of the whole sheet, and memory does not grow with it."""

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import python_calamine as calamine
import xlsxwriter

from shared.sheets import xlsx_rows
from shared.sheets.cells import Cell
from shared.sheets.errors import SheetDamaged
from shared.sheets.reading import open_sheet

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PEAK = """
import sys
from pathlib import Path
from shared.sheets.reading import open_sheet
sheet = open_sheet(Path(sys.argv[1]))
assert sum(1 for _ in sheet.rows()) == sum(1 for _ in sheet.rows()) == int(sys.argv[2])
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "SLICE_BYTES", 600)


def written(path: Path, rows: Sequence[Sequence[Cell]], *, inline: bool = False, first: int = 0) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": inline}) as book:
        sheet, day = book.add_worksheet("成员"), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, cells in enumerate(rows, start=first):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                else:
                    sheet.write(at, column, cell)
    return path


def people(count: int) -> list[list[Cell]]:
    return [
        [f"张{n}", f"51190219{n:010d}", n, n / 4, n % 2 == 0, date(2014, 1, 1 + n % 28), "同一句话"]
        for n in range(count)
    ]


def whole(path: Path) -> list[list[Cell]]:
    return [list(row) for row in calamine.load_workbook(path).get_sheet_by_index(0).iter_rows()]


def in_slices(path: Path) -> list[list[Cell]]:
    return [list(cells) for _, cells in open_sheet(path).rows()]


def with_sheet(path: Path, change: bytes, into: bytes, part: str = SHEET) -> Path:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    assert change in parts[part]
    parts[part] = parts[part].replace(change, into)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


@pytest.mark.usefixtures("small_slices")
@pytest.mark.parametrize("inline", [False, True], ids=["shared_texts", "texts_in_their_cells"])
def test_the_rows_of_a_sheet_in_slices_are_those_of_the_whole_sheet(tmp_path: Path, inline: bool) -> None:
    path = written(tmp_path / "a.xlsx", people(200), inline=inline)
    assert in_slices(path) == whole(path)
    assert len(in_slices(path)) == 200


@pytest.mark.usefixtures("small_slices")
def test_rows_keep_their_numbers_across_empty_ones_and_a_late_start(tmp_path: Path) -> None:
    rows = [row if n % 7 else [] for n, row in enumerate(people(100))]
    path = written(tmp_path / "a.xlsx", rows, first=12)
    found = {number: list(cells) for number, cells in open_sheet(path).rows() if any(cells)}
    assert found == {number: cells for number, cells in enumerate(whole(path), start=1) if any(cells)}
    assert min(found) == 14


@pytest.mark.usefixtures("small_slices")
@pytest.mark.parametrize(
    ("change", "into"),
    [
        (b"</sheetData>", b'<!-- <row r="1"> --></sheetData>'),
        (b"<row r=", b"<row  r="),
        (b'<row r="1"', b'<!-- <row r="1"> --><row r="1"'),
    ],
)
def test_a_sheet_that_is_written_otherwise_is_read_all_the_same(tmp_path: Path, change: bytes, into: bytes) -> None:
    path = with_sheet(written(tmp_path / "a.xlsx", people(60)), change, into)
    assert in_slices(path) == whole(path)
    assert len(in_slices(path)) == 60


@pytest.mark.usefixtures("small_slices")
@pytest.mark.parametrize("empty", [b"<si/>", b"<si />", b'<si a="b"/>', b"<si><t/></si>", b'<si a="b"><t>x</t></si>'])
def test_a_text_that_is_empty_or_has_attributes_shifts_no_other(tmp_path: Path, empty: bytes) -> None:
    text = "<si><t>张7</t></si>".encode()
    path = with_sheet(written(tmp_path / "a.xlsx", people(60)), text, empty, STRINGS)
    assert in_slices(path) == whole(path)


@pytest.mark.usefixtures("small_slices")
def test_a_sheet_with_prefixes_keeps_its_texts(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", people(20))
    for name in (b"worksheet", b"sheetData", b"row", b"c", b"v"):
        for opening, closing in ((b"<", b" "), (b"<", b">"), (b"</", b">")):
            with zipfile.ZipFile(path) as package:
                said = opening + name + closing in package.read(SHEET)
            if said:
                path = with_sheet(path, opening + name + closing, opening + b"x:" + name + closing)
    path = with_sheet(path, b"xmlns=", b"xmlns:x=")
    assert in_slices(path) == whole(path)
    assert in_slices(path)[3][0] == "张3"


def test_a_table_of_texts_that_are_never_closed_is_gone_through_once(tmp_path: Path) -> None:
    """Sought for each of them anew, their end took minutes."""
    path = written(tmp_path / "a.xlsx", people(3))
    opened = b"".join(b'<si a="%d">' % n for n in range(100_000))
    path = with_sheet(path, b"</sst>", opened + b"</sst>", STRINGS)
    with pytest.raises(SheetDamaged):
        in_slices(path)


@pytest.mark.usefixtures("small_slices")
def test_merged_cells_are_known_before_the_rows_have_been_gone_through(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", people(60))
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A50:A52"/></mergeCells>'
    sheet = open_sheet(with_sheet(path, b"</sheetData>", merged))
    assert [row for row in range(1, 61) if row in sheet.merged_rows] == [50, 51, 52]


@pytest.mark.usefixtures("small_slices")
def test_a_sheet_that_breaks_off_late_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", people(60))
    with zipfile.ZipFile(path) as package:
        content = package.read(SHEET)
    path = with_sheet(path, content[content.index(b'<row r="55"') :], b'<row r="55"><c r="A55"')
    with pytest.raises(SheetDamaged):
        in_slices(path)


@pytest.mark.usefixtures("small_slices")
def test_rows_that_are_not_in_order_are_refused(tmp_path: Path) -> None:
    path = with_sheet(written(tmp_path / "a.xlsx", people(60)), b'<row r="55"', b'<row r="2"')
    path = with_sheet(path, b'"A55"', b'"A2"')
    with pytest.raises(SheetDamaged):
        in_slices(path)


@pytest.mark.parametrize("inline", [False, True], ids=["shared_texts", "texts_in_their_cells"])
def test_memory_does_not_grow_with_the_sheet(tmp_path: Path, inline: bool) -> None:
    """Read whole, 60,000 rows took 77 to 100 MiB more than 10,000; in slices they take 4 to 13, for what is kept."""
    peaks = []
    for count in (10_000, 60_000):
        rows = [[f"{n}-{column}" if column < 3 else "同一句话" for column in range(20)] for n in range(count)]
        path = written(tmp_path / f"{count}.xlsx", rows, inline=inline)
        asked = [sys.executable, "-c", PEAK, str(path), str(count)]
        peaks.append(int(subprocess.run(asked, check=True, capture_output=True).stdout) / 1024)
    assert peaks[1] - peaks[0] < 30, peaks
