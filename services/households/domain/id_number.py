"""Is this a valid resident ID number?

Eighteen characters: six of the region, eight of the birth date, three of a serial whose last is odd for men, and
the check character of GB 11643. Check digit and calendar decide. The region is a warning only: adults of the
prefecture carry codes that were abolished long ago (domain rules 1.3).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell, squeezed, text_of, was_damaged_by_excel

LENGTH = 18
OLD_LENGTH = 15
EARLIEST_BIRTH = date(1900, 1, 1)
_DISABILITY_CERTIFICATE_LENGTHS = (20, 22)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
# 11–15 … 61–65 are the provinces, 71 and 81–83 the residence permits of people from Taiwan, Hong Kong and Macao.
_PROVINCES = frozenset(
    str(code)
    for codes in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
    for code in codes
) | {"71", "81", "82", "83"}


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid number with what it says. `warnings` are codes that refuse nothing."""

    number: str
    birth_date: date
    sex: Sex
    warnings: tuple[str, ...] = ()


def resident_id(text: str, today: date) -> ResidentId:
    """The number of a form's field, in its normal form (half-width, no spaces, capital X), born by `today`.
    Raises `ValueRefused` with one of the id_number_* reasons."""
    number = squeezed(text_of(text)).upper()
    if not number:
        raise ValueRefused("id_number_missing")
    if was_damaged_by_excel(text, number):
        raise ValueRefused("id_number_damaged_by_excel")
    return _read(number, today)


def certificate_id(cell: Cell, today: date) -> ResidentId:
    """The number of a register's column 证件号码, which may be a cell that a table program damaged, or a
    disability certificate, whose first 18 characters are the resident ID number."""
    if type(cell) is str and len(cell) == LENGTH and cell.isascii() and cell[:-1].isdigit():
        return _judged(cell.upper(), today)
    number = squeezed(text_of(cell)).upper()
    if not number:
        raise ValueRefused("id_number_missing")
    if was_damaged_by_excel(cell, number):
        raise ValueRefused("id_number_damaged_by_excel")
    if len(number) in _DISABILITY_CERTIFICATE_LENGTHS and number[LENGTH:].replace("B", "").isdigit():
        person = _read(number[:LENGTH], today)
        warnings = (*person.warnings, "id_number_from_disability_certificate")
        return ResidentId(person.number, person.birth_date, person.sex, warnings)
    return _read(number, today)


def check_character(first_seventeen: str) -> str:
    """The check character that belongs to seventeen digits."""
    return _CHECK_CHARACTERS[_weighted(first_seventeen, 0) % 11]


def _read(number: str, today: date) -> ResidentId:
    if len(number) != LENGTH or not number.isascii() or not number[:-1].isdigit():
        raise ValueRefused(_wrong_shape(number))
    return _judged(number, today)


def _judged(number: str, today: date) -> ResidentId:
    """The answer for 17 digits and any last character."""
    tail = _tail_sum(number[14:])
    if tail is None:
        raise ValueRefused("id_number_characters_wrong")
    birth_date, birth_sum = _birth(number[6:14])
    if birth_date is None or birth_date > today:
        raise ValueRefused("id_number_date_wrong")
    if (_region_sum(number[:6]) + birth_sum + tail) % 11 != 1:
        lost_digits = number.endswith("000")
        raise ValueRefused("id_number_damaged_by_excel" if lost_digits else "id_number_check_digit_wrong")
    sex = Sex.MALE if number[16] in "13579" else Sex.FEMALE
    if number[:2] in _PROVINCES and number[-3:] != "000":
        return ResidentId(number, birth_date, sex)
    return ResidentId(number, birth_date, sex, _warnings(number))


def _wrong_shape(number: str) -> str:
    if len(number) == OLD_LENGTH and number.isdecimal():
        return "id_number_old_format"
    if len(number) != LENGTH and number.isascii() and number.isalnum():
        return "id_number_length_wrong"
    return "id_number_characters_wrong"


def _warnings(number: str) -> tuple[str, ...]:
    found = []
    if number[:2] not in _PROVINCES:
        found.append("id_number_region_unknown")
    if number.endswith("000"):
        found.append("id_number_ends_in_000")
    return tuple(found)


def _weighted(digits: str, offset: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[offset:], strict=False))


@lru_cache(maxsize=1 << 14)
def _region_sum(region: str) -> int:
    return _weighted(region, 0)


@lru_cache(maxsize=1 << 16)
def _birth(digits: str) -> tuple[date | None, int]:
    weighted = _weighted(digits, 6)
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None, weighted
    return (day if day >= EARLIEST_BIRTH else None), weighted


@lru_cache(maxsize=1 << 14)
def _tail_sum(tail: str) -> int | None:
    """Weighted serial and check character together; None if the check character cannot be one."""
    check = 10 if tail[3] == "X" else int(tail[3]) if tail[3].isdecimal() else None
    return None if check is None else _weighted(tail[:3], 14) + check
