"""The register of a village reads as the national list prints it."""

from dataclasses import replace

from bashan.demo.population import REGISTER_COLUMNS, register_rows
from tests.builders.demo_units import township
from tests.builders.population_rules import TODAY

UNIT = township()[2]
ROWS = [dict(zip(REGISTER_COLUMNS, row, strict=True)) for row in register_rows(UNIT.plan.row, UNIT.households, TODAY)]


def test_each_person_of_a_poor_household_has_one_row_of_32_cells() -> None:
    people = [m for h in UNIT.households if h.on_poverty_list for m in h.members]
    assert len(REGISTER_COLUMNS) == 32
    assert [row["证件号码"] for row in ROWS] == [member.id_number for member in people]
    assert [row["序号"] for row in ROWS] == list(range(1, len(people) + 1))


def test_the_stated_size_is_the_number_of_the_household_s_rows_and_one_of_them_is_the_head() -> None:
    for household in {row["户编号"] for row in ROWS}:
        rows = [row for row in ROWS if row["户编号"] == household]
        assert {row["人数"] for row in rows} == {len(rows)}
        assert [row["与户主关系"] for row in rows].count("户主") == 1
        assert len({row["人编号"] for row in rows}) == len(rows)


def test_places_are_written_as_offices_write_them() -> None:
    assert {(row["县(市、区、旗)"], row["乡(镇)"], row["行政村"]) for row in ROWS} == {("通江县", "龙凤场镇", "花山村")}


def test_the_type_of_a_household_and_its_watch_are_in_the_list_s_own_words() -> None:
    assert {row["户类型"] for row in ROWS} == {"一般贫困户", "脱贫户"}
    assert all(row["风险是否消除"] == "" for row in ROWS if not row["易返贫致贫户(监测对象)类型"])
    assert all(row["风险识别时间"] for row in ROWS if row["易返贫致贫户(监测对象)类型"])


def test_the_income_per_head_is_written_in_yuan_with_separator_and_both_decimals() -> None:
    poor = next(household for household in UNIT.households if household.on_poverty_list)
    row = next(register_rows(UNIT.plan.row, [replace(poor, income_per_head_cents=1_234_505)], TODAY))
    assert dict(zip(REGISTER_COLUMNS, row, strict=True))["人均纯收入"] == "12,345.05"
