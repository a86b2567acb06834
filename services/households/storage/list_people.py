"""Who of the record is in a department's list, and the report that the office gets back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Uuid, bindparam, func, select

from services.households.domain.masking import mask_text
from services.households.domain.register_findings import Finding
from services.households.storage.household_repository import HouseholdRepository
from services.households.storage.register_report import HEADINGS, REFUSED, SUMMARY, WIDTHS
from services.households.storage.tables import households, members, persons
from shared.db import Connection
from shared.sheets.writing import SheetWriter


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A living person of the record."""

    household_id: UUID
    name: str
    village_code: str


async def known_people(
    connection: Connection, repository: HouseholdRepository, id_numbers: Sequence[str]
) -> dict[str, KnownPerson]:
    """ID number → who that is; found by blind index."""
    number_of = {repository.id_number_index(number): number for number in id_numbers}
    wanted = persons.c.id_number_index == func.any(bindparam("indexes", list(number_of), ARRAY(LargeBinary)))
    rows = await connection.execute(
        select(persons.c.id_number_index, persons.c.household_id, members.c.name, members.c.village_code)
        .join(
            members,
            (members.c.household_id == persons.c.household_id) & (members.c.member_id == persons.c.member_id),
        )
        .where(wanted)
    )
    return {number_of[bytes(row[0])]: KnownPerson(row[1], row[2], row[3]) for row in rows}


async def lock_households(connection: Connection, ids: Sequence[UUID]) -> None:
    """In one order, so that two lists that speak of the same households wait for each other and never deadlock."""
    wanted = households.c.household_id == func.any(bindparam("ids", list(ids), ARRAY(Uuid)))
    await connection.execute(
        select(households.c.household_id).where(wanted).order_by(households.c.household_id).with_for_update()
    )


class ListReport:
    """Writes the report to `path`: a summary, and a line for each row that was not taken, its value masked."""

    def __init__(self, path: Path) -> None:
        self._book = SheetWriter(path)
        self._summary = self._book.sheet(SUMMARY, widths=(34, 80))
        self._refused = self._book.sheet(REFUSED, HEADINGS, WIDTHS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.__exit__(kind, error, trace)

    def refuse(self, finding: Finding) -> None:
        self._refused.add((str(finding.row), finding.column, finding.code, finding.sentence, finding.value))

    def summarise(self, file_name: str, department: str, counts: Mapping[str, int]) -> None:
        """The first sheet; `counts` by their Chinese names."""
        self._summary.add(("文件", mask_text(file_name)))
        self._summary.add(("部门", department))
        for name, number in counts.items():
            self._summary.add((name, str(number)))
