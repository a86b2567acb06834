"""How is each column of the national list read, one cell at a time?

A reader takes a cell and answers its value, None for a blank, or raises `ValueRefused`. Columns with few different
cells remember their answers, which is most of the speed of an import; nothing that identifies a person is kept.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any, TypeVar

from services.households.domain.amount import cents_of
from services.households.domain.cell_text import free_text
from services.households.domain.errors import ValueRefused
from services.households.domain.fuzzy_date import fuzzy_date
from services.households.domain.id_number import certificate_id
from services.households.domain.masking import mask_id_number, mask_name, mask_phone, mask_text
from services.households.domain.person_name import LONGEST as LONGEST_NAME
from services.households.domain.person_name import person_name
from services.households.domain.phone_number import phone_number
from services.households.domain.place_name import PlaceIndex, Scope
from services.households.domain.register_columns import Column
from services.households.domain.register_findings import Finding
from services.households.domain.register_values import (
    DANGEROUS_HOUSES,
    EDUCATIONS,
    HOUSEHOLD_KINDS,
    LABOUR_SKILLS,
    MONITORING_TYPES,
    RELATIONS,
    YES_NO,
    MonitoringType,
    Relation,
)
from shared.sheets.cells import Cell, filled_text, squeezed, text_of, was_damaged_by_excel

LONGEST_TEXT = 100
LONGEST_NUMBER = 32
LARGEST_HOUSEHOLD = 99
_REMEMBERED = 1 << 12
_Value = TypeVar("_Value")
Reader = Callable[[Cell], Any]


def household_number(cell: Cell) -> str:
    """The register's number of a household. Raises `ValueRefused` with household_number_missing, _wrong (other
    than letters, digits and hyphens), or _damaged_by_excel."""
    number = _number_text(cell, "household_number")
    if number is None:
        raise ValueRefused("household_number_missing")
    return number


def person_readers(today: date) -> dict[Column, Reader]:
    """The columns of a person, in the order of `PersonRow`'s fields; nobody is born after `today`."""
    return {
        Column.HOUSEHOLD_NUMBER: household_number,
        Column.PERSON_NUMBER: partial(_number_text, name="person_number"),
        Column.NAME: person_name,
        Column.ID_NUMBER: partial(certificate_id, today=today),
        Column.RELATION: _relation,
        Column.ETHNICITY: _remembering(_ethnicity),
        Column.EDUCATION: _one_of(EDUCATIONS, "education_unknown"),
        Column.SCHOOLING: _remembering(_text),
        Column.HEALTH: _remembering(_text),
        Column.LABOUR_SKILL: _one_of(LABOUR_SKILLS, "labour_skill_unknown"),
        Column.WORK_MONTHS: _remembering(partial(_whole_number, smallest=0, largest=12)),
        Column.SERIOUS_ILLNESS_INSURANCE: _one_of(YES_NO, "yes_no_unknown"),
        Column.PERSON_PHONE: phone_number,
        Column.PERSON_IDENTIFIED: _remembering(fuzzy_date),
    }


def fact_readers() -> dict[Column, Reader]:
    """The columns of a household, in the order of `RegisterFacts`' fields after the village."""
    return {
        Column.GROUP: _remembering(_text),
        Column.SIZE: _remembering(partial(_whole_number, smallest=1, largest=LARGEST_HOUSEHOLD)),
        Column.CAUSE: _remembering(_causes),
        Column.DANGEROUS_HOUSE: _one_of(DANGEROUS_HOUSES, "dangerous_house_unknown"),
        Column.SAFE_WATER: _one_of(YES_NO, "yes_no_unknown"),
        Column.NET_INCOME: _remembering(cents_of),
        Column.HOUSEHOLD_PHONE: phone_number,
        Column.FIRST_IDENTIFIED: _remembering(fuzzy_date),
        Column.HOUSEHOLD_TYPE: _one_of(HOUSEHOLD_KINDS, "household_type_unknown"),
        Column.MONITORING_TYPE: _one_of(MONITORING_TYPES, "monitoring_type_unknown"),
        Column.RISK_REMOVED: _one_of(YES_NO, "yes_no_unknown"),
        Column.RISK_IDENTIFIED: _remembering(fuzzy_date),
        Column.RISK_REMOVED_ON: _remembering(fuzzy_date),
        Column.DATA_DATE: _remembering(fuzzy_date),
    }


def village_reader(places: PlaceIndex, scope: Scope) -> Callable[[Cell, Cell, Cell], str]:
    """Reads the cells of county, township and village together as a village's code inside `scope`."""

    def read(county: Cell, township: Cell, village: Cell) -> str:
        return places.village_code(_name(county), _name(township), _name(village), scope)

    return lru_cache(maxsize=_REMEMBERED, typed=True)(read)


def fault_of(row: int, column: Column, read: Reader, cell: Cell) -> Finding | None:
    """The finding that this reader has about this cell, its value masked; None if the cell is good."""
    try:
        read(cell)
    except ValueRefused as refused:
        return Finding(row, column, refused.reason, masked(column, cell), refused.detail)
    return None


def masked(column: Column, cell: Cell) -> str:
    """A cell as a report may show it (API conventions, 8)."""
    text = text_of(cell)
    match column:
        case Column.ID_NUMBER:
            number = squeezed(text)
            return mask_text(number) if was_damaged_by_excel(cell, number) else mask_id_number(number[:40])
        case Column.NAME:
            return mask_name(text[:LONGEST_NAME])
        case Column.HOUSEHOLD_PHONE | Column.PERSON_PHONE:
            return mask_phone(squeezed(text)[:40])
        case _:
            return mask_text(" ".join(text.split()))


def _remembering(read: Callable[[Cell], _Value]) -> Callable[[Cell], _Value]:
    return lru_cache(maxsize=_REMEMBERED, typed=True)(read)


def _one_of(words: Mapping[str, _Value], reason: str) -> Callable[[Cell], _Value | None]:
    def read(cell: Cell) -> _Value | None:
        text = filled_text(cell)
        if text is None:
            return None
        value = words.get(squeezed(text))
        if value is None:
            raise ValueRefused(reason)
        return value

    return _remembering(read)


def _name(cell: Cell) -> str:
    return filled_text(cell) or ""


def _monitoring_in_kind(cell: Cell) -> MonitoringType | None:
    return MONITORING_TYPES.get(squeezed(text_of(cell)))


monitoring_in_kind = _remembering(_monitoring_in_kind)
"""The monitoring class (边缘易致贫户) that some editions name in 户类型, leaving its own column blank."""

_any_relation = _one_of(RELATIONS, "relation_unknown")


def _relation(cell: Cell) -> Relation:
    relation = _any_relation(cell)
    if relation is None:
        raise ValueRefused("relation_missing")
    return relation


def _number_text(cell: Cell, name: str) -> str | None:
    if type(cell) is str and len(cell) <= LONGEST_NUMBER and cell.isascii() and cell.isdigit():
        return cell
    text = filled_text(cell)
    if text is None:
        return None
    number = squeezed(text)
    if was_damaged_by_excel(cell, number):
        raise ValueRefused(f"{name}_damaged_by_excel")
    if len(number) > LONGEST_NUMBER or not number.isascii() or not number.replace("-", "").isalnum():
        raise ValueRefused(f"{name}_wrong")
    return number


def _whole_number(cell: Cell, smallest: int, largest: int) -> int | None:
    text = filled_text(cell)
    if text is None:
        return None
    digits = text.removesuffix("人").removesuffix("月").removesuffix("个").removesuffix(".0").strip()
    if not (digits.isascii() and digits.isdigit()):
        raise ValueRefused("number_unreadable")
    if len(digits) > 4 or not smallest <= int(digits) <= largest:
        raise ValueRefused("number_out_of_range", f"{smallest}至{largest}")
    return int(digits)


def _text(cell: Cell) -> str | None:
    return free_text(cell, LONGEST_TEXT)


def _ethnicity(cell: Cell) -> str | None:
    """汉族 for 汉; the list's fifty-six names are not checked, so that 穿青人 or 其他 stay what they are."""
    text = free_text(cell, LONGEST_TEXT)
    return f"{text}族" if text is not None and len(text) == 1 else text


def _causes(cell: Cell) -> tuple[str, ...]:
    """One cause, or several in one cell; their order says nothing and is not kept."""
    text = free_text(cell, LONGEST_TEXT)
    if text is None:
        return ()
    for mark in "，;；/、 ":
        text = text.replace(mark, ",")
    return tuple(sorted({cause for cause in text.split(",") if cause}))
