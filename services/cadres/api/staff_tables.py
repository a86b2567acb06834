"""Units and cadres as tables: what an office exports, edits and hands in again; and the report of an import."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from services.cadres.domain.cadre import Cadre, mask_phone
from services.cadres.domain.staff_table import (
    CADRE_HEADINGS,
    JOINT,
    KINDS,
    LEVELS,
    RANKS,
    UNIT_HEADINGS,
    RowRefusal,
)
from services.cadres.domain.unit import Unit
from shared.jobs import Job
from shared.sheets.writing import SheetWriter, Written

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORT_HEADINGS = ("行", "列", "代码", "说明")
_UNIT_WIDTHS, _CADRE_WIDTHS, _REPORT_WIDTHS = (
    (38, 30, 10, 12, 16, 12),
    (38, 34, 12, 12, 16, 12, 12, 14),
    (8, 16, 34, 80),
)
_OUTCOMES = {"new": "新增", "changed": "修改", "unchanged": "未变动"}


def units_as_xlsx(units: Iterable[Unit]) -> bytes:
    levels, kinds, joint = (_turned(words) for words in (LEVELS, KINDS, JOINT))
    rows = (
        (
            str(unit.unit_id),
            unit.name,
            levels[unit.level],
            kinds[unit.kind],
            unit.region_code,
            joint.get(unit.joint_kind or ""),
        )
        for unit in units
    )
    return _written("单位", UNIT_HEADINGS, _UNIT_WIDTHS, rows)


def cadres_as_xlsx(cadres: Iterable[Cadre], units: Mapping[UUID, Unit]) -> bytes:
    """Phones are masked; a masked one in a table that comes back leaves the stored one as it is."""
    ranks = _turned(RANKS)
    rows = (
        (
            str(cadre.cadre_id),
            f"{units[cadre.unit_id].name}({units[cadre.unit_id].region_code})",
            cadre.name,
            ranks[cadre.rank],
            cadre.region_code,
            cadre.valid_from,
            cadre.valid_to,
            mask_phone(cadre.phone) if cadre.phone else None,
        )
        for cadre in cadres
    )
    return _written("干部", CADRE_HEADINGS, _CADRE_WIDTHS, rows)


def report_as_xlsx(job: Job, refusals: Iterable[RowRefusal]) -> bytes:
    """How the import went, and one line for each row that was not taken."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        with SheetWriter(path) as book:
            summary = book.sheet("汇总", widths=(24, 16))
            summary.add(("试导入（没有保存）" if job.progress.result.get("dry_run") else "导入", ""))
            for name, title in _OUTCOMES.items():
                summary.add((title, job.progress.result.get(name, 0)))
            summary.add(("未导入", job.progress.refused))
            lines = book.sheet("未导入的行", REPORT_HEADINGS, _REPORT_WIDTHS)
            for one in refusals:
                lines.add((one.row, one.column, one.code, one.sentence))
        return path.read_bytes()


def _written(
    name: str, headings: tuple[str, ...], widths: tuple[int, ...], rows: Iterable[tuple[Written, ...]]
) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        with SheetWriter(path) as book:
            lines = book.sheet(name, headings, widths)
            for row in rows:
                lines.add(row)
        return path.read_bytes()


def _turned(words: Mapping[str, str]) -> dict[str, str]:
    """From the system's words to the table's."""
    return {ours: theirs for theirs, ours in words.items()}
