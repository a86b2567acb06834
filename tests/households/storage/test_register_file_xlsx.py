import io
import multiprocessing
import random
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_reading import RegisterReading
from services.households.storage.register_file import open_register
from shared.errors import Failure
from shared.sheets.errors import (
    SheetDamaged,
    SheetEmpty,
    SheetEncrypted,
    SheetFileTooLarge,
    SheetHasMacros,
    SheetHasOutsideContent,
    SheetHasTooManyColumns,
    SheetHasTooManyRows,
    SheetKindUnknown,
)
from shared.sheets.reading import SheetLimits, confine_memory
from shared.sheets.xlsx_package import MIB, XlsxLimits
from tests.builders.places import read_places
from tests.builders.register import RegisterStyle, invent_household, register_rows, write_register

TODAY = date(2026, 11, 24)
PLACES = PlaceIndex(read_places())
HOUSEHOLDS = [invent_household(index, 3) for index in range(4)]
SHEET = "xl/worksheets/sheet1.xml"


def contents(path: Path) -> dict[str, bytes]:
    register = open_register(path)
    found = RegisterReading(register.rows, PLACES, TODAY, merged_rows=register.merged_rows)
    return {household.number: household.content() for household in found if isinstance(household, RegisterHousehold)}


def changed(path: Path, change: Callable[[zipfile.ZipFile, zipfile.ZipFile], None]) -> Path:
    """The .xlsx made anew by `change(old, new)`."""
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        change(old, new)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    def copy(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)

    return changed(path, copy)


def sheet_of(cells: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    return write_register(tmp_path / "r.xlsx", HOUSEHOLDS)


@pytest.mark.parametrize(
    "style",
    [
        RegisterStyle(),
        RegisterStyle(header_row=5),
        RegisterStyle(dates="cell", amounts="number"),
        RegisterStyle(dates="serial"),
        RegisterStyle(full_width=True, extra_columns=("备注", "帮扶人")),
    ],
)
def test_an_xlsx_and_a_csv_of_the_same_register_say_the_same(tmp_path: Path, style: RegisterStyle) -> None:
    spreadsheet = contents(write_register(tmp_path / "r.xlsx", HOUSEHOLDS, style))
    text = contents(write_register(tmp_path / "r.csv", HOUSEHOLDS, style))
    assert spreadsheet == text
    assert len(text) == 4


def test_rows_are_numbered_as_the_table_program_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(register_rows(HOUSEHOLDS[:1]), start=9):
            sheet.write_row(row, 2, cells)
    register = open_register(path)
    reading = RegisterReading(register.rows, PLACES, TODAY)
    assert reading.columns.header_row == 10
    household = next(iter(reading))
    assert isinstance(household, RegisterHousehold)
    assert household.head.row == 11


def test_the_register_may_stand_on_a_later_sheet(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("封面").write(0, 0, "说明")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, ["姓名", "户编号", "证件号码"])
        hidden.hide()
        book.add_worksheet("空表")
        sheet = book.add_worksheet("成员")
        for row, cells in enumerate(register_rows(HOUSEHOLDS)):
            sheet.write_row(row, 0, cells)
    assert len(contents(path)) == 4
    assert open_register(path).other_sheets == ("封面", "空表")


def test_an_id_number_kept_as_a_number_is_refused_as_damaged(tmp_path: Path) -> None:
    table = register_rows(HOUSEHOLDS[:2])
    table[1][9] = float(str(table[1][9])[:17] + "0")
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    refused = [h for h in RegisterReading(open_register(path).rows, PLACES, TODAY) if isinstance(h, RefusedHousehold)]
    assert [household.number for household in refused] == [HOUSEHOLDS[0].number]
    assert refused[0].rows[0].findings[0].code == "id_number_damaged_by_excel"


def test_merged_titles_are_harmless_and_merged_rows_refused(tmp_path: Path) -> None:
    table = register_rows(HOUSEHOLDS, RegisterStyle(header_row=2))
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
        sheet.merge_range(0, 0, 0, 31, "标题")
        sheet.merge_range(2, 6, 4, 6, HOUSEHOLDS[0].number)
    register = open_register(path)
    assert {3, 4, 5} <= {row for row in range(1, 20) if row in register.merged_rows}
    assert 6 not in register.merged_rows
    found = list(RegisterReading(register.rows, PLACES, TODAY, merged_rows=register.merged_rows))
    assert sum(isinstance(household, RegisterHousehold) for household in found) == 3
    codes = {f.code for h in found if isinstance(h, RefusedHousehold) for row in h.rows for f in row.findings}
    assert "row_in_merged_cells" in codes


def test_overlapping_endless_merges_take_no_time(xlsx: Path) -> None:
    merges = "".join(f'<mergeCell ref="A{row}:B1048576"/>' for row in range(1, 3000))
    sheet = sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>').replace(
        b"</worksheet>", f"<mergeCells>{merges}</mergeCells></worksheet>".encode()
    )
    path = with_part(xlsx, SHEET, sheet)
    started = time.process_time()
    assert 200_000 in open_register(path).merged_rows
    assert time.process_time() - started < 2


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/VBAPROJECT.BIN"])
def test_macros_are_refused(xlsx: Path, part: str) -> None:
    with pytest.raises(SheetHasMacros):
        open_register(with_part(xlsx, part, b"x"))


def test_a_macro_type_is_refused_whatever_the_file_is_called(xlsx: Path) -> None:
    with zipfile.ZipFile(xlsx) as package:
        types = package.read("[Content_Types].xml")
    macro_type = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain_type = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with pytest.raises(SheetHasMacros):
        open_register(with_part(xlsx, "[Content_Types].xml", types.replace(plain_type, macro_type)))


@pytest.mark.parametrize(
    "part", ["xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin", "xl/connections.xml"]
)
def test_content_from_outside_is_refused(xlsx: Path, part: str) -> None:
    with pytest.raises(SheetHasOutsideContent):
        open_register(with_part(xlsx, part, b"<x/>"))


def test_the_declaration_of_an_external_entity_is_refused_unread(xlsx: Path) -> None:
    sheet = sheet_of("<row r='1'><c r='A1' t='inlineStr'><is><t>姓名</t></is></c></row>")
    hostile = sheet.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet', 1)
    with pytest.raises(SheetDamaged):
        open_register(with_part(xlsx, SHEET, hostile))


def test_a_zip_bomb_is_refused_by_what_it_claims(xlsx: Path) -> None:
    with pytest.raises(SheetFileTooLarge) as refused:
        open_register(xlsx, limits=SheetLimits(xlsx=XlsxLimits(unpacked_bytes=2_000)))
    assert "最多" in refused.value.sentence
    with pytest.raises(SheetFileTooLarge):
        open_register(with_part(xlsx, "xl/media/x.bin", bytes(40 * MIB)))


def test_a_bomb_that_lies_about_its_size_is_damaged(xlsx: Path) -> None:
    bomb = with_part(xlsx, "xl/media/x.bin", bytes(40 * MIB))
    packed = bytearray(bomb.read_bytes())
    true_size, claimed = (40 * MIB).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    while (at := packed.find(true_size)) >= 0:
        packed[at : at + 4] = claimed
    bomb.write_bytes(packed)
    with pytest.raises(SheetDamaged):
        open_register(bomb)


def test_a_thousand_and_one_parts_are_too_many(xlsx: Path) -> None:
    with zipfile.ZipFile(xlsx, "a") as package:
        for number in range(1000):
            package.writestr(f"xl/media/{number}.bin", b"x")
    with pytest.raises(SheetFileTooLarge):
        open_register(xlsx)


def test_a_large_file_is_refused_before_it_is_unpacked(xlsx: Path) -> None:
    with pytest.raises(SheetFileTooLarge):
        open_register(xlsx, limits=SheetLimits(xlsx=XlsxLimits(file_bytes=100)))


@pytest.mark.parametrize(
    ("far", "error"),
    [
        ("XFD2", SheetHasTooManyColumns),
        ("IW2", SheetHasTooManyColumns),
        ("A1048576", SheetHasTooManyRows),
        ("A200001", SheetHasTooManyRows),
    ],
)
def test_one_cell_far_away_does_not_fill_the_memory(xlsx: Path, far: str, error: type[Failure]) -> None:
    row = far.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{far}"><v>1</v></c></row>'
    with pytest.raises(error):
        open_register(with_part(xlsx, SHEET, sheet_of(cells)))


def test_a_cell_at_the_limit_is_no_fault_of_the_file(xlsx: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="20"><c r="IV20"><v>1</v></c></row>'
    assert len(list(open_register(with_part(xlsx, SHEET, sheet_of(cells))).rows())) == 20


def _read_confined(path: str) -> None:
    confine_memory(512 * MIB)
    for _ in open_register(Path(path)).rows():
        pass


def _confined_exit_code(path: Path) -> int | None:
    child = multiprocessing.get_context("spawn").Process(target=_read_confined, args=(str(path),))
    child.start()
    child.join(60)
    return child.exitcode


def test_a_sheet_made_to_fill_the_memory_ends_the_child_and_not_the_service(xlsx: Path) -> None:
    """One long shared text named by very many cells passes every size limit of the package."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_000))
    texts = (
        '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{random.Random(1).randbytes(60_000).hex()}</t></si></sst>"  # noqa: S311 - bytes that do not pack
    )
    bomb = with_part(with_part(xlsx, SHEET, sheet_of(rows)), "xl/sharedStrings.xml", texts.encode())
    with zipfile.ZipFile(bomb) as package:
        relations = package.read("xl/_rels/workbook.xml.rels")
    shared = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    relations = relations if b"sharedStrings" in relations else relations.replace(b"</Relationships>", shared)
    with_part(bomb, "xl/_rels/workbook.xml.rels", relations)
    assert _confined_exit_code(bomb) not in (None, 0)
    assert _confined_exit_code(write_register(xlsx, HOUSEHOLDS)) == 0


def test_a_package_with_a_password_flag_is_called_encrypted(xlsx: Path) -> None:
    packed = bytearray(xlsx.read_bytes())
    entry = packed.rfind(b"PK\x01\x02")
    packed[entry + 8] |= 1
    xlsx.write_bytes(packed)
    with pytest.raises(SheetEncrypted):
        open_register(xlsx)


def test_another_kind_of_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("[Content_Types].xml", "<x/>")
    with pytest.raises(SheetKindUnknown):
        open_register(path)


def test_a_spreadsheet_without_any_cell_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet()
    with pytest.raises(SheetEmpty):
        open_register(path)


def test_a_file_cut_or_garbled_anywhere_is_damaged_or_reads_as_something(xlsx: Path) -> None:
    """Nothing but our own errors comes out, wherever the damage is (checks S38)."""
    whole = xlsx.read_bytes()
    order = random.Random(11)  # noqa: S311 - damage, not a secret
    seen = set()
    for attempt in range(120):
        damaged = bytearray(whole[: order.randrange(len(whole))] if attempt % 3 == 0 else whole)
        for _ in range(attempt % 7):
            damaged[order.randrange(len(damaged))] = order.randrange(256)
        xlsx.write_bytes(damaged)
        try:
            for _ in open_register(xlsx).rows():
                pass
        except Failure as refused:
            seen.add(refused.code)
    assert "sheet_damaged" in seen


def test_garbled_xml_inside_a_sound_package_is_damaged_or_reads_as_something(xlsx: Path) -> None:
    with zipfile.ZipFile(xlsx) as package:
        parts = {name: package.read(name) for name in (SHEET, "xl/workbook.xml", "xl/styles.xml")}
    order = random.Random(12)  # noqa: S311 - damage, not a secret
    for attempt in range(60):
        name = order.choice(list(parts))
        damaged = bytearray(parts[name])
        for _ in range(1 + attempt % 9):
            damaged[order.randrange(len(damaged))] = order.choice(b'<>/"&0Az \xff')
        try:
            for _ in open_register(with_part(xlsx, name, bytes(damaged))).rows():
                pass
        except Failure:
            pass
        with_part(xlsx, name, parts[name])


def test_the_same_people_in_another_villages_file_are_other_content(tmp_path: Path) -> None:
    moved = [replace(household, village="花山村") for household in HOUSEHOLDS]
    assert contents(write_register(tmp_path / "a.xlsx", HOUSEHOLDS)) != contents(
        write_register(tmp_path / "b.xlsx", moved)
    )
