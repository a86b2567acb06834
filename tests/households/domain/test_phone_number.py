import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.errors import ValueRefused
from services.households.domain.phone_number import phone_number
from shared.sheets.cells import Cell


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800000001", "13800000001"),
        (13800000001.0, "13800000001"),
        (13800000001, "13800000001"),
        ("１３８００００００01", "13800000001"),
        ("138 0000 0001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+86 13800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("0827-5221234", "08275221234"),
        ("(0827)5221234", "08275221234"),
        ("010-12345678", "01012345678"),
    ],
)
def test_the_ways_offices_write_a_phone_are_one_number(written: Cell, number: str) -> None:
    assert phone_number(written) == number


@pytest.mark.parametrize("blank", [None, "", " ", "无", "-", "/"])
def test_no_phone_is_no_fault(blank: Cell) -> None:
    assert phone_number(blank) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "1380000000",
        "138000000011",
        "12800000001",
        "5221234",
        "13800000001/13900000002",
        "1380000000a",
        "0086",
        "1.38E+10",
        "00000000000",
        True,
        "²3800000001",
    ],
)
def test_what_cannot_be_called_is_refused(wrong: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        phone_number(wrong)
    assert refused.value.reason == "phone_number_wrong"


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_a_taken_number_is_digits_only(cell: Cell) -> None:
    try:
        number = phone_number(cell)
    except ValueRefused:
        return
    assert number is None or (number.isascii() and number.isdigit() and 10 <= len(number) <= 12)
