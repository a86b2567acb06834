"""What does a cell say, as text that rules can read?

Offices hand in full-width digits and brackets, padded names, non-breaking spaces, `'5119…` and `="5119…"` (two
ways to keep a number as text), and numbers where text is meant. This module takes all of that away once, so that
the rules of each column see plain text.
"""

import math
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None

_BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "空", "null", "NULL", "None", "#N/A"})
_LARGEST_EXACT = 10**15

_NARROW: dict[int, str | None] = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_NARROW |= dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), " ")
_NARROW |= dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xAD), None)
_NARROW |= dict.fromkeys((0x2212, 0x2010, 0x2011, 0x2012, 0x2013), "-")


def text_of(cell: Cell) -> str:
    """The cell's text: half-width, without marks around it. A whole number loses its `.0`, a date is ISO."""
    if isinstance(cell, str):
        text = cell if cell.isascii() else cell.translate(_NARROW)
        return _unquoted(text.strip())
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        whole = math.isfinite(cell) and cell == int(cell) and abs(cell) < _LARGEST_EXACT
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


def filled_text(cell: Cell) -> str | None:
    """`text_of`, or None where the clerk left the cell blank or wrote one of the usual marks for "nothing"."""
    text = text_of(cell)
    return None if text in _BLANKS else text


def squeezed(text: str) -> str:
    """The text without any white space inside: for codes, numbers and names of places and columns."""
    return "".join(text.split())


def was_damaged_by_excel(cell: Cell, text: str) -> bool:
    """Whether a long number lost its digits: kept as a number beyond 15 digits, or written as `5.13027E+17`."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return not abs(cell) < _LARGEST_EXACT
    mantissa, exponent, power = text.upper().partition("E")
    return bool(exponent) and mantissa.replace(".", "", 1).isdigit() and power.lstrip("+-").isdigit()


def _unquoted(text: str) -> str:
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith(("'", "`")) else text
