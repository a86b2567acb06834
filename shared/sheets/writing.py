"""Writes a table as .xlsx, row by row: memory stays flat however many rows there are.

Text stays text. A cell that begins with `= + - @` or a tab is no formula, a link is no link and `0123` keeps its zero,
so that what people typed cannot run in the reader's table program. Whole numbers and amounts may be written as numbers,
dates as dates.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self, TypeAlias

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_000_000
"""Rows of a sheet below its heading; the format ends at 1,048,576."""

Written: TypeAlias = str | int | float | Decimal | date | None
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class SheetWriter:
    """A workbook of one or several sheets, each written from top to bottom. Use it as a context manager: leaving it
    writes the file. When its body fails, there is no file, and no second failure hides the first.

    >>> with SheetWriter(Path("members.xlsx")) as book:  # doctest: +SKIP
    ...     members = book.sheet("成员", ("户编号", "姓名"), widths=(20, 12))
    ...     members.add(("511921000001", "=李四"))
    """

    def __init__(self, path: Path) -> None:
        """Until the file is whole its rows lie beside it: for personal data the folder is a private one."""
        self._rows = TemporaryDirectory(dir=path.parent)
        self._book = xlsxwriter.Workbook(str(path), _OPTIONS | {"tmpdir": self._rows.name})
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._rows:
            if kind is None:
                self._book.close()
            else:
                self._abandon()

    def _abandon(self) -> None:
        """Lets go of the rows, which go with their folder."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()

    def sheet(self, name: str, headings: Sequence[str] = (), widths: Sequence[int] = ()) -> "Lines":
        """A further sheet; rows of one sheet may be written between those of another."""
        worksheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width)
        lines = Lines(worksheet, self._day, self._bold)
        if headings:
            lines.head(headings)
            worksheet.freeze_panes(1, 0)
        return lines


class Lines:
    """The rows of one sheet."""

    def __init__(self, sheet: Worksheet, day: Any, bold: Any) -> None:
        self._sheet = sheet
        self._day = day
        self._bold = bold
        self._next = 0

    def head(self, cells: Iterable[str]) -> None:
        """A row in bold."""
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._next, column, cell, self._bold)
        self._next += 1

    def add(self, cells: Iterable[Written]) -> None:
        """A row; None leaves its cell empty."""
        for column, cell in enumerate(cells):
            self._write(column, cell)
        self._next += 1

    def _write(self, column: int, cell: Written) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(self._next, column, cell)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._next, column, cell, self._day)
        elif cell is not None:
            self._sheet.write_number(self._next, column, cell)
