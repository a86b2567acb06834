"""What does a household's record say after the register has spoken?

The register does not know everything. A blank cell, or a column that the file lacks, says nothing and leaves the
record as it is; what the register says replaces what stood there. People are the same people by their ID number:
they keep their member ids. Whoever the register no longer lists has left the household.

    户类型        status             一般农户 general, 贫困户 poor, 脱贫户 out_of_poverty; 监测对象 says nothing of it
    监测对象类型   monitoring_type    unstable, marginal, sudden
    危房户        housing_dangerous  also by its grade, C级 or D级, which is kept as housing_grade
    劳动技能      skill              the list's own word, like 文化程度 and 与户主关系
    致贫原因1     causes             the first of several: a record that has it among others keeps them all
    dates                           the first of the month where only the month is known
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from services.households.domain.fuzzy_date import FuzzyDate
from services.households.domain.household import Household, HouseholdFacts, Member, changed_fields
from services.households.domain.register_household import RegisterHousehold
from services.households.domain.register_row import PersonRow, RegisterFacts
from services.households.domain.register_values import (
    EDUCATIONS,
    HOUSEHOLD_KINDS,
    LABOUR_SKILLS,
    MONITORING_TYPES,
    RELATIONS,
    DangerousHouse,
    HouseholdKind,
    MonitoringType,
    Relation,
)

NOT_IN_REGISTER = "not_in_register"
_Value = TypeVar("_Value")


def _first_words(table: Mapping[str, _Value]) -> dict[_Value, str]:
    """Value → the national system's own word for it, which stands first."""
    return {value: word for word, value in reversed(list(table.items()))}


_RELATION = _first_words(RELATIONS)
_EDUCATION = _first_words(EDUCATIONS)
_SKILL = _first_words(LABOUR_SKILLS)
_MONITORING = {
    MonitoringType.UNSTABLE: "unstable",
    MonitoringType.MARGINAL: "marginal",
    MonitoringType.SUDDEN_HARDSHIP: "sudden",
}
_GRADE = {DangerousHouse.GRADE_C: "C", DangerousHouse.GRADE_D: "D"}
_STATUS = {
    HouseholdKind.GENERAL: "general",
    HouseholdKind.POOR: "poor",
    HouseholdKind.OUT_OF_POVERTY: "out_of_poverty",
}

STATUS_WORDS = {_STATUS[kind]: word for kind, word in _first_words(HOUSEHOLD_KINDS).items() if kind in _STATUS}
MONITORING_WORDS = {_MONITORING[kind]: word for kind, word in _first_words(MONITORING_TYPES).items()}
"""The record's words → the national list's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record holds of a household before the import: as it stands, and those who left it earlier."""

    household: Household
    former: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """A household after the import. `changed` names the record's fields that differ, empty when nothing does.

    `written` are the members whose rows differ, those who `left` included; `arrived` are those who join (again).
    `before` is the household as it stood, None for a new one.
    """

    register: RegisterHousehold
    household: Household
    changed: tuple[str, ...]
    written: tuple[Member, ...]
    arrived: tuple[Member, ...]
    left: tuple[Member, ...] = ()
    before: Household | None = None


def merge(register: RegisterHousehold, standing: Standing | None, today: date, new_id: Callable[[], UUID]) -> Merged:
    """The household of a register as the record is to hold it; it is new when `standing` is None."""
    if standing is None:
        members = _in_order([_new_member(person, new_id()) for person in register.members])
        household = Household(new_id(), _facts(register, None), members)
        return Merged(register, household, ("members",), members, members)
    before = standing.household
    living = {member.id_number: member for member in before.members}
    known = {member.id_number: member for member in standing.former} | living
    members = _in_order(
        [_member(person, known.get(person.resident.number), today, new_id) for person in register.members]
    )
    facts = _facts(register, before.facts)
    listed = {member.member_id for member in members}
    left = tuple(
        replace(member, left_on=today, left_reason=NOT_IN_REGISTER, is_head=False)
        for member in before.members
        if member.member_id not in listed
    )
    as_before = {member.member_id: member for member in before.members}
    moved = facts.village_code != before.facts.village_code
    differing = [member for member in members if moved or as_before.get(member.member_id) != member]
    changed = changed_fields(before.facts, facts)
    if left or any(as_before.get(member.member_id) != member for member in members):
        changed = (*changed, "members")
    version = before.version + 1 if changed else before.version
    household = Household(before.household_id, facts, members, version)
    arrived = tuple(member for member in members if member.member_id not in as_before)
    return Merged(register, household, changed, (*differing, *left), arrived, left, before)


def _in_order(members: Sequence[Member]) -> tuple[Member, ...]:
    """As the record lists them: the head, then by age."""
    return tuple(sorted(members, key=lambda member: (not member.is_head, member.birth_date, member.member_id)))


def _facts(register: RegisterHousehold, before: HouseholdFacts | None) -> HouseholdFacts:
    said = _said_of_household(register.facts)
    if before is None:
        return HouseholdFacts(register.facts.village_code, register_number=register.number, **said)
    if set(said.get("causes", ())) <= set(before.causes):
        said.pop("causes", None)
    return replace(before, village_code=register.facts.village_code, **said)


def _said_of_household(facts: RegisterFacts) -> dict[str, Any]:
    monitoring = _MONITORING[facts.monitoring] if facts.monitoring else None
    said = {
        "status": _status(facts),
        "group_name": facts.group,
        "phone": facts.phone,
        "first_identified_on": _day(facts.first_identified),
        "causes": facts.causes or None,
        "monitoring_type": monitoring,
        "risk_removed": facts.risk_removed,
        "risk_found_on": _day(facts.risk_identified),
        "risk_removed_on": _day(facts.risk_removed_on),
        "housing_grade": _GRADE.get(facts.dangerous_house) if facts.dangerous_house else None,
        "housing_dangerous": facts.dangerous_house and facts.dangerous_house is not DangerousHouse.NO,
        "safe_water": facts.safe_water,
        "net_income_per_head_cents": facts.net_income_per_head_cents,
    }
    return {name: value for name, value in said.items() if value is not None}


def _status(facts: RegisterFacts) -> str | None:
    """监测对象 says that a household is watched, not whether it was poor; 脱贫不稳定户 were, by what they are."""
    if facts.kind is HouseholdKind.MONITORED:
        return "out_of_poverty" if facts.monitoring is MonitoringType.UNSTABLE else None
    return _STATUS[facts.kind] if facts.kind else None


def _member(person: PersonRow, before: Member | None, today: date, new_id: Callable[[], UUID]) -> Member:
    """Whoever had left is back from the day on which the register says so."""
    if before is None:
        return _new_member(person, new_id())
    joined_on = before.joined_on if before.left_on is None else today
    return replace(before, **_said_of_person(person), joined_on=joined_on, left_on=None, left_reason=None)


def _new_member(person: PersonRow, member_id: UUID) -> Member:
    resident = person.resident
    said = _said_of_person(person)
    return Member(
        member_id=member_id,
        id_number=resident.number,
        sex=resident.sex.value,
        birth_date=resident.birth_date,
        **said,
    )


def _said_of_person(person: PersonRow) -> dict[str, Any]:
    said = {
        "name": person.name,
        "relation": _RELATION[person.relation],
        "is_head": person.relation is Relation.HEAD,
        "person_number": person.person_number,
        "ethnicity": person.ethnicity,
        "education": _EDUCATION[person.education] if person.education else None,
        "schooling": person.schooling,
        "health": person.health,
        "skill": _SKILL[person.labour_skill] if person.labour_skill else None,
        "work_months": person.work_months,
        "serious_illness_insurance": person.serious_illness_insurance,
        "phone": person.phone,
        "identified_on": _day(person.identified),
    }
    return {name: value for name, value in said.items() if value is not None}


def _day(date_: FuzzyDate | None) -> date | None:
    return date_.day if date_ else None
