"""Reads a table's rows in a process of its own with little memory, so that a hostile file ends that process only.

`python -m shared.sheets.confined NAME` takes the file on its standard input and answers with a line of JSON a row, or
with {failure, detail} when the file is refused as a whole. `rows_of_file` asks it.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from shared.errors import Failure, every_leaf
from shared.sheets.cells import Cell, filled_text
from shared.sheets.errors import SheetRefused, SheetTooLarge
from shared.sheets.reading import confine_memory, open_sheet

REFUSED = 3
SECONDS = 120.0
Row = tuple[int, Sequence[Cell]]


async def rows_of_file(content: bytes, name: str, must_have: Sequence[str] = ()) -> list[Row]:
    """Rows with their numbers; dates come as ISO text. Of an .xlsx the first sheet with a row that holds all headings
    of `must_have`. Raises a leaf of SheetRefused or SheetTooLarge.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.sheets.confined",
        name,
        *must_have,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, _ = await child.communicate(content)
    except TimeoutError:
        raise SheetTooLarge from None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    lines = said.splitlines()
    if child.returncode == REFUSED and lines:
        raise _failure_of(orjson.loads(lines[-1]))
    if child.returncode != 0:
        raise SheetTooLarge
    return [(number, cells) for number, cells in map(orjson.loads, lines)]


def _failure_of(said: dict[str, Any]) -> Failure:
    kinds = {leaf.code: leaf for leaf in every_leaf()}
    return kinds.get(said["failure"], SheetRefused)(detail=said["detail"])


def has_headings(must_have: Sequence[str]) -> Callable[[Iterable[Sequence[Cell]]], bool]:
    """Does one of a sheet's first rows hold all of these headings?"""

    def look(rows: Iterable[Sequence[Cell]]) -> bool:
        first = (row for row, _ in zip(rows, range(20), strict=False))
        return any(set(must_have) <= {filled_text(cell) for cell in row} for row in first)

    return look


def main(name: str, must_have: Sequence[str]) -> int:
    confine_memory()
    descriptor = os.memfd_create("sheet")
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        file.write(sys.stdin.buffer.read())
    try:
        sheet = open_sheet(Path(f"/proc/self/fd/{descriptor}"), name, has_header=has_headings(must_have))
        for row in sheet.rows():
            sys.stdout.buffer.write(orjson.dumps(row, default=str) + b"\n")
    except (SheetRefused, SheetTooLarge) as refused:
        sys.stdout.buffer.write(
            orjson.dumps({"failure": refused.code, "detail": refused.data.get("detail", "")}) + b"\n"
        )
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
