import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.households.domain.amount import LARGEST_CENTS, cents_of
from services.households.domain.errors import ValueRefused
from shared.sheets.cells import Cell


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("12345.67", 1_234_567),
        ("12,345.67", 1_234_567),
        ("1,234,567", 123_456_700),
        ("１２，３４５．６７", 1_234_567),
        ("12345.67元", 1_234_567),
        ("￥12,345.67", 1_234_567),
        ("¥ 12345.67 元", 1_234_567),
        ("12345.6", 1_234_560),
        ("12345.", 1_234_500),
        (12345.67, 1_234_567),
        (12345, 1_234_500),
        (12345.0, 1_234_500),
        ("0", 0),
        ("-300", -30_000),
        ("－300.50", -30_050),
        ("\u2212300", -30_000),
        (-0.5, -50),
        ("0.004", 0),
        ("0.005", 1),
        ("1.115", 112),
        (1.115, 112),
        ("-0.005", -1),
        (0.00001, 0),
        (0.1 + 0.2, 30),
    ],
)
def test_amounts_are_cents_rounded_half_up(written: Cell, cents: int) -> None:
    assert cents_of(written) == cents


@pytest.mark.parametrize("blank", [None, "", " ", "-", "无", "#N/A"])
def test_a_blank_amount_is_none(blank: Cell) -> None:
    assert cents_of(blank) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "1e5",
        "1E+05",
        "NaN",
        "Infinity",
        "-inf",
        float("nan"),
        float("inf"),
        float("-inf"),
        "12,34",
        "1,2345",
        ",123",
        "1,234,",
        "12.34.56",
        "1.2万",
        "一千",
        "--5",
        "0x10",
        "1_000",
        "٣٤",
        "²",
        "5元6角",
        True,
    ],
)
def test_what_is_no_amount_is_refused(wrong: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        cents_of(wrong)
    assert refused.value.reason == "amount_unreadable"


@pytest.mark.parametrize("far", ["100000000000.01", 1e15, -1e15, 10**14, "-999999999999"])
def test_an_amount_beyond_all_reason_is_refused(far: Cell) -> None:
    with pytest.raises(ValueRefused) as refused:
        cents_of(far)
    assert refused.value.reason == "amount_out_of_range"


@given(st.integers(-LARGEST_CENTS, LARGEST_CENTS))
def test_every_way_of_writing_an_amount_gives_its_cents_back(cents: int) -> None:
    sign, yuan, fen = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    assert cents_of(f"{sign}{yuan}.{fen:02d}") == cents
    assert cents_of(f"{sign}{yuan:,}.{fen:02d}元") == cents
    if abs(cents) < 10**12:
        assert cents_of(cents / 100) == cents


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_whatever_is_written_the_answer_is_whole_cents_or_a_reason(cell: Cell) -> None:
    try:
        cents = cents_of(cell)
    except ValueRefused:
        return
    assert cents is None or (type(cents) is int and abs(cents) <= LARGEST_CENTS)


@pytest.mark.parametrize("part", ["1", "1,", "123,", "1.", "-", "元", "1 "])
def test_a_hostile_amount_takes_no_time(part: str) -> None:
    started = time.process_time()
    with pytest.raises(ValueRefused):
        cents_of(part * (50_000 // len(part)))
    assert time.process_time() - started < 0.05
