"""What does an office's table of units or cadres hold, below which headings?"""

from collections.abc import Sequence

from services.cadres.domain.import_errors import TableHeadingsMissing
from services.cadres.domain.staff_table import AS_TYPED, HEADINGS, NEEDED, TableKind
from shared.sheets.cells import Cell, filled_text

Lines = Sequence[tuple[int, Sequence[Cell]]]
"""Each row with its number in the file."""


def columns_of(kind: TableKind, lines: Lines) -> tuple[list[str | None], Lines]:
    """What each column holds, by the first row with all needed headings, and the rows under it that hold something."""
    for place, (_, cells) in enumerate(lines[:20]):
        found = [filled_text(cell) for cell in cells]
        if set(NEEDED[kind]) <= set(found):
            columns = [name if name in HEADINGS[kind] else None for name in found]
            return columns, [line for line in lines[place + 1 :] if any(filled_text(cell) for cell in line[1])]
    raise TableHeadingsMissing(detail="、".join(NEEDED[kind]))


def texts_of(columns: Sequence[str | None], cells: Sequence[Cell]) -> dict[str, str | None]:
    """By heading; names as they are typed, everything else half-width."""
    return {
        name: str(cell).strip() if name in AS_TYPED and filled_text(cell) else filled_text(cell)
        for name, cell in zip(columns, cells, strict=False)
        if name is not None
    }
