from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.errors import ValueRefused
from services.households.domain.id_number import Sex, certificate_id, check_character, resident_id
from shared.sheets.cells import Cell
from tests.builders.register import invented_id_number

TODAY = date(2026, 11, 24)
# The worked example of GB 11643.
KNOWN = "11010519491231002X"

births = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)


def reason(cell: Cell) -> str:
    with pytest.raises(ValueRefused) as refused:
        certificate_id(cell, TODAY)
    return refused.value.reason


def test_the_standards_own_example_is_valid() -> None:
    person = resident_id(KNOWN, TODAY)
    assert (person.number, person.birth_date, person.sex) == (KNOWN, date(1949, 12, 31), Sex.FEMALE)
    assert person.warnings == ()


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "110105\u300019491231\u00a0002X",
        "'11010519491231002X",
        '="11010519491231002X"',
        "\ufeff11010519491231002X",
    ],
)
def test_the_ways_offices_write_a_number_are_one_number(written: str) -> None:
    assert certificate_id(written, TODAY).number == KNOWN
    assert resident_id(written, TODAY).number == KNOWN


@given(births, st.integers(0, 499), st.booleans(), st.sampled_from(["513027", "513701", "511921", "450327"]))
def test_every_number_with_a_true_check_character_is_taken(birth: date, serial: int, male: bool, region: str) -> None:
    number = invented_id_number(birth, serial, male=male, region=region)
    person = certificate_id(number, TODAY)
    assert (person.number, person.birth_date) == (number, birth)
    assert person.sex is (Sex.MALE if male else Sex.FEMALE)
    assert "id_number_region_unknown" not in person.warnings


@given(births, st.integers(0, 499), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth: date, serial: int, place: int, shift: int) -> None:
    number = invented_id_number(birth, serial, male=True)
    digit = 10 if number[place] == "X" else int(number[place])
    wrong = number[:place] + str((digit + shift) % 10) + number[place + 1 :]
    if wrong != number:
        with pytest.raises(ValueRefused):
            certificate_id(wrong, TODAY)


@given(births, st.integers(0, 499), st.integers(0, 16))
def test_two_neighbouring_digits_that_change_places_are_always_found(birth: date, serial: int, place: int) -> None:
    number = invented_id_number(birth, serial, male=False)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(ValueRefused):
            certificate_id(swapped, TODAY)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("19490230", "id_number_date_wrong"), ("19491301", "id_number_date_wrong"), ("18991231", "id_number_date_wrong")],
)
def test_a_birth_date_that_never_was_is_refused_with_a_true_check_digit(day: str, expected: str) -> None:
    digits = f"513027{day}001"
    assert reason(digits + check_character(digits)) == expected


def test_nobody_is_born_tomorrow() -> None:
    today_born = invented_id_number(TODAY, 1, male=True)
    assert certificate_id(today_born, TODAY).birth_date == TODAY
    assert reason(invented_id_number(TODAY + timedelta(days=1), 1, male=True)) == "id_number_date_wrong"


def test_the_29th_of_february_exists_in_leap_years_only() -> None:
    leap, common = "51302720000229001", "51302719000229001"
    assert certificate_id(leap + check_character(leap), TODAY).birth_date == date(2000, 2, 29)
    assert reason(common + check_character(common)) == "id_number_date_wrong"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, "id_number_missing"),
        ("", "id_number_missing"),
        ("  \u3000", "id_number_missing"),
        ("513027491231001", "id_number_old_format"),
        (513027491231001.0, "id_number_old_format"),
        ("5130271949123100", "id_number_length_wrong"),
        ("5130271949123100123", "id_number_length_wrong"),
        ("51302719491231OO1X", "id_number_characters_wrong"),
        ("513027194912310X1X", "id_number_characters_wrong"),
        ("11010519491231002Y", "id_number_characters_wrong"),
        ("٥١٣٠٢٧١٩٤٩١٢٣١٠٠١٢", "id_number_characters_wrong"),
        ("110105-19491231-002", "id_number_characters_wrong"),
        ("110105194912310021", "id_number_check_digit_wrong"),
        ("5.13027E+17", "id_number_damaged_by_excel"),
        ("5.1302719491231e17", "id_number_damaged_by_excel"),
        ("５．１３０２７Ｅ＋１７", "id_number_damaged_by_excel"),
        (513027194912310012.0, "id_number_damaged_by_excel"),
        (513027194912310012, "id_number_damaged_by_excel"),
        (float("nan"), "id_number_damaged_by_excel"),
        (float("inf"), "id_number_damaged_by_excel"),
        (True, "id_number_length_wrong"),
        (date(1990, 1, 1), "id_number_characters_wrong"),
    ],
)
def test_each_fault_has_its_own_code(cell: Cell, expected: str) -> None:
    assert reason(cell) == expected


def test_a_number_whose_last_three_digits_excel_made_zero_is_called_damaged() -> None:
    number = invented_id_number(date(1990, 3, 5), 7, male=True)
    assert number[-3:] != "000"
    assert reason(number[:15] + "000") == "id_number_damaged_by_excel"


def test_a_true_number_that_ends_in_three_zeros_is_taken_with_a_warning() -> None:
    true_ones = [
        number
        for day in range(60)
        for hundred in (100, 200, 300)
        if (number := invented_id_number(date(1980, 1, 1) + timedelta(days=day), hundred // 2, male=False))[-3:]
        == "000"
    ]
    assert true_ones
    assert all(certificate_id(number, TODAY).warnings == ("id_number_ends_in_000",) for number in true_ones)


def test_a_region_that_never_was_is_a_warning_only() -> None:
    number = invented_id_number(date(1980, 1, 1), 1, male=True, region="993027")
    assert certificate_id(number, TODAY).warnings == ("id_number_region_unknown",)


@pytest.mark.parametrize("more", ["43", "44B1"])
def test_a_disability_certificate_in_a_register_is_read_as_its_holders_id_number(more: str) -> None:
    person = certificate_id(KNOWN + more, TODAY)
    assert person.number == KNOWN
    assert person.warnings == ("id_number_from_disability_certificate",)


def test_a_form_takes_no_disability_certificate() -> None:
    with pytest.raises(ValueRefused) as refused:
        resident_id(KNOWN + "43", TODAY)
    assert refused.value.reason == "id_number_length_wrong"


@given(
    st.one_of(st.text(max_size=40), st.from_regex(r"[0-9]{14,20}[0-9X]?", fullmatch=True), st.floats(), st.integers())
)
def test_whatever_is_written_the_answer_is_a_number_or_a_reason_without_the_value(cell: Cell) -> None:
    try:
        number = certificate_id(cell, TODAY).number
    except ValueRefused as refused:
        said = f"{refused} {refused.data} {refused.sentence}"
    else:
        assert len(number) == 18
        return
    written = str(cell).strip()
    assert len(written) < 6 or written not in said
