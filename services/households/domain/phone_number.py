"""Is this a phone number that somebody can call?

A mobile number (11 digits from 13 to 19), or a land line with its area code (0827 and 7 or 8 digits). `+86`,
spaces and hyphens are taken away; one field holds one number.
"""

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell, filled_text, squeezed

_COUNTRY_PREFIXES = ("+86", "0086", "86")
_MARKS = str.maketrans("", "", "-()")


def phone_number(cell: Cell) -> str | None:
    """The number as digits only, None for a blank. Raises `ValueRefused("phone_number_wrong")`."""
    if type(cell) is str and len(cell) == 11 and _is_mobile(cell):
        return cell
    text = filled_text(cell)
    if text is None:
        return None
    digits = squeezed(text).translate(_MARKS)
    for prefix in _COUNTRY_PREFIXES:
        rest = digits.removeprefix(prefix)
        if rest != digits and _is_mobile(rest):
            return rest
    if _is_mobile(digits) or _is_land_line(digits):
        return digits
    raise ValueRefused("phone_number_wrong")


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] >= "3" and digits.isascii() and digits.isdigit()


def _is_land_line(digits: str) -> bool:
    right_length = 10 <= len(digits) <= 12
    return right_length and digits[0] == "0" and digits[1] != "0" and digits.isascii() and digits.isdigit()
