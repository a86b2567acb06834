"""What a row of a department's list says, and of whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.department_list import (
    ListColumns,
    ListRow,
    find_list_columns,
    news_of,
    read_list_row,
    why_not_matched,
)
from services.households.domain.errors import DepartmentListHeaderNotFound
from services.households.domain.register_findings import Finding
from tests.builders.register import invented_id_number

TODAY = date(2026, 11, 24)
NUMBER = invented_id_number(date(1980, 5, 1), 7, male=True)
HEADER = ["序号", "姓名", "身份证号", "联系电话", "自付费用", "备注"]


def columns() -> ListColumns:
    return find_list_columns([["2026年大病患者名单"], HEADER])


def row_of(*cells: object) -> ListRow:
    found = read_list_row(3, list(cells), columns(), TODAY)  # type: ignore[arg-type] # cells of a test's making
    assert isinstance(found, ListRow)
    return found


def test_the_header_stands_wherever_there_is_a_column_of_id_numbers() -> None:
    found = columns()
    assert (found.header_row, found.id_number, found.name) == (2, 2, 1)
    assert list(found.said.values()) == ["自付费用", "备注"], "running numbers, names and phones are not said"
    with pytest.raises(DepartmentListHeaderNotFound):
        find_list_columns([["姓名", "备注"], ["陈正松", "好"]])
    with pytest.raises(DepartmentListHeaderNotFound):
        find_list_columns([["身份证号"], [NUMBER]])


def test_a_row_says_what_the_department_says_and_no_phone() -> None:
    row = row_of(1, " 陈正松 ", NUMBER, "13812345678", 30000.0, "住院")
    assert (row.id_number, row.name, row.said) == (NUMBER, "陈正松", "自付费用：30000，备注：住院")


def test_a_long_number_in_a_remark_is_masked() -> None:
    assert NUMBER not in row_of(1, "陈正松", NUMBER, None, None, f"见{NUMBER}").said


def test_an_empty_row_is_nothing_and_a_wrong_number_is_a_line_of_the_report() -> None:
    assert read_list_row(4, ["", None, "—"], columns(), TODAY) is None
    refused = read_list_row(4, [1, "陈正松", "5.13027E+17"], columns(), TODAY)
    assert isinstance(refused, Finding)
    assert (refused.row, refused.code) == (4, "id_number_damaged_by_excel")


def test_a_name_that_is_not_the_records_is_not_matched_and_tells_no_name() -> None:
    row = row_of(1, "陈 正 松", NUMBER)
    assert why_not_matched(row, "陈正松") is None
    other = why_not_matched(row, "李四")
    assert other is not None
    assert other.code == "person_name_differs"
    assert "李四" not in f"{other.sentence}{other.value}"
    nobody = why_not_matched(row, None)
    assert nobody is not None
    assert (nobody.code, nobody.value) == ("person_not_in_record", f"{NUMBER[:4]}**********{NUMBER[-4:]}")


@given(st.lists(st.one_of(st.none(), st.text(max_size=600), st.integers(), st.floats()), max_size=8))
def test_whatever_stands_in_a_row_it_is_read_or_refused_in_words(cells: list[object]) -> None:
    found = read_list_row(9, cells, columns(), TODAY)  # type: ignore[arg-type] # likewise
    if isinstance(found, Finding):
        assert found.sentence
        assert sum(map(str.isdigit, found.value)) <= 8
    if isinstance(found, ListRow):
        assert len(news_of("health", "卫健", found, "陈正松", "m").detail) <= 600
