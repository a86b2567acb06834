"""Whether the households have drifted away from those of an earlier run."""

from decimal import Decimal
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credit.domain.drift import drift, score_classes

COUNTS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 500), min_size=1)


def psi(before: dict[str, int], after: dict[str, int]) -> tuple[str, str]:
    found = drift(before, after)
    assert found is not None
    return str(found.psi), found.verdict


def test_the_same_shares_are_no_drift_however_many_households_there_are() -> None:
    assert psi({"a": 10, "b": 30}, {"a": 100, "b": 300}) == ("0.0000", "stable")


def test_the_textbook_sum_over_the_shares() -> None:
    # (0.6 - 0.5)·ln(0.6/0.5) + (0.4 - 0.5)·ln(0.4/0.5) = 0.0182 + 0.0223
    assert psi({"a": 50, "b": 50}, {"a": 60, "b": 40}) == ("0.0405", "stable")


@pytest.mark.parametrize(
    ("moved", "figure", "verdict"),
    [(65, "0.0929", "stable"), (66, "0.1061", "shifted"), (74, "0.2510", "drifted"), (73, "0.2288", "shifted")],
)
def test_the_verdict_turns_at_a_tenth_and_at_a_quarter(moved: int, figure: str, verdict: str) -> None:
    assert psi({"a": 50, "b": 50}, {"a": moved, "b": 100 - moved}) == (figure, verdict)


@pytest.mark.parametrize(
    ("half", "moved", "figure", "verdict"),
    [
        (74, 97, "0.0999", "stable"),
        (119, 156, "0.1000", "shifted"),
        (119, 176, "0.2499", "shifted"),
        (215, 318, "0.2500", "drifted"),
    ],
)
def test_just_a_tenth_is_a_shift_already_and_just_a_quarter_a_drift(
    half: int, moved: int, figure: str, verdict: str
) -> None:
    assert psi({"a": half, "b": half}, {"a": moved, "b": 2 * half - moved}) == (figure, verdict)


def test_a_bin_that_is_empty_on_one_side_counts_as_nine_tenths_of_a_household() -> None:
    e, a = (50 / 50.9, 0.9 / 50.9), (40 / 50, 10 / 50)
    wanted = sum((y - x) * log(y / x) for x, y in zip(e, a, strict=True))
    assert psi({"a": 50, "b": 0}, {"a": 40, "b": 10}) == (f"{wanted:.4f}", "drifted")
    assert psi({"a": 50}, {"a": 40, "b": 10}) == psi({"a": 50, "b": 0, "c": 0}, {"a": 40, "b": 10})


def test_nothing_can_be_said_when_one_side_is_empty() -> None:
    assert drift({}, {"a": 1}) is None
    assert drift({"a": 1}, {"a": 0}) is None


@given(COUNTS, COUNTS)
def test_drift_is_never_negative_and_the_same_in_both_directions(before: dict[str, int], after: dict[str, int]) -> None:
    there, back = drift(before, after), drift(after, before)
    assert there == back
    assert there is None or there.psi >= Decimal(0)


def test_totals_fall_into_classes_that_were_of_about_equal_size_before() -> None:
    before = dict.fromkeys(range(1, 101), 3)
    then, now = score_classes(before, {10: 4, 11: 2, 100: 1, 300: 5})
    assert then == {**{f"<={tenth}": 30 for tenth in range(10, 100, 10)}, "above": 30}
    assert now == {"<=10": 4, "<=20": 2, "above": 6}


def test_many_households_on_one_total_make_fewer_classes() -> None:
    then, _ = score_classes({60: 90, **dict.fromkeys(range(70, 80), 1)}, {})
    assert then == {"<=60": 90, "above": 10}


def test_a_few_totals_are_each_a_class_so_that_a_move_among_them_shows() -> None:
    assert score_classes({83: 20}, {83: 10, 76: 10}) == ({"<=83": 20}, {"<=83": 10, "<=76": 10})
