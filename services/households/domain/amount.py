"""How many cents (分) does this cell mean?

Amounts are in yuan, with thousands separators, full-width digits, 元 or ￥ around them. Half a cent rounds away
from zero. Nothing goes through a binary float: a number cell is read by its shortest decimal form.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell, filled_text

LARGEST_CENTS = 10**13
_AMOUNT = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{0,15})?")


def cents_of(cell: Cell) -> int | None:
    """The amount in cents, None for a blank; it may be negative. Raises `ValueRefused` with amount_unreadable
    (not a number, an exponent, a broken separator) or amount_out_of_range (beyond ±10¹³ cents)."""
    if isinstance(cell, str) and len(cell) < 12 and cell.isascii():
        yuan, _, fen = cell.partition(".")
        if yuan.isdecimal() and (not fen or (len(fen) == 2 and fen.isdecimal())):
            return int(yuan) * 100 + int(fen or 0)
    exact = _yuan_of_number(cell) if isinstance(cell, float) else _yuan_of_text(filled_text(cell))
    if exact is None:
        return None
    if abs(exact) > LARGEST_CENTS // 100:
        raise ValueRefused("amount_out_of_range")
    return int((exact * 100).to_integral_value(ROUND_HALF_UP))


def _yuan_of_number(cell: float) -> Decimal:
    if not math.isfinite(cell):
        raise ValueRefused("amount_unreadable")
    return Decimal(repr(cell))


def _yuan_of_text(text: str | None) -> Decimal | None:
    if text is None:
        return None
    number = text.removeprefix("¥").removeprefix("￥").removesuffix("元").strip()
    if len(number) > 40 or not _AMOUNT.fullmatch(number):
        raise ValueRefused("amount_unreadable")
    return Decimal(number.replace(",", ""))
