"""What does one row of a register say, and what in it must be put right?

A row is one person, and repeats the facts of the household. `RowReader.read` runs for every row of files with
hundreds of thousands, so a good row takes one short way in which nothing is collected, and only a row with a fault
is gone through again column by column to name all of its faults.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from services.households.domain.errors import ValueRefused
from services.households.domain.fuzzy_date import FuzzyDate
from services.households.domain.id_number import ResidentId
from services.households.domain.masking import mask_id_number
from services.households.domain.place_name import PlaceIndex, Scope
from services.households.domain.register_cells import (
    fact_readers,
    fault_of,
    household_number,
    masked,
    monitoring_in_kind,
    person_readers,
    village_reader,
)
from services.households.domain.register_columns import Column, RegisterColumns, column_called
from services.households.domain.register_findings import Finding
from services.households.domain.register_values import (
    DangerousHouse,
    Education,
    HouseholdKind,
    LabourSkill,
    MonitoringType,
    Relation,
)
from shared.sheets.cells import Cell, filled_text, text_of

_PLACES = (Column.COUNTY, Column.TOWNSHIP, Column.VILLAGE)
_MARKS_OF_A_PERSON = (Column.HOUSEHOLD_NUMBER, Column.NAME, Column.ID_NUMBER)


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What a row says about its household; None (no causes: empty) where the cell is blank."""

    village_code: str
    group: str | None
    size: int | None
    causes: tuple[str, ...]
    dangerous_house: DangerousHouse | None
    safe_water: bool | None
    net_income_per_head_cents: int | None
    phone: str | None
    first_identified: FuzzyDate | None
    kind: HouseholdKind | None
    monitoring: MonitoringType | None
    risk_removed: bool | None
    risk_identified: FuzzyDate | None
    risk_removed_on: FuzzyDate | None
    data_date: FuzzyDate | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One good row. `row` counts from 1 as the table program shows it. Health stays in this service and is never
    handed to credit."""

    row: int
    household_number: str
    person_number: str | None
    name: str
    resident: ResidentId
    relation: Relation
    ethnicity: str | None
    education: Education | None
    schooling: str | None
    health: str | None
    labour_skill: LabourSkill | None
    work_months: int | None
    serious_illness_insurance: bool | None
    phone: str | None
    identified: FuzzyDate | None
    facts: RegisterFacts

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What the clerk should look at although the row was taken."""
        if not self.resident.warnings:
            return ()
        shown = mask_id_number(self.resident.number)
        return tuple(Finding(self.row, Column.ID_NUMBER, code, shown) for code in self.resident.warnings)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that is not taken, with every fault found in it; `household_number` is None where it is unreadable."""

    row: int
    household_number: str | None
    findings: tuple[Finding, ...]


class RowReader:
    """Reads the rows of one register. `scope` names the places that the file may speak of;
    `merged_rows` are rows inside merged cells, which cannot be read safely."""

    def __init__(
        self,
        columns: RegisterColumns,
        places: PlaceIndex,
        today: date,
        scope: Scope = "",
        merged_rows: Container[int] = (),
    ) -> None:
        self._width = columns.width
        self._positions = columns.positions
        self._village_code = village_reader(places, scope)
        self._merged_rows = merged_rows
        self._person_readers = person_readers(today)
        self._fact_readers = fact_readers()
        self._person_reads = tuple(self._person_readers.values())
        self._fact_reads = tuple(self._fact_readers.values())
        self._person_cells = self._cells_of(self._person_readers)
        self._fact_cells = self._cells_of((*_PLACES, *self._fact_readers))
        self._kind_cell = len(_PLACES) + list(self._fact_readers).index(Column.HOUSEHOLD_TYPE)
        self._last_facts: tuple[tuple[Cell, ...], RegisterFacts] | None = None

    def read(self, row: int, cells: Sequence[Cell]) -> PersonRow | RefusedRow | None:
        """The person of a row, or its faults, or None for a row that holds no person (blank, a sum, a footer, the
        header once more)."""
        fitted = self._fitted(cells)
        if self._has_more_cells(cells) or row in self._merged_rows:
            return self._faults(row, cells)
        try:
            values = [read(cell) for read, cell in zip(self._person_reads, self._person_cells(fitted), strict=True)]
            values.append(self._facts(self._fact_cells(fitted)))
            return PersonRow(row, *values)
        except ValueRefused:
            return self._faults(row, cells)

    def _cells_of(self, columns: Iterable[Column]) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
        """Picks these columns' cells of a fitted row; a column that the register lacks reads the blank at its end."""
        return itemgetter(*[self._positions.get(column, self._width) for column in columns])

    def _fitted(self, cells: Sequence[Cell]) -> list[Cell]:
        """Exactly the header's width, and one blank more."""
        missing = self._width - len(cells)
        if missing == 0:
            return [*cells, None]
        return [*cells, *[None] * (missing + 1)] if missing > 0 else [*cells[: self._width], None]

    def _has_more_cells(self, cells: Sequence[Cell]) -> bool:
        return len(cells) > self._width and any(text_of(cell) for cell in cells[self._width :])

    def _facts(self, cells: tuple[Cell, ...]) -> RegisterFacts:
        """Neighbouring rows mostly repeat their household's cells, so the last answer is kept."""
        if self._last_facts is not None and self._last_facts[0] == cells:
            return self._last_facts[1]
        values = [read(cell) for read, cell in zip(self._fact_reads, cells[len(_PLACES) :], strict=True)]
        facts = RegisterFacts(self._village_code(*cells[: len(_PLACES)]), *values)
        if facts.monitoring is None and (named := monitoring_in_kind(cells[self._kind_cell])):
            facts = replace(facts, monitoring=named)
        self._last_facts = (cells, facts)
        return facts

    def _faults(self, row: int, cells: Sequence[Cell]) -> RefusedRow | None:
        fitted = self._fitted(cells)
        at = {column: fitted[position] for column, position in self._positions.items()}
        if not any(filled_text(at[column]) for column in _MARKS_OF_A_PERSON) or _is_header(at):
            return None
        findings = []
        if self._has_more_cells(cells):
            findings.append(Finding(row, "", "row_has_too_many_cells"))
        if row in self._merged_rows:
            findings.append(Finding(row, "", "row_in_merged_cells"))
        for column, read in (self._person_readers | self._fact_readers).items():
            if fault := fault_of(row, column, read, at.get(column)):
                findings.append(fault)
        if fault := self._place_fault(row, at):
            findings.append(fault)
        return RefusedRow(row, _number(at[Column.HOUSEHOLD_NUMBER]), tuple(findings))

    def _place_fault(self, row: int, at: dict[Column, Cell]) -> Finding | None:
        try:
            self._village_code(*(at.get(column) for column in _PLACES))
        except ValueRefused as refused:
            parent = {"county": Column.COUNTY, "township": Column.TOWNSHIP}
            column = parent.get(refused.reason.partition("_")[0], Column.VILLAGE)
            return Finding(row, column, refused.reason, masked(column, at.get(column)))
        return None


def _number(cell: Cell) -> str | None:
    try:
        return household_number(cell)
    except ValueRefused:
        return None


def _is_header(at: dict[Column, Cell]) -> bool:
    return all(column_called(at[column]) is column for column in _MARKS_OF_A_PERSON)
