"""Which rows does this register file hold?

A .csv is read as a stream, so its memory stays flat. An .xlsx has to be read a sheet at a time: 100,000 rows of the
national list take about 0.3 GB, the largest sheet within the limits about 0.6 GB, and a sheet made to hurt more.
The caller therefore reads files in a child process that first calls `confine_memory`; what exceeds it ends the
child, not the service.
"""

import codecs
import csv
import resource
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

import python_calamine as calamine

from services.households.domain.cell_text import Cell
from services.households.domain.errors import (
    RegisterFileDamaged,
    RegisterFileEmpty,
    RegisterFileEncodingUnknown,
    RegisterFileEncrypted,
    RegisterFileIsOldXls,
    RegisterFileKindUnknown,
    RegisterFileTooLarge,
    RegisterHasTooManyRows,
    RegisterHeaderNotFound,
    RegisterRefused,
)
from services.households.domain.register_columns import ROWS_SEARCHED, find_columns
from services.households.storage.xlsx_package import MIB, XlsxLimits, check_xlsx

Row = tuple[int, Sequence[Cell]]
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAMPLE = 1 << 16
HEAD_BYTES = MIB
"""As much of a file as tells its kind."""


@dataclass(frozen=True, slots=True)
class RegisterLimits:
    """The most that one file may hold."""

    csv_bytes: int = 512 * MIB
    csv_rows: int = 1_000_000
    xlsx: XlsxLimits = field(default_factory=XlsxLimits)


class RegisterFile(Protocol):
    """A register that has been opened."""

    merged_rows: Container[int]
    """Row numbers inside merged cells."""
    other_sheets: tuple[str, ...]
    """Names of sheets that were not read."""

    def rows(self) -> Iterator[Row]:
        """All rows from the first, numbered from 1 as the table program shows them; anew at each call."""


def open_register(path: Path, name: str = "", limits: RegisterLimits | None = None) -> RegisterFile:
    """Opens a register. `name` is what the sender called the file, if `path` does not end with its own kind.
    Raises a RegisterFile… error, or RegisterTooLarge's, before anything of the content is believed."""
    limits = limits or RegisterLimits()
    with path.open("rb") as file:
        kind = register_kind(file.read(HEAD_BYTES), name or path.name)
    return _Xlsx(path, limits) if kind == ".xlsx" else _Csv(path, limits)


def register_kind(head: bytes, name: str) -> str:
    """Is it an .xlsx or a .csv, by its first `HEAD_BYTES` and its name? The rest of it is not believed by this.
    Raises RegisterFileEmpty, …Encrypted, …IsOldXls, …Damaged or …KindUnknown."""
    if not head:
        raise RegisterFileEmpty
    if head.startswith(_ZIP):
        return ".xlsx"
    if head.startswith(_OLE):
        raise _ole_error(head)
    kind = Path(name).suffix.lower()
    if kind == ".csv":
        return kind
    raise RegisterFileDamaged if kind == ".xlsx" else RegisterFileKindUnknown


def confine_memory(limit_bytes: int = 2048 * MIB) -> None:
    """Lets this process have no more address space than this; for the child that reads files."""
    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    most = limit_bytes if hardest == resource.RLIM_INFINITY else min(limit_bytes, hardest)
    resource.setrlimit(resource.RLIMIT_AS, (most, hardest))


class _Csv:
    """A .csv in UTF-8 (with or without its mark) or GB18030, with commas, tabs or semicolons."""

    def __init__(self, path: Path, limits: RegisterLimits) -> None:
        if path.stat().st_size > limits.csv_bytes:
            raise RegisterFileTooLarge(detail=f"{limits.csv_bytes // MIB}MB")
        self.merged_rows: Container[int] = frozenset()
        self.other_sheets: tuple[str, ...] = ()
        self._path = path
        self._most_rows = limits.csv_rows
        self._encoding = _encoding_of(path)
        with path.open(encoding=self._encoding, newline="") as text:
            sample = text.read(_SAMPLE)
        if not sample.strip():
            raise RegisterFileEmpty
        self._delimiter = max(",\t;", key=sample.count)

    def rows(self) -> Iterator[Row]:
        with self._path.open(encoding=self._encoding, newline="") as text:
            reader = csv.reader(text, delimiter=self._delimiter)
            try:
                yield from zip(range(1, self._most_rows + 1), reader, strict=False)
                if next(reader, None) is not None:
                    raise RegisterHasTooManyRows(detail=str(self._most_rows))
            except csv.Error as broken:
                raise RegisterFileDamaged from broken


class _Xlsx:
    """The first visible sheet of an .xlsx that has a register's header."""

    def __init__(self, path: Path, limits: RegisterLimits) -> None:
        check_xlsx(path, limits.xlsx)
        try:
            with calamine.load_workbook(path) as workbook:
                self._sheet, self.other_sheets = _register_sheet(workbook)
                self.merged_rows: Container[int] = _merged_rows(self._sheet, limits.xlsx.rows)
        except calamine.PasswordError as locked:
            raise RegisterFileEncrypted from locked
        except calamine.CalamineError as broken:
            raise RegisterFileDamaged from broken

    def rows(self) -> Iterator[Row]:
        return enumerate(self._sheet.iter_rows(), start=1)


def _register_sheet(workbook: calamine.CalamineWorkbook) -> tuple[calamine.CalamineSheet, tuple[str, ...]]:
    """The sheet to read and the names of the others. Without any header it is the first that is not empty, so that
    the reading says what is missing."""
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ is calamine.SheetTypeEnum.WorkSheet and sheet.visible is calamine.SheetVisibleEnum.Visible
    ]
    fallback: calamine.CalamineSheet | None = None
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        if _has_header(sheet):
            return sheet, tuple(other for other in names if other != name)
        fallback = fallback or sheet
    if fallback is None:
        raise RegisterFileEmpty
    return fallback, tuple(other for other in names if other != fallback.name)


def _has_header(sheet: calamine.CalamineSheet) -> bool:
    try:
        find_columns(islice(sheet.iter_rows(), ROWS_SEARCHED))
    except RegisterHeaderNotFound:
        return False
    except RegisterRefused:
        return True
    return True


def _merged_rows(sheet: calamine.CalamineSheet, last_row: int) -> frozenset[int]:
    """Row numbers, from 1, of all merged cells; ranges that overlap are gone through once."""
    rows: set[int] = set()
    reached = 0
    for (first, _), (last, _) in sorted(sheet.merged_cell_ranges or []):
        rows.update(range(max(first + 1, reached + 1), min(last + 1, last_row) + 1))
        reached = max(reached, last + 1)
    return frozenset(rows)


def _encoding_of(path: Path) -> str:
    """The file's encoding, found by decoding all of it."""
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise RegisterFileEncodingUnknown


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(MIB):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _ole_error(head: bytes) -> RegisterRefused:
    """An old .xls and an .xlsx with a password come in the same wrapping."""
    encrypted = "EncryptedPackage".encode("utf-16-le") in head
    return RegisterFileEncrypted() if encrypted else RegisterFileIsOldXls()
