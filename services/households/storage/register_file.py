"""Which sheet of this file is the register?"""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from services.households.domain.errors import RegisterHeaderNotFound, RegisterRefused
from services.households.domain.register_columns import ROWS_SEARCHED, find_columns
from shared.sheets.cells import Cell
from shared.sheets.reading import SheetFile, SheetLimits, open_sheet


def open_register(path: Path, name: str = "", limits: SheetLimits | None = None) -> SheetFile:
    """Opens a register: of an .xlsx the first visible sheet with a register's header. Raises as `open_sheet`."""
    return open_sheet(path, name, limits, _has_header)


def _has_header(rows: Iterable[Sequence[Cell]]) -> bool:
    """A header that cannot be taken is still one, so that the clerk reads what is wrong with it."""
    try:
        find_columns(islice(rows, ROWS_SEARCHED))
    except RegisterHeaderNotFound:
        return False
    except RegisterRefused:
        return True
    return True
