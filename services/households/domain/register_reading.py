"""Which households does a register bring in, and which rows does it not?

The rows are gone through twice, so that memory does not grow with the file. The first time only their keys are
looked at: which household numbers stand in several places of the file, and which ID numbers appear twice (eight
bytes a household and a person). The second time rows are read and a household is judged as soon as its last row
has passed: at once in a file that is sorted by household, as nearly all are. Households that are scattered are
held until their last row, up to `OPEN_ROWS` rows; beyond that the clerk is asked to sort the file.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from services.households.domain.errors import RegisterTooScattered, ValueRefused
from services.households.domain.id_number import LENGTH
from services.households.domain.place_name import PlaceIndex, Scope
from services.households.domain.register_cells import household_number
from services.households.domain.register_columns import Column, RegisterColumns, find_columns
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold, judge_household
from services.households.domain.register_row import PersonRow, RefusedRow, RowReader
from shared.sheets.cells import Cell, squeezed, text_of

OPEN_ROWS = 200_000

Rows: TypeAlias = Iterable[tuple[int, Sequence[Cell]]]
Outcome: TypeAlias = RegisterHousehold | RefusedHousehold


class RegisterReading:
    """One reading of a register. `open_rows` starts the file's rows (row number from 1, cells) anew each time;
    `scope` names the places that the file may speak of; `merged_rows` are rows inside merged cells.

    Iterating yields every household once, taken or refused. Raises the header's errors when made, and
    RegisterTooScattered while iterating."""

    def __init__(
        self,
        open_rows: Callable[[], Rows],
        places: PlaceIndex,
        today: date,
        scope: Scope = "",
        merged_rows: Container[int] = (),
    ) -> None:
        self._open_rows = open_rows
        self.columns: RegisterColumns = find_columns(cells for _, cells in open_rows())
        self.skipped_rows = 0
        self._reader = RowReader(self.columns, places, today, scope, merged_rows)

    def __iter__(self) -> Iterator[Outcome]:
        plan = plan_groups(self._rows(), self.columns)
        self.skipped_rows = 0
        return judge_all(self._people(), plan)

    def _rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        header_row = self.columns.header_row
        return ((row, cells) for row, cells in self._open_rows() if row > header_row)

    def _people(self) -> Iterator[PersonRow | RefusedRow]:
        read = self._reader.read
        for row, cells in self._rows():
            person = read(row, cells)
            if person is None:
                self.skipped_rows += 1
            else:
                yield person


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What the first pass saw: `places` says for the hash of a household number in how many places of the file its
    rows stand (only if more than one); `repeated_ids` are ID numbers, by their first 17 digits, that stand in more
    than one row."""

    places: dict[int, int]
    repeated_ids: frozenset[int]


def plan_groups(rows: Rows, columns: RegisterColumns) -> GroupPlan:
    """The first pass over the rows after the header."""
    number_at = columns.positions[Column.HOUSEHOLD_NUMBER]
    id_at = columns.positions[Column.ID_NUMBER]
    households, people = _Seen(), _Seen()
    previous: str | None = None
    for _, cells in rows:
        cells_there = len(cells)
        number = _number(cells[number_at]) if number_at < cells_there else None
        if number is not None and number != previous:
            households.add(hash(number))
            previous = number
        digits = _first_seventeen(cells[id_at]) if id_at < cells_there else None
        if digits is not None:
            people.add(digits)
    return GroupPlan(households.repeated(), frozenset(people.repeated()))


def judge_all(rows: Iterable[PersonRow | RefusedRow], plan: GroupPlan) -> Iterator[Outcome]:
    """The rows as households, each judged when the last of its rows has passed; a row without a household number
    at once and alone."""
    places_left = dict(plan.places)
    waiting: dict[str, list[PersonRow | RefusedRow]] = {}
    rows_waiting = 0
    for number, run in _runs(rows):
        if number is None:
            yield RefusedHousehold(None, tuple(row for row in run if isinstance(row, RefusedRow)))
            continue
        left = places_left.pop(hash(number), 1) - 1
        if left:
            places_left[hash(number)] = left
            waiting.setdefault(number, []).extend(run)
            rows_waiting += len(run)
            if rows_waiting > OPEN_ROWS:
                raise RegisterTooScattered
            continue
        earlier = waiting.pop(number, [])
        rows_waiting -= len(earlier)
        yield judge_household(number, earlier + run, plan.repeated_ids)
    for number, held in waiting.items():  # only where two numbers share a hash
        yield judge_household(number, held, plan.repeated_ids)


def _runs(
    rows: Iterable[PersonRow | RefusedRow],
) -> Iterator[tuple[str | None, list[PersonRow | RefusedRow]]]:
    """Neighbouring rows of one household number. A row without a number comes alone and does not part them."""
    number: str | None = None
    run: list[PersonRow | RefusedRow] = []
    for row in rows:
        if row.household_number is None:
            yield None, [row]
            continue
        if row.household_number != number:
            if run:
                yield number, run
            number, run = row.household_number, []
        run.append(row)
        if len(run) > OPEN_ROWS:
            raise RegisterTooScattered
    if run:
        yield number, run


class _Seen:
    """Which of many numbers came more than once, at eight bytes each: they are kept as machine integers in 256
    parts, and a part is sorted by itself at the end. A set of Python integers would take ten times as much."""

    def __init__(self) -> None:
        self._parts = tuple(array("q") for _ in range(256))

    def add(self, number: int) -> None:
        self._parts[number & 255].append(number)

    def repeated(self) -> dict[int, int]:
        """The numbers that came more than once, with how often."""
        found: dict[int, int] = {}
        for part in self._parts:
            if len(part) > len(set(part)):
                found |= {number: times for number, times in Counter(part).items() if times > 1}
        return found


def _number(cell: Cell) -> str | None:
    try:
        return household_number(cell)
    except ValueRefused:
        return None


def _first_seventeen(cell: Cell) -> int | None:
    """The first 17 digits of anything that looks like an ID number."""
    text = cell if type(cell) is str and len(cell) == LENGTH else squeezed(text_of(cell))
    digits = text[: LENGTH - 1]
    return int(digits) if len(text) >= LENGTH and digits.isascii() and digits.isdigit() else None
