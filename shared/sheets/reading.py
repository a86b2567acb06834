"""Which rows does this table hold?

Both kinds are read as a stream, so memory stays flat (`xlsx_rows` says how); a sheet that is made to hurt may still
take more. The caller therefore reads files in a child process that first calls `confine_memory`; what exceeds it ends
the child, not the service.
"""

import codecs
import csv
import resource
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeAlias

import python_calamine as calamine

from shared.sheets.cells import Cell
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
)
from shared.sheets.xlsx_package import MIB, XlsxLimits, check_xlsx
from shared.sheets.xlsx_rows import SlicedSheet, SlicedWorkbook

Row = tuple[int, Sequence[Cell]]
HasHeader: TypeAlias = Callable[[Iterable[Sequence[Cell]]], bool]
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAMPLE = 1 << 16
HEAD_BYTES = MIB
"""As much of a file as tells its kind."""


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """The most that one file may hold."""

    csv_bytes: int = 512 * MIB
    csv_rows: int = 1_000_000
    xlsx: XlsxLimits = field(default_factory=XlsxLimits)


class SheetFile(Protocol):
    """A table that has been opened."""

    merged_rows: Container[int]
    """Row numbers inside merged cells."""
    other_sheets: tuple[str, ...]
    """Names of sheets that were not read."""

    def rows(self) -> Iterator[Row]:
        """All rows from the first, numbered from 1 as the table program shows them; anew at each call."""


def open_sheet(
    path: Path, name: str = "", limits: SheetLimits | None = None, has_header: HasHeader | None = None
) -> SheetFile:
    """Opens a table. `name` is what the sender called the file, if `path` does not end with its own kind.
    `has_header` looks at the first rows of each sheet of an .xlsx: the first that it says yes to is read, else the
    first that is not empty, so that the reading says what is missing.

    Raises a leaf of SheetRefused or SheetTooLarge before anything of the content is believed."""
    limits = limits or SheetLimits()
    with path.open("rb") as file:
        kind = sheet_kind(file.read(HEAD_BYTES), name or path.name)
    return _Xlsx(path, limits, has_header) if kind == ".xlsx" else _Csv(path, limits)


def sheet_kind(head: bytes, name: str) -> str:
    """Is it an .xlsx or a .csv, by its first `HEAD_BYTES` and its name? The rest of it is not believed by this.
    Raises SheetEmpty, …Encrypted, …IsOldXls, …Damaged or …KindUnknown."""
    if not head:
        raise SheetEmpty
    if head.startswith(_ZIP):
        return ".xlsx"
    if head.startswith(_OLE):
        raise _ole_error(head)
    kind = Path(name).suffix.lower()
    if kind == ".csv":
        return kind
    raise SheetDamaged if kind == ".xlsx" else SheetKindUnknown


def confine_memory(limit_bytes: int = 2048 * MIB) -> None:
    """Lets this process have no more address space than this; for the child that reads files."""
    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    most = limit_bytes if hardest == resource.RLIM_INFINITY else min(limit_bytes, hardest)
    resource.setrlimit(resource.RLIMIT_AS, (most, hardest))


class _Csv:
    """A .csv in UTF-8 (with or without its mark) or GB18030, with commas, tabs or semicolons."""

    def __init__(self, path: Path, limits: SheetLimits) -> None:
        if path.stat().st_size > limits.csv_bytes:
            raise SheetFileTooLarge(detail=f"{limits.csv_bytes // MIB}MB")
        self.merged_rows: Container[int] = frozenset()
        self.other_sheets: tuple[str, ...] = ()
        self._path = path
        self._most_rows = limits.csv_rows
        self._encoding = _encoding_of(path)
        with path.open(encoding=self._encoding, newline="") as text:
            sample = text.read(_SAMPLE)
        if not sample.strip():
            raise SheetEmpty
        self._delimiter = max(",\t;", key=sample.count)

    def rows(self) -> Iterator[Row]:
        with self._path.open(encoding=self._encoding, newline="") as text:
            reader = csv.reader(text, delimiter=self._delimiter)
            try:
                yield from zip(range(1, self._most_rows + 1), reader, strict=False)
                if next(reader, None) is not None:
                    raise SheetHasTooManyRows(detail=str(self._most_rows))
            except csv.Error as broken:
                raise SheetDamaged from broken


class _Xlsx:
    """One visible sheet of an .xlsx."""

    def __init__(self, path: Path, limits: SheetLimits, has_header: HasHeader | None) -> None:
        check_xlsx(path, limits.xlsx)
        with _named_failures():
            workbook = SlicedWorkbook(path)
            self._sheet, name = _chosen_sheet(workbook, has_header)
        self.other_sheets: tuple[str, ...] = tuple(other for other in workbook.visible if other != name)
        self.merged_rows: Container[int] = _MergedRows(self._sheet, limits.xlsx.rows)

    def rows(self) -> Iterator[Row]:
        with _named_failures():
            yield from enumerate(self._sheet.rows(), start=1)


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except calamine.PasswordError as locked:
        raise SheetEncrypted from locked
    except calamine.CalamineError as broken:
        raise SheetDamaged from broken


def _chosen_sheet(workbook: SlicedWorkbook, has_header: HasHeader | None) -> tuple[SlicedSheet, str]:
    """The sheet to read, and its name."""
    fallback: tuple[SlicedSheet, str] | None = None
    for name in workbook.visible:
        sheet = workbook.sheet(name)
        if next(sheet.rows(), None) is None:
            continue
        if has_header is None or has_header(sheet.rows()):
            return sheet, name
        fallback = fallback or (sheet, name)
    if fallback is None:
        raise SheetEmpty
    return fallback


class _MergedRows:
    """Row numbers, from 1, of all merged cells. They stand at the end of a sheet: the first question reads up to it."""

    def __init__(self, sheet: SlicedSheet, last_row: int) -> None:
        self._sheet = sheet
        self._last_row = last_row

    def __contains__(self, row: object) -> bool:
        return row in self._numbers

    @cached_property
    def _numbers(self) -> frozenset[int]:
        """Ranges that overlap are gone through once."""
        rows: set[int] = set()
        reached = 0
        with _named_failures():
            ranges = sorted(self._sheet.merged_ranges())
        for (first, _), (last, _) in ranges:
            rows.update(range(max(first + 1, reached + 1), min(last + 1, self._last_row) + 1))
            reached = max(reached, last + 1)
        return frozenset(rows)


def _encoding_of(path: Path) -> str:
    """The file's encoding, found by decoding all of it."""
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise SheetEncodingUnknown


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


def _ole_error(head: bytes) -> SheetRefused:
    """An old .xls and an .xlsx with a password come in the same wrapping."""
    encrypted = "EncryptedPackage".encode("utf-16-le") in head
    return SheetEncrypted() if encrypted else SheetIsOldXls()
