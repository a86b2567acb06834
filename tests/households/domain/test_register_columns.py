import random
import time
from collections.abc import Sequence

import pytest

from services.households.domain.errors import RegisterColumnsMissing, RegisterColumnsRepeated, RegisterHeaderNotFound
from services.households.domain.register_columns import REQUIRED, Column, find_columns
from shared.sheets.cells import Cell
from tests.builders.register import RegisterStyle, register_rows

NAMES = [column.value for column in Column]


def test_the_national_lists_header_is_known_whole() -> None:
    columns = find_columns([NAMES])
    assert (columns.header_row, columns.width, columns.unknown) == (1, 32, ())
    assert columns.positions == {column: place for place, column in enumerate(Column)}


def test_the_header_may_stand_below_titles_and_blank_rows() -> None:
    rows: list[Sequence[Cell]] = [["家庭成员信息表", "", ""], [], ["填表单位：", "通江县", "姓名"], NAMES, ["1", "2"]]
    assert find_columns(rows).header_row == 4


def test_a_header_after_the_twentieth_row_is_not_looked_for() -> None:
    assert find_columns([*[["x"]] * 19, NAMES]).header_row == 20
    with pytest.raises(RegisterHeaderNotFound):
        find_columns([*[["x"]] * 20, NAMES])


def test_columns_may_stand_in_any_order() -> None:
    shuffled = random.Random(7).sample(list(Column), k=len(Column))  # noqa: S311 - an order, not a secret
    positions = find_columns([[column.value for column in shuffled]]).positions
    assert [column for column, _ in sorted(positions.items(), key=lambda item: item[1])] == shuffled


def test_full_width_brackets_line_breaks_and_spaces_in_names_are_taken() -> None:
    header = register_rows([], RegisterStyle(full_width=True))[0]
    assert any("（" in str(name) for name in header)
    assert any("\n" in str(name) for name in header)
    assert find_columns([header]).positions == find_columns([NAMES]).positions


def test_names_of_earlier_editions_are_known() -> None:
    header = [
        "县",
        "乡镇",
        "村",
        "户编码",
        "*姓名",
        "身份证号",
        "与户主的关系",
        "家庭人口数",
        "务工时间",
        "监测对象类别",
    ]
    positions = find_columns([header]).positions
    assert set(REQUIRED) <= set(positions)
    assert positions[Column.ID_NUMBER] == 5
    assert positions[Column.MONITORING_TYPE] == 9


@pytest.mark.parametrize("column", REQUIRED)
def test_a_missing_required_column_is_one_error_that_names_it(column: Column) -> None:
    with pytest.raises(RegisterColumnsMissing) as refused:
        find_columns([[name for name in NAMES if name != column.value]])
    assert refused.value.data == {"detail": column.value}
    assert column.value in refused.value.sentence


def test_several_missing_columns_are_named_together() -> None:
    with pytest.raises(RegisterColumnsMissing) as refused:
        find_columns([["户编号", "姓名", "证件号码", "民族"]])
    assert refused.value.data["detail"] == "行政村、与户主关系、人数"


def test_columns_of_the_offices_own_are_tolerated_and_named() -> None:
    columns = find_columns([["备注", *NAMES, "帮扶\n联系人", "", "13800000001"]])
    assert columns.unknown == ("备注", "帮扶联系人", "13*******01")
    assert columns.positions[Column.SEQUENCE] == 1
    assert columns.width == 36


def test_a_repeated_column_is_refused() -> None:
    with pytest.raises(RegisterColumnsRepeated) as refused:
        find_columns([[*NAMES, "姓 名"]])
    assert refused.value.data == {"detail": "姓名"}
    with pytest.raises(RegisterColumnsRepeated):
        find_columns([["行政村", "户编号", "姓名", "身份证号", "身份证号码", "与户主关系", "人数"]])


def test_beside_the_lists_own_name_an_earlier_editions_name_is_the_offices_column() -> None:
    columns = find_columns([[*NAMES, "联系电话"]])
    assert columns.positions[Column.HOUSEHOLD_PHONE] == NAMES.index("户联系电话")
    assert columns.unknown == ("联系电话",)


@pytest.mark.parametrize("rows", [[], [[]], [[None, "", 1.0]], [["姓名", "民族"]]])
def test_a_table_without_a_header_is_refused(rows: list[list[Cell]]) -> None:
    with pytest.raises(RegisterHeaderNotFound):
        find_columns(rows)


def test_a_hostile_header_takes_no_time() -> None:
    started = time.process_time()
    with pytest.raises(RegisterHeaderNotFound):
        find_columns([["姓 " * 25_000, "*" * 50_000, "县(" * 25_000, "\n" * 50_000]])
    assert time.process_time() - started < 0.1
