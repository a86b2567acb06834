from dataclasses import replace
from datetime import date

from services.households.domain.amount import cents_of
from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_columns import Column, find_columns
from services.households.domain.register_household import (
    RefusedHousehold,
    RegisterHousehold,
    judge_household,
)
from services.households.domain.register_row import PersonRow, RefusedRow, RowReader
from services.households.domain.register_tally import RegisterTally
from services.households.domain.register_values import Relation
from tests.builders.places import read_places
from tests.builders.register import InventedHousehold, RegisterStyle, invent_household, register_rows

TODAY = date(2026, 11, 24)
PLACES = PlaceIndex(read_places())
COLUMNS = find_columns([[column.value for column in Column]])


PLAIN = RegisterStyle()


def rows_of(household: InventedHousehold, style: RegisterStyle = PLAIN) -> list[PersonRow | RefusedRow]:
    table = register_rows([household], style)
    reader = RowReader(find_columns(table[:1]), PLACES, TODAY)
    read = [reader.read(row, cells) for row, cells in enumerate(table[1:], start=2)]
    return [row for row in read if row is not None]


def judged(household: InventedHousehold) -> RegisterHousehold | RefusedHousehold:
    return judge_household(household.number, rows_of(household))


def taken(household: InventedHousehold) -> RegisterHousehold:
    outcome = judged(household)
    assert isinstance(outcome, RegisterHousehold), outcome
    return outcome


def lines(outcome: RegisterHousehold | RefusedHousehold) -> list[tuple[int, str, str, str]]:
    assert isinstance(outcome, RefusedHousehold), outcome
    return [(f.row, f.column, f.code, f.detail) for row in outcome.rows for f in row.findings]


def with_relations(household: InventedHousehold, *relations: str) -> InventedHousehold:
    people = (replace(p, relation=r) for p, r in zip(household.people, relations, strict=True))
    return replace(household, people=tuple(people))


def test_a_good_household_is_taken_head_first() -> None:
    invented = with_relations(invent_household(1, 3), "之子", "户主", "配偶")
    household = taken(invented)
    assert household.number == invented.number
    assert household.head.name == invented.people[1].name
    assert household.head.relation is Relation.HEAD
    assert len(household.members) == household.facts.size == 3
    assert household.facts.village_code == "511921122203"


def test_a_household_needs_exactly_one_head() -> None:
    none = with_relations(invent_household(1, 2), "配偶", "之子")
    assert lines(judged(none)) == [
        (2, "与户主关系", "household_head_missing", ""),
        (3, "", "household_refused", "2"),
    ]
    two = with_relations(invent_household(1, 3), "户主", "配偶", "户主")
    assert lines(judged(two)) == [
        (2, "", "household_refused", "4"),
        (3, "", "household_refused", "4"),
        (4, "与户主关系", "household_head_repeated", "2"),
    ]


def test_the_size_must_be_the_number_of_rows() -> None:
    outcome = judged(invent_household(1, 2, size=3))
    assert lines(outcome)[0] == (2, "人数", "household_size_differs", "2")
    assert isinstance(outcome, RefusedHousehold)
    assert outcome.rows[0].findings[0].value == "3"


def test_a_household_without_its_size_is_refused() -> None:
    blank = [
        replace(row, facts=replace(row.facts, size=None))
        for row in rows_of(invent_household(1, 2))
        if isinstance(row, PersonRow)
    ]
    assert lines(judge_household("1", blank))[0][2] == "household_size_missing"


def test_all_rows_are_in_one_village() -> None:
    here, there = rows_of(invent_household(1, 2)), rows_of(invent_household(1, 2, village="花山村"))
    assert lines(judge_household("1", [here[0], there[1]])) == [
        (2, "", "household_refused", "3"),
        (3, "行政村", "household_values_differ", "2"),
    ]


def test_household_facts_that_contradict_each_other_are_refused_and_blanks_are_filled() -> None:
    known = rows_of(invent_household(1, 2, net_income_cents=cents_of("8000") or 0))
    other = rows_of(invent_household(1, 2, net_income_cents=cents_of("9000") or 0))
    assert lines(judge_household("1", [known[0], other[1]]))[1] == (3, "人均纯收入", "household_values_differ", "2")
    head, spouse = known
    assert isinstance(head, PersonRow)
    blank_head = replace(head, facts=replace(head.facts, net_income_per_head_cents=None, causes=()))
    filled = judge_household("1", [blank_head, spouse])
    assert isinstance(filled, RegisterHousehold)
    assert filled.facts.net_income_per_head_cents == 800_000
    assert filled.facts.causes == ("因病",)


def test_nobody_is_in_a_household_twice() -> None:
    invented = invent_household(1, 3)
    again = replace(invented.people[2], id_number=invented.people[0].id_number)
    outcome = judged(replace(invented, people=(*invented.people[:2], again)))
    assert lines(outcome)[2] == (4, "证件号码", "id_number_twice_in_household", "2")
    assert isinstance(outcome, RefusedHousehold)
    number = invented.people[0].id_number
    assert outcome.rows[2].findings[0].value == f"{number[:4]}**********{number[-4:]}"


def test_a_person_who_stands_in_another_household_too_refuses_this_one() -> None:
    invented = invent_household(1, 2)
    repeated = frozenset({int(invented.people[1].id_number[:17])})
    outcome = judge_household(invented.number, rows_of(invented), repeated)
    assert lines(outcome) == [
        (2, "", "household_refused", "3"),
        (3, "证件号码", "id_number_in_two_households", ""),
    ]


def test_one_bad_row_refuses_the_whole_household_with_one_line_a_row() -> None:
    invented = invent_household(1, 3)
    bad = replace(invented.people[1], education="很高")
    outcome = judged(replace(invented, people=(invented.people[0], bad, invented.people[2])))
    assert lines(outcome) == [
        (2, "", "household_refused", "3"),
        (3, "文化程度", "education_unknown", ""),
        (4, "", "household_refused", "3"),
    ]


def test_a_bad_row_that_may_be_the_head_is_not_called_a_missing_head() -> None:
    invented = invent_household(1, 2)
    bad_head = replace(invented.people[0], name="")
    codes = [code for _, _, code, _ in lines(judged(replace(invented, people=(bad_head, invented.people[1]))))]
    assert codes == ["person_name_missing", "household_refused"]


def test_content_is_the_same_whatever_the_order_and_the_writing() -> None:
    invented = invent_household(5, 4)
    plain = taken(invented).content()
    styles = [
        RegisterStyle(dates="chinese", amounts="yuan"),
        RegisterStyle(dates="serial", amounts="number"),
        RegisterStyle(dates="cell", amounts="separators"),
        RegisterStyle(full_width=True),
        RegisterStyle(columns=tuple(reversed(Column))),
        RegisterStyle(extra_columns=("备注",)),
    ]
    for style in styles:
        outcome = judge_household(invented.number, list(reversed(rows_of(invented, style))))
        assert isinstance(outcome, RegisterHousehold)
        assert outcome.content() == plain, style


def test_content_does_not_depend_on_the_day_of_the_export_or_the_place_in_the_file() -> None:
    invented = invent_household(5, 4)
    later = taken(replace(invented, data_date=date(2024, 6, 30)))
    assert later.content() == taken(invented).content()
    moved = [replace(row, row=100 - row.row) for row in rows_of(invented)]
    outcome = judge_household(invented.number, moved)
    assert isinstance(outcome, RegisterHousehold)
    assert outcome.content() == later.content()


def test_any_changed_fact_changes_the_content() -> None:
    invented = invent_household(5, 2)
    head = invented.people[0]
    others = [
        replace(invented, net_income_cents=invented.net_income_cents + 1),
        replace(invented, village="花山村"),
        replace(invented, cause="因学"),
        replace(invented, phone=""),
        replace(invented, first_identified=date(2014, 1, 2)),
        replace(invented, people=(replace(head, name="王二"), invented.people[1])),
        replace(invented, people=(replace(head, health="残疾"), invented.people[1])),
        replace(invented, people=(replace(head, work_months=head.work_months % 12 + 1), invented.people[1])),
    ]
    contents = {taken(household).content() for household in (invented, *others)}
    assert len(contents) == len(others) + 1


def test_a_reason_found_later_refuses_a_household_in_the_same_form() -> None:
    household = taken(invent_household(1, 2))
    spouse = household.members[1]
    refused = household.refused("person_already_registered", spouse.row, Column.ID_NUMBER, "5130**********1234")
    assert lines(refused) == [
        (2, "", "household_refused", "3"),
        (3, "证件号码", "person_already_registered", ""),
    ]


def test_the_tally_counts_households_people_and_findings() -> None:
    tally = RegisterTally()
    tally.take(taken(invent_household(1, 3)))
    tally.take(taken(invent_household(2, 2)), changed=False)
    refused = judged(invent_household(3, 4, size=9))
    assert isinstance(refused, RefusedHousehold)
    tally.refuse(refused)
    tally.refuse(RefusedHousehold(None, refused.rows[:1]))
    assert (tally.households_taken, tally.people_taken) == (1, 3)
    assert (tally.households_unchanged, tally.people_unchanged) == (1, 2)
    assert (tally.households_refused, tally.rows_refused) == (1, 5)
    assert tally.faults == {"household_size_differs": 2, "household_refused": 3}
