"""A bulletin as a workbook for offices: how each place stands, and each finding."""

from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryDirectory

from services.cadres.domain.bulletin import SeenBulletin
from services.cadres.domain.inspection import Finding
from shared.sheets.writing import SheetWriter, Written

PLACES = (
    "地区代码",
    "地区",
    "督查次数",
    "抽样数",
    "发现问题",
    "未整改",
    "其中逾期",
    "已整改待回头看",
    "已办结",
    "备注",
)
FINDINGS = ("村代码", "村", "抽中对象", "问题", "发现日期", "整改期限", "状态", "最近说明")
_PLACE_WIDTHS = (16, 16, 10, 10, 10, 10, 10, 16, 10, 14)
_FINDING_WIDTHS = (16, 14, 38, 50, 12, 12, 12, 40)
STATES = {"open": "待整改", "rectified": "已整改，待回头看", "closed": "已办结"}


def bulletin_as_xlsx(seen: SeenBulletin) -> bytes:
    """Written by a thread, since it takes a moment."""
    made = seen.bulletin
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bulletin.xlsx"
        with SheetWriter(path) as book:
            places = book.sheet("通报", widths=_PLACE_WIDTHS)
            places.head((f"{seen.names.get(made.region_code, made.region_code)}{made.cycle.name}通报",))
            places.add((f"期间 {made.begins} 起，{made.ends} 前；整改情况截至 {seen.today}",))
            places.head(PLACES)
            for code, counts in made.by_place.items():
                note = "" if counts.inspections else "本期未督查"
                places.add((code, seen.names.get(code, ""), *astuple(counts), note))
            places.add((made.region_code, "合计", *astuple(made.total)))
            lines = book.sheet("问题清单", FINDINGS, _FINDING_WIDTHS)
            for finding in seen.findings:
                lines.add(_cells(finding, seen))
        return path.read_bytes()


def _cells(one: Finding, seen: SeenBulletin) -> tuple[Written, ...]:
    late = one.state == "open" and one.due_on < seen.today
    state = "逾期未整改" if late else STATES[one.state]
    place = seen.names.get(one.village_code, "")
    return (one.village_code, place, one.item, one.what, one.found_on, one.due_on, state, one.note)
