import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.households.domain import register_reading
from services.households.domain.errors import RegisterColumnsMissing, RegisterTooScattered
from services.households.domain.place_name import PlaceIndex
from services.households.domain.register_columns import Column
from services.households.domain.register_household import RefusedHousehold, RegisterHousehold
from services.households.domain.register_reading import Outcome, RegisterReading
from shared.sheets.cells import Cell
from tests.builders.places import read_places
from tests.builders.register import InventedHousehold, RegisterStyle, invent_household, register_rows

TODAY = date(2026, 11, 24)
PLACES = PlaceIndex(read_places())
Table = Sequence[Sequence[Cell]]


def reading(table: Table, scope: str = "") -> RegisterReading:
    return RegisterReading(lambda: enumerate(table, start=1), PLACES, TODAY, scope)


def outcomes(table: Table) -> list[Outcome]:
    return list(reading(table))


def contents(found: Sequence[Outcome]) -> dict[str, bytes]:
    return {household.number: household.content() for household in found if isinstance(household, RegisterHousehold)}


def codes(found: Sequence[Outcome]) -> list[str]:
    return [
        finding.code
        for household in found
        if isinstance(household, RefusedHousehold)
        for row in household.rows
        for finding in row.findings
    ]


def households(count: int) -> list[InventedHousehold]:
    return [invent_household(index, 1 + index % 4) for index in range(count)]


def test_a_sorted_register_gives_every_household_in_its_order() -> None:
    found = outcomes(register_rows(households(20)))
    assert [household.number for household in found] == [household.number for household in households(20)]
    assert all(isinstance(household, RegisterHousehold) for household in found)


def test_a_sorted_register_is_judged_as_it_streams() -> None:
    """A household comes out as soon as the next one begins, so nothing is held."""
    table = register_rows(households(50))
    passed = 0

    def rows() -> Iterator[tuple[int, Sequence[Cell]]]:
        nonlocal passed
        for row, cells in enumerate(table, start=1):
            passed = row
            yield row, cells

    stream = iter(RegisterReading(rows, PLACES, TODAY))
    first = next(stream)
    assert isinstance(first, RegisterHousehold)
    assert passed == first.head.row + 1


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_changes_nothing(order: random.Random) -> None:
    invented = households(8)
    straight = contents(outcomes(register_rows(invented)))
    shuffled_columns = tuple(order.sample(list(Column), k=len(Column)))
    header, *rows = register_rows(invented, RegisterStyle(columns=shuffled_columns))
    order.shuffle(rows)
    assert contents(outcomes([header, *rows])) == straight
    assert len(straight) == 8


def test_a_good_household_is_taken_beside_a_bad_one() -> None:
    good, bad, fine = households(3)
    wrong = replace(bad, people=(replace(bad.people[0], id_number="5.13027E+17"), *bad.people[1:]))
    found = outcomes(register_rows([good, wrong, fine]))
    assert list(contents(found)) == [good.number, fine.number]
    assert "id_number_damaged_by_excel" in codes(found)


def test_a_person_in_two_households_refuses_both_wherever_they_stand() -> None:
    one, two, three = (invent_household(index, 2) for index in range(3))
    moved = replace(three, people=(three.people[0], replace(three.people[1], id_number=one.people[0].id_number)))
    header, *rows = register_rows([one, two, moved])
    for order in (rows, rows[::-1]):
        found = outcomes([header, *order])
        assert list(contents(found)) == [two.number]
        assert sorted(codes(found)) == ["household_refused"] * 2 + ["id_number_in_two_households"] * 2


def test_a_person_is_known_again_in_another_writing() -> None:
    one, two = (invent_household(index, 1) for index in range(2))
    written = "'" + one.people[0].id_number[:6] + " " + one.people[0].id_number[6:].lower()
    again = replace(two, people=(replace(two.people[0], id_number=written),))
    assert codes(outcomes(register_rows([one, again]))) == ["id_number_in_two_households"] * 2


def test_rows_without_a_household_number_are_refused_alone() -> None:
    one, two = (invent_household(index, 3) for index in range(2))
    header, *rows = register_rows([one, replace(invent_household(9, 1), number=""), two])
    lost = rows.pop(3)
    found = outcomes([header, *rows[:2], lost, *rows[2:]])
    assert len(contents(found)) == 2
    assert [
        (household.number, len(household.rows)) for household in found if isinstance(household, RefusedHousehold)
    ] == [(None, 1)]


def test_a_row_lost_inside_a_household_makes_its_size_wrong() -> None:
    header, *rows = register_rows([invent_household(3, 3)])
    assert "household_size_differs" in codes(outcomes([header, *rows[:2]]))


def test_every_row_is_answered_once() -> None:
    """No row is lost and none counted twice, whatever is wrong with the file."""
    order = random.Random(3)  # noqa: S311 - an order, not a secret
    header, *rows = register_rows(households(40))
    for row in order.sample(rows, k=30):
        row[order.randrange(32)] = order.choice(["", "错", "5.1E+17", "\0", None, 1e300])
    order.shuffle(rows)
    found = reading([header, *rows])
    answered = 0
    for outcome in found:
        answered += len(outcome.members if isinstance(outcome, RegisterHousehold) else outcome.rows)
    assert answered + found.skipped_rows == len(rows)


def test_titles_footers_and_repeated_headers_are_skipped_and_counted() -> None:
    table = register_rows(households(4), RegisterStyle(header_row=4))
    header = table[3]
    table.insert(8, header)
    table += [[], ["合计", "10人"], ["填表人：王五"]]
    found = reading(table)
    assert len(contents(list(found))) == 4
    assert found.columns.header_row == 4
    assert found.skipped_rows == 4


def test_the_same_register_may_be_read_again() -> None:
    found = reading([*register_rows(households(5)), ["合计"]])
    assert contents(list(found)) == contents(list(found))
    assert found.skipped_rows == 1


def test_a_scope_refuses_households_of_other_places() -> None:
    table = register_rows(households(2))
    assert codes(list(reading(table, scope="511922")))[0] == "place_outside_scope"
    assert len(contents(list(reading(table, scope="511921122")))) == 2


def test_a_register_without_a_required_column_is_refused_before_any_row() -> None:
    columns = tuple(column for column in Column if column is not Column.SIZE)
    with pytest.raises(RegisterColumnsMissing):
        reading(register_rows(households(2), RegisterStyle(columns=columns)))


def test_a_register_too_scattered_to_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_reading, "OPEN_ROWS", 10)
    header, *rows = register_rows([invent_household(index, 2) for index in range(12)])
    heads_first = rows[0::2] + rows[1::2]
    with pytest.raises(RegisterTooScattered):
        outcomes([header, *heads_first])
    assert len(outcomes([header, *rows])) == 12
    pairs = [rows[at : at + 4] for at in range(0, len(rows), 4)]
    crossed = [row for one, two, three, four in pairs for row in (one, three, two, four)]
    assert len(contents(outcomes([header, *crossed]))) == 12


def test_a_file_of_one_endless_household_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_reading, "OPEN_ROWS", 10)
    header, row = register_rows([invent_household(1, 1)])
    with pytest.raises(RegisterTooScattered):
        outcomes([header, *[row] * 20])


def test_two_numbers_of_one_hash_are_still_two_households(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_reading, "hash", len, raising=False)
    found = outcomes(register_rows([invent_household(index, 2) for index in range(6)]))
    assert len(contents(found)) == 6
