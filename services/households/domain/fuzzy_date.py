"""Which day does this cell mean, and how exactly does it say so?

Registers write `2014-01-01`, `2014/1/1`, `20140101`, `2014年1月1日`, `2014年1月`, `201401`, or hold a date cell or
its serial number (days since 1899-12-30). A month alone is kept as its first day, marked as a month.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell, filled_text

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_SERIAL_ZERO = date(1899, 12, 30)
# Smaller numbers are years or typing errors; 10000 is 1927-05-18, before anything a register dates.
_SERIALS = range(10_000, (date(LATEST_YEAR, 12, 31) - _SERIAL_ZERO).days + 1)
_WRITTEN = re.compile(
    r"([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})(?:\s?[-/.月]\s?([0-9]{1,2})\s?日?|\s?月)?"
    r"(?:[ T]\s?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
)
_YEAR_ALONE = re.compile(r"[0-9]{4}\s?年?")


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class FuzzyDate:
    """`day` is the first of the month where only the month is known."""

    day: date
    precision: Precision = Precision.DAY


def fuzzy_date(cell: Cell) -> FuzzyDate | None:
    """The date of a cell, None for a blank. Raises `ValueRefused` with date_unreadable or date_without_month.
    Serials are those of the 1900 date system."""
    if isinstance(cell, datetime):
        return _day(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _day(cell.year, cell.month, cell.day)
    if isinstance(cell, float) and cell % 1 and _SERIALS.start <= cell < _SERIALS.stop:
        return _serial(int(cell))  # a serial with a time of day
    if isinstance(cell, float) and cell % 1:
        raise ValueRefused("date_unreadable")  # 2014.1 as a number may be January or October
    text = filled_text(cell)
    if text is None:
        return None
    return _digits(text) if text.isdecimal() and text.isascii() else _written(text)


def _digits(text: str) -> FuzzyDate:
    match len(text):
        case 8:
            return _day(int(text[:4]), int(text[4:6]), int(text[6:]))
        case 6:
            return _day(int(text[:4]), int(text[4:]), None)
        case 5 if int(text) in _SERIALS:
            return _serial(int(text))
        case 4:
            raise ValueRefused("date_without_month")
        case _:
            raise ValueRefused("date_unreadable")


def _written(text: str) -> FuzzyDate:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        year_alone = _YEAR_ALONE.fullmatch(text)
        raise ValueRefused("date_without_month" if year_alone else "date_unreadable")
    year, month, day = found.groups()
    return _day(int(year), int(month), int(day) if day else None)


def _serial(days: int) -> FuzzyDate:
    return FuzzyDate(_SERIAL_ZERO + timedelta(days=days))


def _day(year: int, month: int, day: int | None) -> FuzzyDate:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueRefused("date_unreadable")
    try:
        if day is None:
            return FuzzyDate(date(year, month, 1), Precision.MONTH)
        return FuzzyDate(date(year, month, day))
    except ValueError as impossible:
        raise ValueRefused("date_unreadable") from impossible
