import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import python_calamine as calamine

from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_columns import Column
from services.households.domain.register_findings import SENTENCES, Finding
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_reading import RegisterReading
from services.households.domain.register_row import RefusedRow
from services.households.domain.register_tally import RegisterTally
from services.households.storage.register_report import HEADINGS, REFUSED, SUMMARY, WARNINGS, RegisterReport
from tests.builders.places import read_places
from tests.builders.register import invent_household, invented_id_number, register_rows

TODAY = date(2026, 11, 24)
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\0x", "=cmd|' /C calc'!A0", "https://x.example", "12345678901234567")


def sheets(path: Path) -> dict[str, Sequence[Sequence[object]]]:
    with calamine.load_workbook(path) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_report_has_a_summary_and_one_line_for_each_refused_row(tmp_path: Path) -> None:
    table = register_rows([invent_household(index, 2) for index in range(4)])
    at = {column: place for place, column in enumerate(Column)}
    table[1][at[Column.ID_NUMBER]] = "5.13027E+17"
    table[3][at[Column.WORK_MONTHS]] = "13"
    table[3][at[Column.NAME]] = "=1+1"
    table[5][at[Column.ID_NUMBER]] = invented_id_number(date(1980, 1, 1), 3, male=True, region="993027")
    table += [["合计"]]
    reading = RegisterReading(lambda: enumerate(table, start=1), PlaceIndex(read_places()), TODAY)
    tally = RegisterTally()
    path = tmp_path / "report.xlsx"
    with RegisterReport(path) as report:
        for household in reading:
            if isinstance(household, RegisterHousehold):
                tally.take(household)
                report.warn(household)
            else:
                tally.refuse(household)
                report.refuse(household)
        report.summarise(
            tally,
            file_name="登记表.xlsx",
            skipped_rows=reading.skipped_rows,
            unknown_columns=("备注",),
            other_sheets=("封面",),
        )
    written = sheets(path)
    assert list(written) == [SUMMARY, REFUSED, WARNINGS]
    assert tuple(written[REFUSED][0]) == HEADINGS
    assert [row[0] for row in written[REFUSED][1:]] == ["2", "3", "4", "5"]
    assert written[REFUSED][1][1:4] == [
        "证件号码",
        "id_number_damaged_by_excel",
        SENTENCES["id_number_damaged_by_excel"],
    ]
    assert written[REFUSED][2][2:4] == ["household_refused", "同一户的第2行有错，整户暂不导入。请改好后再导一次。"]
    both = written[REFUSED][3]
    assert both[1] == "姓名\n务工时间（月）"
    assert both[2] == "person_name_wrong\nnumber_out_of_range"
    assert both[4] == "=***\n13"
    assert [row[0:3] for row in written[WARNINGS][1:]] == [["6", "证件号码", "id_number_region_unknown"]]
    summary = {str(row[0]): row[1] for row in written[SUMMARY]}
    assert summary["文件"] == "登记表.xlsx"
    assert (summary["导入的户"], summary["未导入的户"], summary["未导入的行"]) == ("2", "2", "4")
    assert (summary["不含人员、已跳过的行"], summary["未读取的列"], summary["未读取的工作表"]) == ("1", "备注", "封面")
    counts = {row[0]: row[2] for row in written[SUMMARY] if row[2]}
    assert counts["household_refused"] == "2"
    assert counts["id_number_region_unknown"] == "1"


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    with RegisterReport(path) as report:
        for row, value in enumerate(HOSTILE, start=1):
            finding = Finding(row, value, "person_name_wrong", value)
            report.refuse(RefusedHousehold(None, (RefusedRow(row, None, (finding,)),)))
        report.summarise(RegisterTally(), file_name="=1+1.xlsx")
    lines = sheets(path)[REFUSED][1:]
    assert len(lines) == len(HOSTILE)
    assert all(isinstance(cell, str) for line in lines for cell in line)
    assert [line[4] for line in lines][:4] == list(HOSTILE[:4])
    raw = _raw(path)
    assert b"<f>" not in raw
    assert b"<hyperlink" not in raw


def _raw(path: Path) -> bytes:
    with zipfile.ZipFile(path) as package:
        return b"".join(package.read(name) for name in package.namelist())
