"""The invented people are plausible, marked, and never share an ID number, a phone or an id."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from bashan.demo.population import DemoHousehold, DemoMember, DemoUnit, generate_unit
from tests.builders.demo_units import plan, sample, township
from tests.builders.population_rules import TODAY

LATER = date(2027, 5, 1)


def members(units: tuple[DemoUnit, ...]) -> Iterator[tuple[DemoUnit, DemoHousehold, DemoMember]]:
    for unit in units:
        for household in unit.households:
            for member in household.members:
                yield unit, household, member


def age_on(day: date, born: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def test_every_unit_has_exactly_its_households_and_its_poor_households() -> None:
    for unit in sample():
        assert len(unit.households) == unit.plan.row.households
        assert sum(household.on_poverty_list for household in unit.households) == unit.plan.row.poor_households


def test_the_township_is_the_one_of_the_report() -> None:
    assert sum(len(unit.households) for unit in township()) == 2_572
    assert sum(household.on_poverty_list for unit in township() for household in unit.households) == 934


def test_every_id_number_has_its_check_digit_birth_date_and_sex() -> None:
    for _, _, member in members(sample()):
        number = member.id_number
        # ISO 7064 MOD 11-2 from its definition: the digits weighted with powers of two are congruent to 1.
        values = [10 if char == "X" else int(char) for char in number]
        assert sum(value * 2 ** (17 - place) for place, value in enumerate(values)) % 11 == 1
        assert number[6:14] == member.birth_date.strftime("%Y%m%d")
        assert (int(number[16]) % 2 == 1) == (member.sex == "male")


def test_county_codes_are_those_that_existed_when_the_person_was_born() -> None:
    for _, _, member in members(sample()):
        year = member.birth_date.year
        expected = "5130" if year <= 1993 else "5137" if year <= 2000 else "5119"
        assert member.id_number.startswith(expected)


def test_an_id_number_names_its_unit_so_that_no_two_units_can_share_one() -> None:
    for unit, _, member in members(sample()):
        slot = int(member.id_number[14:17]) // 2
        day_class = member.birth_date.toordinal() % 4
        assert (slot - 1) + 499 * day_class == unit.plan.row.index


def test_no_two_people_of_one_sex_share_a_birthday_within_a_unit() -> None:
    for unit in sample():
        seen = [(m.birth_date, m.sex) for household in unit.households for m in household.members]
        assert len(seen) == len(set(seen))


def test_ids_phones_and_register_numbers_are_unique_and_ids_have_the_form_of_uuid_7() -> None:
    units = {unit.plan.row.code: unit for unit in sample()}.values()
    households = [household for unit in units for household in unit.households]
    people = [member for household in households for member in household.members]
    ids = [UUID(h.household_id) for h in households] + [UUID(m.member_id) for m in people]
    ids += [UUID(loan.loan_id) for unit in units for loan in unit.loans]
    assert len(set(ids)) == len(ids)
    assert {found.version for found in ids} == {7}
    assert len({m.id_number for m in people}) == len(people)
    phones = [m.phone for m in people if m.phone]
    assert len(set(phones)) == len(phones)
    assert len({h.register_number for h in households}) == len(households)
    assert all(h.phone == h.members[0].phone for h in households)


def test_every_household_is_marked_as_demonstration() -> None:
    for unit in sample():
        for household in unit.households:
            assert household.demo
            assert "示范" in household.address
            assert household.phone.startswith("154")
            assert (household.handbook_number is None) == (not household.on_poverty_list)
            assert household.handbook_number is None or household.handbook_number.startswith("示范-")


@pytest.mark.parametrize("day", [TODAY, LATER])
def test_the_able_bodied_workers_between_16_and_59_are_the_workers_of_the_facts(day: date) -> None:
    for unit in sample():
        for household, file in zip(unit.households, unit.files, strict=True):
            able = [m for m in household.members if m.has_capacity]
            assert all(16 <= age_on(day, m.birth_date) <= 59 for m in able)
            assert len(able) == file.facts.workers
            assert len(household.members) == file.facts.people
            assert file.household_id == household.household_id


def test_the_head_stands_first_and_holds_the_skill_of_the_facts() -> None:
    for unit in sample():
        for household, file in zip(unit.households, unit.files, strict=True):
            relations = [member.relation for member in household.members]
            assert relations[0] == "户主"
            assert "户主" not in relations[1:]
            assert relations.count("配偶") <= 1
            assert household.members[0].trained == file.facts.skill


def test_parents_are_older_and_children_younger_than_the_head_by_half_a_generation_or_more() -> None:
    for unit in sample():
        for household in unit.households:
            head = household.members[0].birth_date.year
            for member in household.members:
                if member.relation in ("之父", "之母"):
                    assert head - member.birth_date.year >= 16
                if member.relation in ("之子", "之女", "之孙子", "之孙女", "之外孙子", "之外孙女"):
                    assert member.birth_date.year - head >= 16


def test_only_poor_households_have_type_causes_and_dates_and_all_dates_are_past() -> None:
    for unit in sample():
        for household in unit.households:
            on_list = household.on_poverty_list
            assert on_list == bool(household.causes) == (household.poverty_type is not None)
            assert on_list == (household.first_identified is not None)
            assert (household.status == "out_of_poverty") == (household.exited_on is not None)
            days = (household.first_identified, household.exited_on, household.risk_identified, household.risk_removed)
            assert all(day <= TODAY for day in days if day)
            assert (household.monitoring_class is None) == (household.risk_identified is None)


def test_a_household_keeps_its_ids_and_numbers_when_generated_on_another_day() -> None:
    code = township()[0].plan.row.code
    later = generate_unit(plan(), code, LATER)
    for before, after in zip(township()[0].households, later.households, strict=True):
        assert before.household_id == after.household_id
        assert before.register_number == after.register_number
        assert before.status == after.status
