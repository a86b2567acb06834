"""A department's list becomes checks at home: whom it names is found by ID number, and a monitoring case has the news.

Rows come in chunks, a short transaction each. The same row has the same mark, so that a list handed in twice, or run
again after a kill, changes nothing.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from services.households.domain.department_list import (
    ListColumns,
    ListRow,
    find_list_columns,
    news_of,
    read_list_row,
    why_not_matched,
)
from services.households.domain.errors import DepartmentListHeaderNotFound
from services.households.domain.monitoring_policy import MonitoringRules
from services.households.domain.register_findings import Finding
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.list_people import KnownPerson, ListReport, known_people, lock_households
from services.households.use_cases.bring_in_households import Importer
from services.households.use_cases.monitoring_desk import Actor, Desk
from services.households.use_cases.take_findings import take_findings
from shared.change_log import ChangeLog
from shared.clock import Clock
from shared.db import Database
from shared.jobs import Progress
from shared.regions import any_covers
from shared.sheets.cells import Cell
from shared.sheets.reading import SheetFile, open_sheet

CHUNK = 200


class DepartmentList:
    """Brings in one department's lists for one importer. `database` is that of the jobs role."""

    def __init__(
        self,
        database: Database,
        households: HouseholdRepository,
        change_log: ChangeLog,
        rules: MonitoringRules,
        importer: Importer,
        department: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._households = households
        self._change_log = change_log
        self._rules = rules
        self._importer = importer
        self._department = department
        self._clock = clock

    async def run(self, path: Path, file_name: str, report: Path, progress: Progress) -> None:
        """Counts rows: taken (new or told before) and not taken; writes the report.

        Raises DepartmentListHeaderNotFound and what is wrong with the file (see `open_sheet`).
        """
        file = await asyncio.to_thread(open_sheet, path, file_name, None, _has_header)
        columns = find_list_columns(cells for _, cells in file.rows())
        progress.total = sum(1 for _ in file.rows()) - columns.header_row
        with ListReport(report) as lines:
            await self._rows(_read(file, columns, self._clock), lines, progress)
            lines.summarise(file_name, self._department_name, _counts(progress))

    @property
    def _department_name(self) -> str:
        return self._rules.at(self._clock.today()).departments[self._department]

    async def _rows(self, rows: Iterator[ListRow | Finding | None], lines: ListReport, progress: Progress) -> None:
        progress.done, progress.accepted, progress.refused = 0, 0, 0
        progress.result = {"new": 0, "unchanged": 0}
        while chunk := await asyncio.to_thread(lambda: list(islice(rows, CHUNK))):
            refused = [one for one in chunk if isinstance(one, Finding)]
            refused += await self._take([one for one in chunk if isinstance(one, ListRow)], progress)
            for finding in sorted(refused, key=lambda finding: finding.row):
                lines.refuse(finding)
            progress.refused += len(refused)
            progress.done += len(chunk)

    async def _take(self, rows: list[ListRow], progress: Progress) -> list[Finding]:
        """What of these rows cannot be taken; the others are in monitoring when this returns."""
        async with self._database.transaction() as connection:
            there = await known_people(connection, self._households, [row.id_number for row in rows])
            known = {number: one for number, one in there.items() if self._may_know(one)}
            named = [(row, known.get(row.id_number)) for row in rows]
            why = [why_not_matched(row, person.name if person else None) for row, person in named]
            matched = [
                (row, person) for (row, person), no in zip(named, why, strict=True) if person is not None and no is None
            ]
            await lock_households(connection, [person.household_id for _, person in matched])
            desk = Desk(connection, self._households, self._change_log, self._rules, self._clock.today())
            new = [await self._tell(desk, row, person) for row, person in matched]
        progress.accepted += len(matched)
        progress.result["new"] += sum(new)
        progress.result["unchanged"] += len(new) - sum(new)
        return [finding for finding in why if finding is not None]

    async def _tell(self, desk: Desk, row: ListRow, person: KnownPerson) -> bool:
        """Was it news?"""
        mark = self._households.mark("department_list", self._department, row.id_number, row.said)
        news = news_of(self._department, self._department_name, row, person.name, mark)
        actor = Actor(self._importer.subject, self._importer.name, "department")
        return await take_findings(desk, person.household_id, [news], actor) is not None

    def _may_know(self, person: KnownPerson) -> bool:
        return any_covers(self._importer.scope, person.village_code)


def _read(file: SheetFile, columns: ListColumns, clock: Clock) -> Iterator[ListRow | Finding | None]:
    today = clock.today()
    for number, cells in file.rows():
        if number > columns.header_row:
            yield read_list_row(number, cells, columns, today)


def _has_header(rows: Iterable[Sequence[Cell]]) -> bool:
    try:
        find_list_columns(rows)
    except DepartmentListHeaderNotFound:
        return False
    return True


def _counts(progress: Progress) -> dict[str, int]:
    return {
        "已纳入核实的行": progress.result["new"],
        "以前已经报过、未变动的行": progress.result["unchanged"],
        "未导入的行": progress.refused,
    }
