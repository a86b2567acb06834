"""Do these rows make a household that the register may bring in?

Exactly one head, as many rows as 人数 says, the same village and household facts on every row, nobody twice in the
file. A household with any bad row is refused as a whole; its neighbours are taken (domain rules 1.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

import orjson

from services.households.domain.masking import mask_id_number
from services.households.domain.register_columns import Column
from services.households.domain.register_findings import Finding
from services.households.domain.register_row import PersonRow, RefusedRow, RegisterFacts
from services.households.domain.register_values import Relation

_COLUMN_OF_FACT = {
    "village_code": Column.VILLAGE,
    "group": Column.GROUP,
    "size": Column.SIZE,
    "causes": Column.CAUSE,
    "dangerous_house": Column.DANGEROUS_HOUSE,
    "safe_water": Column.SAFE_WATER,
    "net_income_per_head_cents": Column.NET_INCOME,
    "phone": Column.HOUSEHOLD_PHONE,
    "first_identified": Column.FIRST_IDENTIFIED,
    "kind": Column.HOUSEHOLD_TYPE,
    "monitoring": Column.MONITORING_TYPE,
    "risk_removed": Column.RISK_REMOVED,
    "risk_identified": Column.RISK_IDENTIFIED,
    "risk_removed_on": Column.RISK_REMOVED_ON,
    "data_date": Column.DATA_DATE,
}
_content_of_facts = attrgetter(*[name for name in _COLUMN_OF_FACT if name not in {"size", "data_date"}])
_content_of_person = attrgetter(
    *[
        "resident.number" if field.name == "resident" else field.name
        for field in fields(PersonRow)
        if field.name not in {"row", "household_number", "facts"}
    ]
)


@dataclass(frozen=True, slots=True)
class RegisterHousehold:
    """A household to take. `members` stand head first, the others by ID number; `facts` are those of all rows."""

    number: str
    facts: RegisterFacts
    members: tuple[PersonRow, ...]

    @property
    def head(self) -> PersonRow:
        return self.members[0]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(warning for member in self.members for warning in member.warnings)

    def content(self) -> bytes:
        """What the file says about this household, in one canonical form: the same for the same facts, whatever
        the order of rows and columns, the way dates are written, or the day of the export. The storage makes a
        keyed digest of it and leaves a household alone whose digest it knows."""
        said = (
            self.number,
            _content_of_facts(self.facts),
            [_content_of_person(member) for member in self.members],
        )
        return orjson.dumps(said)

    def refused(self, code: str, row: int | None = None, column: str = "", value: str = "") -> "RefusedHousehold":
        """This household, refused for a reason found later (a member who is registered elsewhere). `row` is the
        row at fault, the head's if None; `value` must be masked."""
        at_fault = self.head.row if row is None else row
        return _refused(self.number, self.members, [Finding(at_fault, column, code, value)])


@dataclass(frozen=True, slots=True)
class RefusedHousehold:
    """Rows that were not taken, in the order of the file; `number` is None for a row without a readable one."""

    number: str | None
    rows: tuple[RefusedRow, ...]


def judge_household(
    number: str, rows: Sequence[PersonRow | RefusedRow], repeated_ids: frozenset[int] = frozenset()
) -> RegisterHousehold | RefusedHousehold:
    """The household of all of the file's rows with this number, in any order. `repeated_ids` holds the first 17
    digits, as a number, of ID numbers that the file has more than once."""
    in_order = sorted(rows, key=attrgetter("row"))
    people = [row for row in in_order if isinstance(row, PersonRow)]
    findings = [
        *_head_faults(people, whole=len(people) == len(rows)),
        *_size_faults(people, len(rows)),
        *_differing_facts(people),
        *_repeated_people(people, repeated_ids),
    ]
    if findings or len(people) < len(rows):
        return _refused(number, in_order, findings)
    others = [person for person in people if person.relation is not Relation.HEAD]
    head = next(person for person in people if person.relation is Relation.HEAD)
    members = (head, *sorted(others, key=attrgetter("resident.number")))
    return RegisterHousehold(number, _facts_of_all(members), members)


def _refused(number: str, rows: Sequence[PersonRow | RefusedRow], findings: Sequence[Finding]) -> RefusedHousehold:
    """Every row with its own findings; a row without any points to the first that has one."""
    of_row: dict[int, list[Finding]] = {
        row.row: list(row.findings) if isinstance(row, RefusedRow) else [] for row in rows
    }
    for finding in findings:
        of_row[finding.row].append(finding)
    first = min(row for row, found in of_row.items() if found)
    return RefusedHousehold(
        number,
        tuple(
            RefusedRow(row, number, tuple(found or [Finding(row, "", "household_refused", detail=str(first))]))
            for row, found in sorted(of_row.items())
        ),
    )


def _head_faults(people: Sequence[PersonRow], *, whole: bool) -> list[Finding]:
    """A missing head is only said when no refused row could be the head."""
    heads = [person for person in people if person.relation is Relation.HEAD]
    if not heads:
        return [Finding(people[0].row, Column.RELATION, "household_head_missing")] if whole else []
    first = str(heads[0].row)
    return [Finding(head.row, Column.RELATION, "household_head_repeated", detail=first) for head in heads[1:]]


def _size_faults(people: Sequence[PersonRow], rows: int) -> list[Finding]:
    if not people:
        return []
    stated = next((person for person in people if person.facts.size is not None), None)
    if stated is None:
        return [Finding(people[0].row, Column.SIZE, "household_size_missing")]
    if stated.facts.size == rows:
        return []
    return [Finding(stated.row, Column.SIZE, "household_size_differs", str(stated.facts.size), str(rows))]


def _differing_facts(people: Sequence[PersonRow]) -> list[Finding]:
    """Household facts may be blank on some rows, but where they stand they say the same."""
    if all(person.facts is people[0].facts for person in people):
        return []
    findings = []
    for name, column in _COLUMN_OF_FACT.items():
        first: PersonRow | None = None
        for person in people:
            value = getattr(person.facts, name)
            if value is None or value == ():
                continue
            if first is None:
                first = person
            elif value != getattr(first.facts, name):
                detail = str(first.row)
                findings.append(Finding(person.row, column, "household_values_differ", detail=detail))
    return findings


def _repeated_people(people: Sequence[PersonRow], repeated_ids: frozenset[int]) -> list[Finding]:
    numbers = [person.resident.number for person in people]
    if len(set(numbers)) < len(numbers):
        first_rows: dict[str, int] = {}
        return [
            _same_person(person, "id_number_twice_in_household", str(first))
            for person in people
            if (first := first_rows.setdefault(person.resident.number, person.row)) != person.row
        ]
    if not repeated_ids:
        return []
    elsewhere = (person for person in people if int(person.resident.number[:17]) in repeated_ids)
    return [_same_person(person, "id_number_in_two_households") for person in elsewhere]


def _same_person(person: PersonRow, code: str, detail: str = "") -> Finding:
    return Finding(person.row, Column.ID_NUMBER, code, mask_id_number(person.resident.number), detail)


def _facts_of_all(members: Sequence[PersonRow]) -> RegisterFacts:
    """The facts of the rows together: what one row leaves blank, another may say."""
    facts = members[0].facts
    if all(member.facts is facts for member in members):
        return facts
    filled: dict[str, Any] = {}
    for name in _COLUMN_OF_FACT:
        values = (getattr(member.facts, name) for member in members)
        filled[name] = next((value for value in values if value is not None and value != ()), getattr(facts, name))
    return replace(facts, **filled)
