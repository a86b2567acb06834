"""What does the national list say of a household, one row a person?

The other way round from `register_merge`, word for word: what is read back from an unmasked export changes nothing.
Words that the list does not know stay out, or the row could not be read again.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from services.households.domain.household import Household, HouseholdFacts, Member
from services.households.domain.masking import mask_id_number, mask_phone
from services.households.domain.register_columns import Column
from services.households.domain.register_merge import MONITORING_WORDS, STATUS_WORDS
from services.households.domain.register_values import EDUCATIONS, LABOUR_SKILLS

HEADINGS = tuple(column.value for column in Column)
DANGEROUS_GRADES = {"C": "C级", "D": "D级"}
Places = Mapping[str, str]


def rows_of(household: Household, places: Places, day: date, sequence: int, *, unmasked: bool) -> Iterator[list[str]]:
    """The rows, in the order of `HEADINGS`. `places`: code → name; `sequence` is the first row's number."""
    shared = _of_household(household, places, day, unmasked=unmasked)
    for number, member in enumerate(household.members, start=sequence):
        own = _of_member(member, unmasked=unmasked)
        yield [str(number), *(own.get(column) or shared.get(column) or "" for column in tuple(Column)[1:])]


def _of_household(household: Household, places: Places, day: date, *, unmasked: bool) -> dict[Column, str | None]:
    facts = household.facts
    village = facts.village_code
    phone = facts.phone if unmasked or facts.phone is None else mask_phone(facts.phone)
    return {
        Column.DATA_DATE: day.isoformat(),
        Column.COUNTY: places.get(village[:6]),
        Column.TOWNSHIP: places.get(village[:9]),
        Column.VILLAGE: places.get(village),
        Column.GROUP: facts.group_name,
        Column.HOUSEHOLD_NUMBER: facts.register_number,
        Column.SIZE: str(len(household.members)),
        Column.CAUSE: ",".join(facts.causes),
        Column.DANGEROUS_HOUSE: _dangerous(facts),
        Column.SAFE_WATER: _yes_no(facts.safe_water),
        Column.NET_INCOME: _yuan(facts.net_income_per_head_cents),
        Column.HOUSEHOLD_PHONE: phone,
        Column.FIRST_IDENTIFIED: _day(facts.first_identified_on),
        Column.HOUSEHOLD_TYPE: STATUS_WORDS.get(facts.status),
        Column.MONITORING_TYPE: MONITORING_WORDS.get(facts.monitoring_type or ""),
        Column.RISK_REMOVED: _yes_no(facts.risk_removed),
        Column.RISK_IDENTIFIED: _day(facts.risk_found_on),
        Column.RISK_REMOVED_ON: _day(facts.risk_removed_on),
    }


def _of_member(member: Member, *, unmasked: bool) -> dict[Column, str | None]:
    phone = member.phone if unmasked or member.phone is None else mask_phone(member.phone)
    return {
        Column.PERSON_NUMBER: member.person_number,
        Column.NAME: member.name,
        Column.ID_NUMBER: member.id_number if unmasked else mask_id_number(member.id_number),
        Column.RELATION: member.relation,
        Column.ETHNICITY: member.ethnicity,
        Column.EDUCATION: member.education if member.education in EDUCATIONS else None,
        Column.SCHOOLING: member.schooling,
        Column.HEALTH: member.health,
        Column.LABOUR_SKILL: member.skill if member.skill in LABOUR_SKILLS else None,
        Column.WORK_MONTHS: None if member.work_months is None else str(member.work_months),
        Column.SERIOUS_ILLNESS_INSURANCE: _yes_no(member.serious_illness_insurance),
        Column.PERSON_PHONE: phone,
        Column.PERSON_IDENTIFIED: _day(member.identified_on),
    }


def _dangerous(facts: HouseholdFacts) -> str | None:
    if facts.housing_dangerous and facts.housing_grade in DANGEROUS_GRADES:
        return DANGEROUS_GRADES[facts.housing_grade]
    return _yes_no(facts.housing_dangerous)


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def _yuan(cents: int | None) -> str | None:
    if cents is None:
        return None
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
