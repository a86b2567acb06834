"""Of whom does a row of a department's list (医保、残联、民政、教育……) speak, and what does it say?

A list has a column of ID numbers; a name, if there is one, is held against the record. Everything else that stands in
the row is what the department says, but for phones and running numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from services.households.domain.errors import DepartmentListHeaderNotFound, ValueRefused
from services.households.domain.id_number import certificate_id
from services.households.domain.masking import mask_id_number, mask_text
from services.households.domain.opens_case import Finding as News
from services.households.domain.person_name import person_name
from services.households.domain.register_columns import ROWS_SEARCHED, Column, column_called
from services.households.domain.register_findings import Finding
from shared.sheets.cells import Cell, filled_text, text_of

MOST_SAID = 500
_LEAST_COLUMNS = 2
# Who and where it is stands in the record; a phone is nothing that a finding needs.
_NOT_SAID = frozenset(
    {
        Column.ID_NUMBER,
        Column.NAME,
        Column.SEQUENCE,
        Column.COUNTY,
        Column.TOWNSHIP,
        Column.VILLAGE,
        Column.GROUP,
        Column.HOUSEHOLD_NUMBER,
        Column.PERSON_NUMBER,
        Column.HOUSEHOLD_PHONE,
        Column.PERSON_PHONE,
    }
)


@dataclass(frozen=True, slots=True)
class ListColumns:
    """`header_row` counts from 1, positions from 0; `said` are the columns that say something: position → name."""

    header_row: int
    id_number: int
    name: int | None
    said: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ListRow:
    """`said` is what the department says of the person, `name` as the list has it."""

    row: int
    id_number: str
    name: str | None
    said: str


def find_list_columns(rows: Iterable[Sequence[Cell]]) -> ListColumns:
    """The first row that names a column of ID numbers and another one. Raises DepartmentListHeaderNotFound."""
    for number, cells in enumerate(islice(rows, ROWS_SEARCHED), start=1):
        called = [column_called(cell) for cell in cells]
        names = {position: text for position, cell in enumerate(cells) if (text := filled_text(cell))}
        if Column.ID_NUMBER not in called or len(names) < _LEAST_COLUMNS:
            continue
        said = {position: mask_text(text) for position, text in names.items() if called[position] not in _NOT_SAID}
        name = called.index(Column.NAME) if Column.NAME in called else None
        return ListColumns(number, called.index(Column.ID_NUMBER), name, said)
    raise DepartmentListHeaderNotFound


def read_list_row(row: int, cells: Sequence[Cell], columns: ListColumns, today: date) -> ListRow | Finding | None:
    """None for a row that is empty; a finding for one that names nobody."""
    if not any(map(filled_text, cells)):
        return None
    cell = _cell(cells, columns.id_number)
    try:
        number = certificate_id(cell, today).number
    except ValueRefused as refused:
        return Finding(row, Column.ID_NUMBER.value, refused.reason, mask_text(text_of(cell)), refused.detail)
    name = None if columns.name is None else filled_text(_cell(cells, columns.name))
    said = "，".join(
        f"{title}：{mask_text(text)}"
        for position, title in columns.said.items()
        if (text := filled_text(_cell(cells, position)))
    )
    return ListRow(row, number, name, said[:MOST_SAID])


def why_not_matched(row: ListRow, name_in_record: str | None) -> Finding | None:
    """None when the record's person is the one of the list. Whom the asker may not know of is not in the record."""
    masked = mask_id_number(row.id_number)
    if name_in_record is None:
        return Finding(row.row, Column.ID_NUMBER.value, "person_not_in_record", masked)
    if row.name is not None and _plain_name(row.name) != name_in_record:
        return Finding(row.row, Column.NAME.value, "person_name_differs", masked)
    return None


def news_of(department: str, department_name: str, row: ListRow, name: str, mark: str) -> News:
    """What the list says, as a finding. `mark` is a keyed digest of it: the same row told again has the same one."""
    said = f"，{row.said}" if row.said else ""
    return News("department_list", f"list/{department}/{mark}", f"{department_name}名单：{name}{said}")


def _cell(cells: Sequence[Cell], position: int) -> Cell:
    return cells[position] if position < len(cells) else None


def _plain_name(name: str) -> str:
    """The list's name in the record's form; as it stands where it is none."""
    try:
        return person_name(name)
    except ValueRefused:
        return name
