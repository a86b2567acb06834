"""The report that a clerk gets back: how the import went, and one line for each row that was not taken.

All cells are text and values are masked already. Rows are written as they come; memory stays flat.
"""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from services.households.domain.masking import mask_text
from services.households.domain.register_findings import Finding, sentence_of
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_tally import RegisterTally
from shared.sheets.writing import SheetWriter

SUMMARY, REFUSED, WARNINGS = "汇总", "未导入的行", "提醒"
HEADINGS = ("行", "列", "代码", "说明", "原值（已遮盖）")
WIDTHS = (8, 26, 34, 80, 30)


class RegisterReport:
    """Writes the report to `path`. Use it as a context manager: `refuse` and `warn` as outcomes pass, `summarise`
    once at the end; leaving it writes the file."""

    def __init__(self, path: Path) -> None:
        self._book = SheetWriter(path)
        self._summary = self._book.sheet(SUMMARY, widths=(34, 80, 12))
        self._refused = self._book.sheet(REFUSED, HEADINGS, WIDTHS)
        self._warnings = self._book.sheet(WARNINGS, HEADINGS, WIDTHS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.__exit__(kind, error, trace)

    def refuse(self, household: RefusedHousehold) -> None:
        """One line for each row; a row with several faults has them under each other in its cells."""
        for row in household.rows:
            self._refused.add(_line(row.row, row.findings))

    def warn(self, household: RegisterHousehold) -> None:
        """One line for each warning about a household that was taken."""
        for warning in household.warnings:
            self._warnings.add(_line(warning.row, [warning]))

    def summarise(
        self,
        tally: RegisterTally,
        *,
        file_name: str = "",
        dry_run: bool = False,
        skipped_rows: int = 0,
        unknown_columns: Iterable[str] = (),
        other_sheets: Iterable[str] = (),
    ) -> None:
        """The first sheet. `skipped_rows` held no person; `unknown_columns` and `other_sheets` were not read."""
        facts = (
            ("文件", mask_text(file_name)),
            ("方式", "试导入：只检查，没有写入" if dry_run else "正式导入"),
            ("导入的户", tally.households_taken),
            ("导入的人", tally.people_taken),
            ("与系统一致、未变动的户", tally.households_unchanged),
            ("与系统一致、未变动的人", tally.people_unchanged),
            ("未导入的户", tally.households_refused),
            ("未导入的行", tally.rows_refused),
            ("不含人员、已跳过的行", skipped_rows),
            ("未读取的列", "、".join(unknown_columns)),
            ("未读取的工作表", "、".join(mask_text(name) for name in other_sheets)),
        )
        for name, value in facts:
            self._summary.add((name, str(value)))
        for title, counts in (("未导入的原因", tally.faults), ("提醒", tally.warnings)):
            if counts:
                self._summary.add(())
                self._summary.head((title, "说明", "次数"))
                for code, times in counts.most_common():
                    self._summary.add((code, sentence_of(code), str(times)))


def _line(row: int, findings: Iterable[Finding]) -> tuple[str, ...]:
    found = list(findings)
    return (
        str(row),
        "\n".join(finding.column for finding in found),
        "\n".join(finding.code for finding in found),
        "\n".join(finding.sentence for finding in found),
        "\n".join(finding.value for finding in found),
    )
