"""The rows of a checked .xlsx, a slice of the sheet at a time, so that memory does not grow with the sheet.

The library that reads workbooks (calamine) unpacks a sheet whole. It is therefore given small workbooks: the sheet's
XML is cut before a `<row r="`, and each piece put between the sheet's own beginning and end, beside the workbook's own
styles. So a cell is read by the same rules whether its sheet was cut or not. A sheet that is written in another way
than table programs write it (a prefix before `row`, a comment, CDATA) is cut no further and read at once.
"""

import io
import pickle
import re
import zipfile
import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import python_calamine as calamine

from shared.sheets.cells import Cell

SLICE_BYTES = 2 << 20
"""So much of a sheet's XML is read at once: some thousand rows of the national list."""
_SHEETS, _STRINGS = "xl/worksheets/", "xl/sharedstrings.xml"
_NUMBERED_ROW = b'<row r="'
_END = b"</sheetData></worksheet>"
_ITEM_BEGINS, _ITEM_ENDS = re.compile(rb"<si(?:\s[^<>/]*)?(/?)>"), b"</si>"
_VALUE = re.compile(rb"<v[^<>]*>\s*([0-9]{1,9})\s*</v>")
_NO_ITEM = b"<si><t></t></si>"


class SlicedWorkbook:
    """Reads the sheets of one file. Everything raises `calamine.CalamineError` for what is no workbook."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            self._common = {name: package.read(name) for name in names if _is_common(name)}
            strings = next((name for name in names if name.lower() == _STRINGS), None)
            self._strings = _SharedStrings(strings, package.read(strings)) if strings else None
        marked = {name: _sheet_that_says(name) for name in names if name.lower().startswith(_SHEETS)}
        self._marked = calamine.load_workbook(self._packed(marked))
        self.visible = [
            sheet.name
            for sheet in self._marked.sheets_metadata
            if sheet.typ is calamine.SheetTypeEnum.WorkSheet and sheet.visible is calamine.SheetVisibleEnum.Visible
        ]

    def sheet(self, name: str) -> "SlicedSheet":
        said = self._marked.get_sheet_by_name(name).to_python()
        if not said:
            raise calamine.CalamineError("a sheet without its part")
        return SlicedSheet(self._slices(name, str(said[0][0])))

    def _slices(self, name: str, part: str) -> Iterator[calamine.CalamineSheet]:
        """The sheet in slices, each with its rows at their own numbers; merged cells are with the last."""

        def read(piece: bytes) -> calamine.CalamineSheet:
            return calamine.load_workbook(self._packed({part: piece})).get_sheet_by_name(name)

        # The library computes without the interpreter's lock: the next slice is read while this one is made use of.
        with ThreadPoolExecutor(1, "sheet") as beside:
            pending = None
            for piece in _pieces(self._path, part):
                coming = beside.submit(read, piece)
                if pending is not None:
                    yield pending.result()
                pending = coming
            if pending is not None:
                yield pending.result()

    def _packed(self, sheets: dict[str, bytes]) -> io.BytesIO:
        """A workbook of these sheets and of those shared strings that they speak of."""
        parts = self._common | sheets
        if self._strings is not None:
            parts[self._strings.part] = self._strings.of(sheets.values())
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
            for part, content in parts.items():
                package.writestr(part, content)
        packed.seek(0)
        return packed


class SlicedSheet:
    """One sheet. What has been read is kept packed, at some forty bytes a row, so that going through it again costs
    little."""

    def __init__(self, slices: Iterator[calamine.CalamineSheet]) -> None:
        self._slices = slices
        self._blocks: list[bytes] = []
        self._next_row = 0
        self._merged: list[tuple[tuple[int, int], tuple[int, int]]] = []

    def rows(self) -> Iterator[Sequence[Cell]]:
        """All rows from the first, also empty ones between others."""
        at = 0
        while at < len(self._blocks) or self._read_on():
            yield from pickle.loads(zlib.decompress(self._blocks[at]))  # noqa: S301 - packed by this object itself
            at += 1

    def merged_ranges(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """First and last cell (row and column, from 0) of each merged range; reads the sheet to its end."""
        while self._read_on():
            pass
        return self._merged

    def _read_on(self) -> bool:
        """Packs the next slice; False at the end."""
        for piece in self._slices:
            self._merged += piece.merged_cell_ranges or []
            if piece.start is not None:
                self._pack(piece.start, piece.to_python(skip_empty_area=True))
                return True
        return False

    def _pack(self, start: tuple[int, int], filled: Sequence[Sequence[Cell]]) -> None:
        row, column = start
        if row < self._next_row:
            raise calamine.CalamineError("rows that are not in order")
        rows: list[list[Cell]] = [[] for _ in range(row - self._next_row)]
        rows += ([*[None] * column, *cells] for cells in filled)
        self._next_row += len(rows)
        self._blocks.append(zlib.compress(pickle.dumps(rows, pickle.HIGHEST_PROTOCOL), 1))


class _SharedStrings:
    """A workbook's table of texts. Kept as it came, and never given to the library as a whole where it can be cut."""

    def __init__(self, part: str, xml: bytes) -> None:
        self.part = part
        self._xml = xml
        self._bounds = array("Q") if b"<!" in xml else _bounds_of_items(xml)

    def of(self, sheets: Collection[bytes]) -> bytes:
        """The table with those texts alone whose numbers stand in these sheets; the others are empty. It is whole for a
        sheet that is not cut: how that one writes its numbers is not known."""
        count = len(self._bounds) // 2
        if not count or any(_NUMBERED_ROW not in sheet for sheet in sheets):
            return self._xml
        said = {int(number) for sheet in sheets for number in _VALUE.findall(sheet)}
        table, reached = [self._xml[: self._bounds[0]]], 0
        for number in sorted(one for one in said if one < count):
            table.append(_NO_ITEM * (number - reached))
            table.append(self._xml[self._bounds[2 * number] : self._bounds[2 * number + 1]])
            reached = number + 1
        return b"".join([*table, b"</sst>"])


def _bounds_of_items(xml: bytes) -> "array[int]":
    """Begin and end of each text, one after the other; empty where one is written in another way than expected, since
    the number of every later text would be wrong. Goes through the table once, whatever it holds."""
    bounds = array("Q")
    begins = xml.find(b"<si")
    while begins >= 0:
        opened = _ITEM_BEGINS.match(xml, begins)
        closed = -1 if opened is None or opened[1] else xml.find(_ITEM_ENDS, opened.end())
        if opened is None or (closed < 0 and not opened[1]):
            return array("Q")
        ends = opened.end() if opened[1] else closed + len(_ITEM_ENDS)
        bounds.extend((begins, ends))
        begins = xml.find(b"<si", ends)
    return bounds


def _is_common(name: str) -> bool:
    """What every small workbook needs: its kind, its list of sheets, how these are found, and its formats."""
    return name.lower() in {
        "[content_types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }


def _sheet_that_says(text: str) -> bytes:
    """A sheet with its own part's name in its first cell: so the library itself tells which part is which sheet."""
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>' + text.encode() + b"</t></is></c></row></sheetData></worksheet>"
    )


def _pieces(path: Path, part: str) -> Iterator[bytes]:
    """The sheet's XML, cut into whole sheets of some rows each."""
    with zipfile.ZipFile(path) as package, package.open(part) as unpacked:
        waiting = unpacked.read(SLICE_BYTES)
        begins = waiting.find(_NUMBERED_ROW)
        head = waiting[: max(begins, 0)]
        while piece := unpacked.read(SLICE_BYTES):
            waiting += piece
            cut = -1 if begins < 0 or b"<!" in waiting else waiting.rfind(_NUMBERED_ROW)
            if cut > len(head):
                yield waiting[:cut] + _END
                waiting = head + waiting[cut:]
    yield waiting
