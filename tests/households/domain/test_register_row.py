import time
from collections.abc import Mapping
from datetime import date

import pytest

from services.households.domain.fuzzy_date import FuzzyDate, Precision
from services.households.domain.id_number import Sex
from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_columns import Column, find_columns
from services.households.domain.register_findings import SENTENCES
from services.households.domain.register_row import PersonRow, RefusedRow, RowReader
from services.households.domain.register_values import (
    DangerousHouse,
    Education,
    HouseholdKind,
    LabourSkill,
    MonitoringType,
    Relation,
)
from shared.sheets.cells import Cell
from tests.builders.places import read_places
from tests.builders.register import invented_id_number

TODAY = date(2026, 11, 24)
PLACES = PlaceIndex(read_places())
COLUMNS = find_columns([[column.value for column in Column]])
ID_NUMBER = invented_id_number(date(1970, 5, 6), 7, male=True)
GOOD: Mapping[Column, Cell] = {
    Column.SEQUENCE: "1",
    Column.DATA_DATE: "2023-12-31",
    Column.COUNTY: "通江县",
    Column.TOWNSHIP: "龙凤场镇",
    Column.VILLAGE: "环山村",
    Column.GROUP: "一组",
    Column.HOUSEHOLD_NUMBER: "5119210000000001",
    Column.PERSON_NUMBER: "511921000000000101",
    Column.NAME: "李建国",
    Column.ID_NUMBER: ID_NUMBER,
    Column.SIZE: "3",
    Column.RELATION: "户主",
    Column.ETHNICITY: "汉",
    Column.EDUCATION: "初中",
    Column.SCHOOLING: "",
    Column.HEALTH: "残疾，长期慢性病",
    Column.LABOUR_SKILL: "弱劳动力或半劳动力",
    Column.WORK_MONTHS: "6",
    Column.SERIOUS_ILLNESS_INSURANCE: "是",
    Column.CAUSE: "因病、缺技术",
    Column.DANGEROUS_HOUSE: "C级",
    Column.SAFE_WATER: "否",
    Column.NET_INCOME: "12,345.67",
    Column.HOUSEHOLD_PHONE: "13800000001",
    Column.PERSON_PHONE: "0827-5221234",
    Column.FIRST_IDENTIFIED: "2014年1月",
    Column.PERSON_IDENTIFIED: "41640",
    Column.HOUSEHOLD_TYPE: "脱贫户",
    Column.MONITORING_TYPE: "脱贫不稳定户",
    Column.RISK_REMOVED: "否",
    Column.RISK_IDENTIFIED: "2021/6/1",
    Column.RISK_REMOVED_ON: "",
}


def read(changes: Mapping[Column, Cell] | None = None, scope: str = "") -> PersonRow | RefusedRow | None:
    cells = {**GOOD, **(changes or {})}
    return RowReader(COLUMNS, PLACES, TODAY, scope).read(7, [cells[column] for column in Column])


def taken(changes: Mapping[Column, Cell] | None = None) -> PersonRow:
    row = read(changes)
    assert isinstance(row, PersonRow), row
    return row


def faults(changes: Mapping[Column, Cell], scope: str = "") -> list[tuple[str, str]]:
    row = read(changes, scope)
    assert isinstance(row, RefusedRow), row
    assert all(finding.row == 7 for finding in row.findings)
    return [(finding.column, finding.code) for finding in row.findings]


def test_a_good_row_is_read_whole() -> None:
    person = taken()
    facts = person.facts
    assert (person.row, person.household_number) == (7, "5119210000000001")
    assert (person.person_number, person.name) == ("511921000000000101", "李建国")
    assert (person.resident.number, person.resident.birth_date) == (ID_NUMBER, date(1970, 5, 6))
    assert (person.resident.sex, person.relation) == (Sex.MALE, Relation.HEAD)
    assert (person.ethnicity, person.education, person.schooling) == ("汉族", Education.JUNIOR_SECONDARY, None)
    assert (person.health, person.labour_skill) == ("残疾,长期慢性病", LabourSkill.WEAK)
    assert (person.work_months, person.serious_illness_insurance) == (6, True)
    assert (person.phone, person.identified) == ("08275221234", FuzzyDate(date(2014, 1, 1)))
    assert (facts.village_code, facts.group, facts.size) == ("511921122203", "一组", 3)
    assert (facts.causes, facts.dangerous_house) == (("因病", "缺技术"), DangerousHouse.GRADE_C)
    assert (facts.safe_water, facts.net_income_per_head_cents) == (False, 1_234_567)
    assert (facts.phone, facts.kind) == ("13800000001", HouseholdKind.OUT_OF_POVERTY)
    assert facts.first_identified == FuzzyDate(date(2014, 1, 1), Precision.MONTH)
    assert (facts.monitoring, facts.risk_removed) == (MonitoringType.UNSTABLE, False)
    assert (facts.risk_identified, facts.risk_removed_on) == (FuzzyDate(date(2021, 6, 1)), None)
    assert facts.data_date == FuzzyDate(date(2023, 12, 31))
    assert person.warnings == ()


def test_the_optional_columns_may_be_blank() -> None:
    required = {
        Column.VILLAGE,
        Column.TOWNSHIP,
        Column.HOUSEHOLD_NUMBER,
        Column.NAME,
        Column.ID_NUMBER,
        Column.RELATION,
        Column.SIZE,
    }
    person = taken({column: None for column in Column if column not in required})
    assert person.facts.causes == ()
    assert person.facts.kind is None
    assert person.work_months is None


def test_the_optional_columns_may_be_absent() -> None:
    few = [Column.VILLAGE, Column.TOWNSHIP, Column.HOUSEHOLD_NUMBER, Column.NAME, Column.ID_NUMBER, Column.RELATION]
    columns = find_columns([[column.value for column in (*few, Column.SIZE)]])
    row = RowReader(columns, PLACES, TODAY).read(2, [GOOD[column] for column in (*few, Column.SIZE)])
    assert isinstance(row, PersonRow)
    assert (row.phone, row.facts.phone, row.facts.size) == (None, None, 3)


def test_numbers_dates_and_truths_of_a_spreadsheet_are_read_like_text() -> None:
    person = taken(
        {
            Column.HOUSEHOLD_NUMBER: 511921000001.0,
            Column.SIZE: 3.0,
            Column.WORK_MONTHS: 12.0,
            Column.NET_INCOME: 12345.67,
            Column.HOUSEHOLD_PHONE: 13800000001.0,
            Column.FIRST_IDENTIFIED: date(2014, 1, 1),
            Column.SAFE_WATER: True,
            Column.DANGEROUS_HOUSE: False,
        }
    )
    assert (person.household_number, person.facts.size, person.work_months) == ("511921000001", 3, 12)
    assert person.facts.net_income_per_head_cents == 1_234_567
    assert (person.facts.phone, person.facts.safe_water) == ("13800000001", True)
    assert person.facts.dangerous_house is DangerousHouse.NO
    assert person.facts.first_identified == FuzzyDate(date(2014, 1, 1))


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (Column.HOUSEHOLD_NUMBER, "", "household_number_missing"),
        (Column.HOUSEHOLD_NUMBER, "5.11921E+15", "household_number_damaged_by_excel"),
        (Column.HOUSEHOLD_NUMBER, 5.119210000000001e15, "household_number_damaged_by_excel"),
        (Column.HOUSEHOLD_NUMBER, "5119#1", "household_number_wrong"),
        (Column.HOUSEHOLD_NUMBER, "5" * 33, "household_number_wrong"),
        (Column.PERSON_NUMBER, "第一人", "person_number_wrong"),
        (Column.PERSON_NUMBER, 5.119210000000001e17, "person_number_damaged_by_excel"),
        (Column.NAME, "", "person_name_missing"),
        (Column.NAME, "=1+1", "person_name_wrong"),
        (Column.ID_NUMBER, "", "id_number_missing"),
        (Column.ID_NUMBER, "5.13027E+17", "id_number_damaged_by_excel"),
        (Column.SIZE, "三", "number_unreadable"),
        (Column.SIZE, "0", "number_out_of_range"),
        (Column.SIZE, "100", "number_out_of_range"),
        (Column.RELATION, "", "relation_missing"),
        (Column.RELATION, "邻居", "relation_unknown"),
        (Column.ETHNICITY, "族" * 101, "text_too_long"),
        (Column.EDUCATION, "很高", "education_unknown"),
        (Column.SCHOOLING, "小\0学", "text_has_control_characters"),
        (Column.HEALTH, "病" * 101, "text_too_long"),
        (Column.LABOUR_SKILL, "能干", "labour_skill_unknown"),
        (Column.WORK_MONTHS, "13", "number_out_of_range"),
        (Column.WORK_MONTHS, "-1", "number_unreadable"),
        (Column.WORK_MONTHS, "3.5", "number_unreadable"),
        (Column.SERIOUS_ILLNESS_INSURANCE, "是的吧", "yes_no_unknown"),
        (Column.CAUSE, "因\x07病", "text_has_control_characters"),
        (Column.DANGEROUS_HOUSE, "E级", "dangerous_house_unknown"),
        (Column.SAFE_WATER, "1", "yes_no_unknown"),
        (Column.NET_INCOME, "1e5", "amount_unreadable"),
        (Column.NET_INCOME, "999999999999", "amount_out_of_range"),
        (Column.HOUSEHOLD_PHONE, "123", "phone_number_wrong"),
        (Column.PERSON_PHONE, "123", "phone_number_wrong"),
        (Column.FIRST_IDENTIFIED, "2014", "date_without_month"),
        (Column.PERSON_IDENTIFIED, "去年", "date_unreadable"),
        (Column.HOUSEHOLD_TYPE, "富户", "household_type_unknown"),
        (Column.MONITORING_TYPE, "红色", "monitoring_type_unknown"),
        (Column.RISK_REMOVED, "大概", "yes_no_unknown"),
        (Column.RISK_IDENTIFIED, "2021-02-30", "date_unreadable"),
        (Column.RISK_REMOVED_ON, "x", "date_unreadable"),
        (Column.DATA_DATE, "x", "date_unreadable"),
        (Column.COUNTY, "成都市", "county_unknown"),
        (Column.TOWNSHIP, "龙凤场乡", "township_unknown"),
        (Column.VILLAGE, "不存在村", "village_unknown"),
        (Column.VILLAGE, "", "village_missing"),
    ],
)
def test_each_fault_is_named_with_its_column_and_a_sentence(column: Column, cell: Cell, code: str) -> None:
    assert faults({column: cell}) == [(column.value, code)]
    assert SENTENCES[code].endswith(("。", "）。"))


def test_all_faults_of_a_row_are_named_at_once() -> None:
    wrong = {Column.NAME: "", Column.WORK_MONTHS: "13", Column.VILLAGE: "不存在村", Column.NET_INCOME: "x"}
    assert {code for _, code in faults(wrong)} == {
        "person_name_missing",
        "number_out_of_range",
        "village_unknown",
        "amount_unreadable",
    }


def test_a_place_outside_the_files_scope_is_refused() -> None:
    assert faults({}, scope="511922") == [(Column.VILLAGE.value, "place_outside_scope")]
    assert isinstance(read({}, scope="511921122"), PersonRow)


def test_a_finding_shows_the_value_masked_and_tells_what_to_do() -> None:
    row = read({Column.ID_NUMBER: ID_NUMBER[:-1] + ("1" if ID_NUMBER[-1] != "1" else "2"), Column.NAME: "李建1"})
    assert isinstance(row, RefusedRow)
    shown = {finding.column: finding.value for finding in row.findings}
    assert shown[Column.ID_NUMBER] == f"{ID_NUMBER[:4]}{'*' * 10}{ID_NUMBER[14:17]}{shown[Column.ID_NUMBER][-1]}"
    assert shown[Column.NAME] == "李**"
    assert "请" in row.findings[0].sentence


def test_an_id_number_in_any_wrong_column_is_never_shown_whole() -> None:
    """Every column in turn gets an ID number, a phone and both in a sentence (checks S50)."""
    secrets = (ID_NUMBER, "13912345678")
    for column in Column:
        for value in (*secrets, f"{ID_NUMBER} 电话13912345678", float(ID_NUMBER), ID_NUMBER[:-1]):
            row = read({column: value, Column.WORK_MONTHS: "99"})
            assert isinstance(row, RefusedRow)
            said = "".join(f"{finding.value}{finding.sentence}{finding.detail}" for finding in row.findings)
            assert not any(secret[:15] in said for secret in secrets), (column, value)
            assert ID_NUMBER[4:14] not in said, (column, value)


def test_rows_that_hold_no_person_are_skipped() -> None:
    reader = RowReader(COLUMNS, PLACES, TODAY)
    header: list[Cell] = [column.value for column in Column]
    footers: list[list[Cell]] = [[], [""] * 32, ["合计", "", "", "", "3户"], header, ["填表人：张三"], [None] * 40]
    assert [reader.read(9, cells) for cells in footers] == [None] * len(footers)


def test_a_short_row_is_filled_with_blanks_and_a_long_one_refused() -> None:
    reader = RowReader(COLUMNS, PLACES, TODAY)
    cells = [GOOD[column] for column in Column]
    assert isinstance(reader.read(1, cells[:31]), PersonRow)
    assert isinstance(reader.read(1, [*cells, "", None]), PersonRow)
    long = reader.read(1, [*cells, "", "多"])
    assert isinstance(long, RefusedRow)
    assert [finding.code for finding in long.findings] == ["row_has_too_many_cells"]


def test_a_row_in_merged_cells_is_refused() -> None:
    reader = RowReader(COLUMNS, PLACES, TODAY, merged_rows={5})
    cells = [GOOD[column] for column in Column]
    row = reader.read(5, cells)
    assert isinstance(row, RefusedRow)
    assert [finding.code for finding in row.findings] == ["row_in_merged_cells"]
    assert isinstance(reader.read(6, cells), PersonRow)


def test_the_monitoring_class_may_stand_in_the_household_type() -> None:
    marginal = taken({Column.HOUSEHOLD_TYPE: "边缘易致贫户", Column.MONITORING_TYPE: ""}).facts
    assert (marginal.kind, marginal.monitoring) == (HouseholdKind.MONITORED, MonitoringType.MARGINAL)
    unstable = taken({Column.HOUSEHOLD_TYPE: "脱贫不稳定户", Column.MONITORING_TYPE: ""}).facts
    assert (unstable.kind, unstable.monitoring) == (HouseholdKind.OUT_OF_POVERTY, MonitoringType.UNSTABLE)


def test_a_warning_takes_the_row_and_tells_the_clerk() -> None:
    number = invented_id_number(date(1970, 5, 6), 7, male=True, region="993027")
    person = taken({Column.ID_NUMBER: number})
    assert [(w.column, w.code) for w in person.warnings] == [("证件号码", "id_number_region_unknown")]
    assert person.warnings[0].value == f"9930**********{number[-4:]}"


def test_a_row_full_of_hostile_text_takes_no_time() -> None:
    reader = RowReader(COLUMNS, PLACES, TODAY)
    for part in ("1", "1,", "2014-1", "张", "a ", "\0", "=", "（", "1.0", "5E+", "村"):
        started = time.process_time()
        row = reader.read(1, [part * (50_000 // len(part))] * 32)
        assert isinstance(row, RefusedRow)
        assert all(len(finding.value) <= 60 for finding in row.findings)
        assert time.process_time() - started < 0.05 * 32
